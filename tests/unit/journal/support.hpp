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

// Everything that the journal says, for comparing; the first error where it does not say all.
inline Result<Json> everything_in(Journal& journal) {
  Json all = Json::array();
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (const Run& run : runs) {
    all.push_back({"run", run.id, run.mode, run.product, run.from_version, run.to_version, run.target, run.plan,
                   run.started.time_since_epoch().count(), run.finished.time_since_epoch().count(),
                   to_string(run.state), run.files, run.undoes});
    UPSHIFT_ASSIGN(const auto steps, journal.steps(run.id));
    for (const StepRun& step : steps) {
      all.push_back({"step", step.id, step.run, step.step, step.attempt, to_string(step.state), step.summary,
                     step.reply, step.started.time_since_epoch().count(), step.finished.time_since_epoch().count()});
    }
    UPSHIFT_ASSIGN(const auto changes, journal.changes(run.id));
    for (const Change& change : changes) {
      all.push_back({"change", change.id, change.step_run, change.step, to_string(change.verb), change.object,
                     change.kind, change.name, change.request, change.old_value, change.intended, change.new_value,
                     to_string(change.state), change.http_status, change.error,
                     change.intended_at.time_since_epoch().count(), change.settled_at.time_since_epoch().count(),
                     change.undoes});
    }
    UPSHIFT_ASSIGN(const auto values, journal.values(run.id));
    for (const Value& value : values) all.push_back({"value", value.name, value.step, value.value, value.secret});
  }
  return all;
}

// Two runs, steps in several states, changes of every kind and state, one of them larger than a page, and values.
inline void fill(Journal& journal) {
  const Begun first = begin(journal);
  for (const ChangeState state : {ChangeState::kApplied, ChangeState::kRefused, ChangeState::kUnknown}) {
    const auto id = journal.intend(sample_change(first.step));
    ASSERT_TRUE(id);
    ASSERT_TRUE(journal.settle(*id, state, 200, sample_change(first.step).intended, "why", at_ms(1003)));
  }
  Change large = sample_change(first.step);
  large.verb = Verb::kCreate;
  large.old_value = nullptr;
  large.intended = {{"kind", "ConfigMap"}, {"data", {{"a", std::string(9000, 'x')}}}};
  ASSERT_TRUE(journal.intend(large));
  ASSERT_TRUE(
      journal.end_step(first.step, StepState::kFailed, "refused", {{"check", {{"state", "needed"}}}}, at_ms(9)));
  const auto again = journal.begin_step(first.run, "2.5-2.6/objects/secret", 2, at_ms(10));
  ASSERT_TRUE(again);
  ASSERT_TRUE(journal.note_reply(*again, {{"apply", {{"await", Json::array()}}}}));
  ASSERT_TRUE(journal.set_value(first.run, "a/b/c", "token", "s3cret", true));
  ASSERT_TRUE(journal.set_value(first.run, "a/b/c", "label", {{"app", "3scale"}}, false));
  ASSERT_TRUE(journal.end_run(first.run, RunState::kInterrupted, at_ms(1010)));
  Run back = sample_run();
  back.mode = "rollback";
  back.undoes = first.run;
  const auto rollback = journal.begin_run(back);
  ASSERT_TRUE(rollback);
  const auto step = journal.begin_step(*rollback, "2.5-2.6/objects/secret", 1, at_ms(2000));
  ASSERT_TRUE(step);
  Change undoing = sample_change(*step);
  undoing.undoes = 1;
  ASSERT_TRUE(journal.intend(undoing));
}

}  // namespace upshift::journal
