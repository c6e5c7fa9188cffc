#include "cli/upgrade_status.hpp"

#include <gmock/gmock.h>

#include "journal_fixture.hpp"
#include "support/process.hpp"

namespace upshift::cli {
namespace {

using journal::RunState;
using journal::StepState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using upshift::testing::begin_upgrade;
using upshift::testing::minute;
using upshift::testing::TemporaryDirectory;
using upshift::testing::Upgrade;

UpgradeStatus look(Upgrade& upgrade, const std::string& writer = "") {
  auto status = status_of(*upgrade.journal, writer);
  EXPECT_TRUE(status) << status.error().summary;
  return status ? std::move(*status) : UpgradeStatus{};
}

std::vector<std::string> commands_of(const UpgradeStatus& status) {
  std::vector<std::string> commands;
  for (const auto& next : status.next) commands.push_back(next.command);
  return commands;
}

// A rollback of everything, down to a step or not, in a state.
journal::RunId roll_back(Upgrade& upgrade, const std::string& to, std::optional<RunState> state) {
  journal::Run back = upshift::testing::planned_run();
  back.mode = "rollback";
  back.undoes = upgrade.run;
  back.plan = {{"to", to}, {"steps", Json::array({upshift::testing::planned_step("h/s/one")})}};
  back.started = minute(20);
  const auto run = upgrade.journal->begin_run(back).value();
  const auto step = upgrade.journal->begin_step(run, "h/s/one", 1, minute(20)).value();
  journal::Change change = upshift::testing::secret_change(step, "h/s/one");
  change.undoes = 1;
  const auto id = upgrade.journal->intend(change).value();
  EXPECT_TRUE(upgrade.journal->settle(id, journal::ChangeState::kApplied, 200, change.old_value, "", minute(20)));
  EXPECT_TRUE(upgrade.journal->end_step(step, StepState::kDone, "", nullptr, minute(21)));
  if (state) {
    EXPECT_TRUE(upgrade.journal->end_run(run, *state, minute(22)));
  }
  return run;
}

TEST(UpgradeStatus, OfAnEmptyJournalIsNone) {
  Upgrade upgrade{journal::open_journal("").value()};
  const auto status = look(upgrade);
  EXPECT_EQ(status.state, "none");
  EXPECT_TRUE(to_json(status).at("upgrade").is_null());
  EXPECT_THAT(to_text(status, {}), HasSubstr("no upgrade was begun"));
}

TEST(UpgradeStatus, TellsWhereItStandsInEachState) {
  struct Case {
    std::optional<RunState> state;
    const char* writer;
    const char* expected;
    const char* heading;
    std::vector<std::string> next;
  };
  const std::vector<Case> table{
      {{}, "4711", "running", "running at step 2 of 4 (process 4711)", {}},
      {{}, "", "killed", "stopped without a word at step 2 of 4", {"upshift resume", "upshift rollback"}},
      {RunState::kFailed, "", "failed", "failed at step 2 of 4", {"upshift resume", "upshift rollback"}},
      {RunState::kBlocked, "", "blocked", "blocked at step 2 of 4", {"upshift resume", "upshift rollback"}},
      {RunState::kInterrupted, "", "interrupted", "interrupted at step 2 of 4", {"upshift resume", "upshift rollback"}},
  };
  for (const Case& one : table) {
    Upgrade upgrade = begin_upgrade("");
    if (one.state) {
      ASSERT_TRUE(upgrade.journal->end_run(upgrade.run, *one.state, minute(9)));
    }
    const auto status = look(upgrade, one.writer);
    EXPECT_EQ(status.state, one.expected);
    EXPECT_EQ(status.position, 2);
    EXPECT_EQ(status.total, 4);
    EXPECT_EQ(status.done, 1);
    EXPECT_EQ(commands_of(status), one.next) << one.expected;
    EXPECT_THAT(to_text(status, {}), HasSubstr(one.heading));
    ASSERT_TRUE(status.last_step);
    EXPECT_EQ(status.last_step->id, "h/s/two");
    ASSERT_EQ(status.passed.size(), 1U) << "a command of it ran";
    EXPECT_EQ(status.passed[0].why, "data is migrated");
  }
}

TEST(UpgradeStatus, OfOneThatIsDoneStandsAtItsEnd) {
  Upgrade upgrade = begin_upgrade("");
  ASSERT_TRUE(upgrade.journal->end_step(upgrade.two, StepState::kDone, "", nullptr, minute(3)));
  for (const char* id : {"h/s/three", "h/s/four"}) {
    const auto step = upgrade.journal->begin_step(upgrade.run, id, 1, minute(4)).value();
    ASSERT_TRUE(upgrade.journal->end_step(step, StepState::kSkipped, "", nullptr, minute(4)));
  }
  ASSERT_TRUE(upgrade.journal->end_run(upgrade.run, RunState::kDone, minute(5)));
  const auto status = look(upgrade);
  EXPECT_EQ(status.state, "done");
  EXPECT_EQ(status.position, 4);
  EXPECT_EQ(status.skipped, 2);
  EXPECT_THAT(commands_of(status), ElementsAre("upshift run", "upshift rollback"));
  EXPECT_THAT(to_text(status, {}), HasSubstr("done, 4 of 4 steps"));
}

TEST(UpgradeStatus, NamesChangesWithoutAnOutcome) {
  Upgrade upgrade = begin_upgrade("");
  ASSERT_TRUE(upgrade.journal->intend(upshift::testing::secret_change(upgrade.two, "h/s/two")));
  const auto status = look(upgrade);
  ASSERT_EQ(status.open_changes.size(), 1U);
  EXPECT_THAT(to_text(status, {}), HasSubstr("update Secret/system-database: perhaps sent"));
  EXPECT_EQ(array_at(to_json(status), "/open_changes").at(0).at("state"), "intended");
}

TEST(UpgradeStatus, FollowsARollback) {
  struct Case {
    const char* to;
    std::optional<RunState> state;
    const char* writer;
    const char* expected;
    std::vector<std::string> next;
  };
  const std::vector<Case> table{
      {"", {}, "4711", "rolling_back", {}},
      {"", {}, "", "rollback_stopped", {"upshift rollback", "upshift run"}},
      {"", RunState::kFailed, "", "rollback_stopped", {"upshift rollback", "upshift run"}},
      {"", RunState::kDone, "", "rolled_back", {"upshift run"}},
      {"h/s/one", RunState::kDone, "", "partly_rolled_back", {"upshift resume", "upshift rollback"}},
  };
  for (const Case& one : table) {
    Upgrade upgrade = begin_upgrade("");
    ASSERT_TRUE(upgrade.journal->end_run(upgrade.run, RunState::kFailed, minute(9)));
    const auto rollback = roll_back(upgrade, one.to, one.state);
    const auto status = look(upgrade, one.writer);
    EXPECT_EQ(status.state, one.expected);
    EXPECT_EQ(commands_of(status), one.next) << one.expected;
    ASSERT_TRUE(status.rollback);
    EXPECT_EQ(status.rollback->run.id, rollback);
    EXPECT_EQ(status.upgrade->taken_back_by, rollback);
    EXPECT_EQ(status.upgrade->taken_back, 1);
    EXPECT_EQ(status.position, 1) << "step one was taken back";
  }
}

TEST(UpgradeStatus, LeavesARollbackBehindWhenTheUpgradeWentOn) {
  Upgrade upgrade = begin_upgrade("");
  ASSERT_TRUE(upgrade.journal->end_run(upgrade.run, RunState::kFailed, minute(9)));
  roll_back(upgrade, "", RunState::kDone);
  ASSERT_TRUE(upgrade.journal->reopen_run(upgrade.run));
  const auto again = upgrade.journal->begin_step(upgrade.run, "h/s/one", 2, minute(30)).value();
  ASSERT_TRUE(upgrade.journal->end_step(again, StepState::kDone, "", nullptr, minute(31)));
  const auto status = look(upgrade);
  EXPECT_FALSE(status.rollback);
  EXPECT_EQ(status.state, "killed");
  EXPECT_THAT(to_text(status, {}), HasSubstr("resumed since"));
}

TEST(UpgradeStatus, ShowsNoSecret) {
  Upgrade upgrade = begin_upgrade("");
  ASSERT_TRUE(upgrade.journal->end_step(upgrade.two, StepState::kFailed, "refused tok-1234567890", nullptr, minute(3)));
  const auto status = look(upgrade);
  for (const char* secret : upshift::testing::kSecrets) {
    EXPECT_THAT(to_text(status, {}), Not(HasSubstr(secret)));
    EXPECT_THAT(upshift::to_text(to_json(status)), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace upshift::cli
