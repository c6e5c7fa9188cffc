// A journal as an upgrade of two hops' worth of steps leaves it, with secrets in every place that may hold one.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "journal/journal.hpp"
#include "journal/keys.hpp"

namespace upshift::testing {

inline constexpr const char* kSecrets[] = {"hunter2-password", "aHVudGVyMi1wYXNzd29yZA==", "tok-1234567890",
                                           "form-secret-77", "answer-secret-88"};

inline TimePoint minute(int count) {
  return TimePoint{Duration{1763700000000}} + std::chrono::minutes(count);
}

inline Json planned_step(const std::string& id, const std::string& irreversible = "") {
  Json step{{"id", id}, {"title", "Title of " + id}, {"subject", id}};
  if (!irreversible.empty()) step["irreversible"] = irreversible;
  return step;
}

inline journal::Run planned_run() {
  journal::Run run;
  run.mode = "run";
  run.product = "3scale";
  run.from_version = "2.5";
  run.to_version = "2.6";
  run.target = "project '3scale' at https://api.example.org:6443";
  run.plan = {{"steps", Json::array({planned_step("h/s/one"), planned_step("h/s/two", "data is migrated"),
                                     planned_step("h/s/three"), planned_step("h/s/four")})}};
  run.started = minute(0);
  return run;
}

inline journal::Change secret_change(journal::StepRunId step_run, const std::string& step) {
  journal::Change change;
  change.step_run = step_run;
  change.step = step;
  change.object = "/api/v1/namespaces/3scale/secrets/system-database";
  change.kind = "Secret";
  change.name = "system-database";
  change.request = {{"method", "PATCH"}, {"body", {{"data", {{"DB_PASSWORD", "aHVudGVyMi1wYXNzd29yZA=="}}}}}};
  change.old_value = {{"kind", "Secret"}, {"data", {{"DB_USER", "YWRtaW4="}}}};
  change.intended = {{"kind", "Secret"},
                     {"data", {{"DB_USER", "YWRtaW4="}, {"DB_PASSWORD", "aHVudGVyMi1wYXNzd29yZA=="}}}};
  change.intended_at = minute(1);
  return change;
}

struct Upgrade {
  std::unique_ptr<journal::Journal> journal;
  journal::RunId run = 0;
  journal::StepRunId one = 0, two = 0;
};

// Step one is done, two has been applied and goes on, three and four were not begun.
inline Upgrade begin_upgrade(const std::string& path, std::shared_ptr<const journal::KeyRing> keys = nullptr) {
  Upgrade upgrade;
  upgrade.journal = journal::open_journal(path, std::move(keys)).value();
  auto& journal = *upgrade.journal;
  upgrade.run = journal.begin_run(planned_run()).value();
  EXPECT_TRUE(journal.set_value(upgrade.run, "h/s/one", "token", "tok-1234567890", true));
  EXPECT_TRUE(journal.set_value(upgrade.run, "h/s/one", "label", "3scale", false));
  upgrade.one = journal.begin_step(upgrade.run, "h/s/one", 1, minute(1)).value();
  const auto change = secret_change(upgrade.one, "h/s/one");
  const auto id = journal.intend(change).value();
  EXPECT_TRUE(journal.settle(id, journal::ChangeState::kApplied, 200, change.intended, "", minute(1)));
  EXPECT_TRUE(journal.end_step(upgrade.one, journal::StepState::kDone, "set with token tok-1234567890",
                               {{"note", "hunter2-password"}}, minute(2)));
  upgrade.two = journal.begin_step(upgrade.run, "h/s/two", 1, minute(2)).value();
  journal::Change call;
  call.step_run = upgrade.two;
  call.step = "h/s/two";
  call.verb = journal::Verb::kHttp;
  call.object = call.name = "https://admin.example.org/api/settings.json";
  call.request = {
      {"method", "PUT"}, {"url", call.object}, {"form", {{"access_token", "form-secret-77"}, {"page", "1"}}}};
  call.intended_at = minute(2);
  const auto called = journal.intend(call).value();
  EXPECT_TRUE(journal.settle(called, journal::ChangeState::kApplied, 200,
                             {{"status", 200}, {"body", R"({"token":{"value":"answer-secret-88"},"page":1})"}}, "",
                             minute(2)));
  journal::Change command = call;
  command.verb = journal::Verb::kExec;
  command.kind = "Pod";
  command.object = command.name = "system-app-1";
  command.request = {{"command", {"rake", "DB_PASSWORD=hunter2-password"}}, {"stdin_bytes", 0}};
  const auto run = journal.intend(command).value();
  EXPECT_TRUE(journal.settle(run, journal::ChangeState::kApplied, 0,
                             {{"exit_code", 0}, {"stdout", "using tok-1234567890"}, {"stderr", ""}}, "", minute(2)));
  return upgrade;
}

}  // namespace upshift::testing
