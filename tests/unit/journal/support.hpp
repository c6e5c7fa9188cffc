// A run with a step and changes, as the engine would write it.
#pragma once

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "journal/journal.hpp"

namespace upshift::journal {

inline TimePoint at_ms(std::int64_t milliseconds) {
  return TimePoint{Duration{milliseconds}};
}

inline Run sample_run() {
  Run run;
  run.mode = "run";
  run.product = "3scale";
  run.from_version = "2.5";
  run.to_version = "2.6";
  run.target = "https://master.example.com:8443 threescale";
  run.plan = {{"steps", {"2.5-2.6/objects/secret"}}};
  run.started = at_ms(1000);
  return run;
}

inline Change sample_change(StepRunId step_run) {
  Change change;
  change.step_run = step_run;
  change.step = "2.5-2.6/objects/secret";
  change.verb = Verb::kUpdate;
  change.object = "/api/v1/namespaces/threescale/secrets/system-redis";
  change.kind = "Secret";
  change.name = "system-redis";
  change.request = {{"method", "PATCH"}, {"body", {{"data", {{"NAMESPACE", ""}}}}}};
  change.old_value = {{"kind", "Secret"}, {"data", {{"URL", "cmVkaXM6Ly94"}}}};
  change.intended = {{"kind", "Secret"}, {"data", {{"URL", "cmVkaXM6Ly94"}, {"NAMESPACE", ""}}}};
  change.intended_at = at_ms(1002);
  return change;
}

// A run with one step in progress.
struct Begun {
  RunId run = 0;
  StepRunId step = 0;
};
inline Begun begin(Journal& journal) {
  const auto run = journal.begin_run(sample_run());
  EXPECT_TRUE(run) << run.error().summary;
  const auto step = journal.begin_step(run.value_or(0), "2.5-2.6/objects/secret", 1, at_ms(1001));
  EXPECT_TRUE(step) << step.error().summary;
  return {run.value_or(0), step.value_or(0)};
}

inline std::unique_ptr<Journal> open_or_fail(const std::string& path) {
  auto journal = open_journal(path);
  EXPECT_TRUE(journal) << journal.error().summary;
  return journal ? std::move(*journal) : nullptr;
}

}  // namespace upshift::journal
