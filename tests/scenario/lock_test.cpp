// One upgrade at a time, shown with real processes: a second one, one that was stopped for too long, one that was
// killed, and one that another machine goes on with.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/schema.hpp"
#include "scenario/rehearsal.hpp"
#include "scenario/same_project.hpp"
#include "scenario/served_project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kLocked = 6;

// A project in which the first change of a run takes its time, so that the run can be stopped before it.
class Project {
 public:
  Project() : served_({"--sample", "threescale-2.5", "--faults", faults()}) {}

  const ServedProject& served() const { return served_; }

  // With a journal of its own.
  std::vector<std::string> run(const std::string& journal, std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--yes"});
    return with_journal(served_.run(std::move(more)), journal);
  }
  // `resume` or `rollback`.
  std::vector<std::string> go_on(const std::string& command, const std::string& journal,
                                 std::vector<std::string> more = {}) const {
    std::vector<std::string> all = run(journal);
    all.front() = command;
    const auto set = std::find(all.begin(), all.end(), "--set");
    all.erase(set, set + 2);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string file(const std::string& name) const { return served_.file(name); }

 private:
  std::string faults() const {
    const auto path = folder_.file("faults.json");
    static_cast<void>(write_private_file(
        path, R"({"faults": [{"fault": "delay", "method": "POST", "path": "*/secrets", "delay_ms": 2000}]})"));
    return path;
  }
  std::vector<std::string> with_journal(std::vector<std::string> all, const std::string& journal) const {
    *std::find(all.begin(), all.end(), served_.file("journal.db")) = served_.file(journal);
    return all;
  }

  TemporaryDirectory folder_;
  ServedProject served_;
};

// What is said right before the first change is made.
constexpr const char* kBeforeTheFirstChange = "2.5-2.6/backup/objects: saved";

void expect_whole_upgrade(const Project& project) {
  const Json rehearsed = rehearse({"--set", "registry.credentials-file=" + project.file("pull.json")}).project;
  expect_same_project(project.served().project(), rehearsed);
}

TEST(TwoUpgrades, TheSecondIsTurnedAwayWithAllThatIsKnownOfTheFirst) {
  const Project project;
  BackgroundUpshift first(project.run("first.db"));
  ASSERT_TRUE(first.says(kBeforeTheFirstChange)) << first.standard_error();
  first.signal(SIGSTOP);
  const auto second = run_upshift(project.run("second.db"));
  EXPECT_EQ(second.exit_status, kLocked) << second.standard_error;
  EXPECT_THAT(second.standard_error, HasSubstr("another upgrade holds the lock of project '3scale'"));
  EXPECT_THAT(second.standard_error, HasSubstr("(process " + std::to_string(first.pid()) + ")"));
  EXPECT_THAT(second.standard_error, HasSubstr("run 3scale 2.5 → 2.6"));
  EXPECT_THAT(second.standard_error, HasSubstr("last renewed"));
  EXPECT_THAT(second.standard_error, Not(HasSubstr("[ 1/")));
  const auto same_journal = run_upshift(project.run("first.db"));
  EXPECT_EQ(same_journal.exit_status, kLocked) << same_journal.standard_error;
  first.signal(SIGCONT);
  EXPECT_EQ(first.wait(), 0) << first.standard_error();
  expect_whole_upgrade(project);
}

TEST(TwoUpgrades, AHolderThatWasStoppedForTooLongSendsNothingMore) {
  for (const char* stopped_at : {kBeforeTheFirstChange, "[10/"}) {
    const Project project;
    BackgroundUpshift first(project.run("first.db", {"--lock-time-to-live", "2s"}));
    ASSERT_TRUE(first.says(stopped_at)) << first.standard_error();
    first.signal(SIGSTOP);
    const auto second = run_upshift(project.run("second.db", {"--wait-for-lock"}));
    EXPECT_EQ(second.exit_status, 0) << second.standard_error;
    EXPECT_THAT(second.standard_error, HasSubstr("unless it is renewed"));
    first.signal(SIGCONT);
    EXPECT_EQ(first.wait(), kLocked) << first.standard_error();
    EXPECT_THAT(first.standard_error(), HasSubstr("the lock of project '3scale' was lost"));
    expect_whole_upgrade(project);
  }
}

TEST(KilledUpgrade, IsResumedAtOnceWithItsOwnLock) {
  const Project project;
  BackgroundUpshift first(project.run("first.db"));
  ASSERT_TRUE(first.says("[10/")) << first.standard_error();
  first.signal(SIGKILL);
  first.wait();
  const auto other = run_upshift(project.run("second.db"));
  EXPECT_EQ(other.exit_status, kLocked) << other.standard_error;
  const auto resumed = run_upshift(project.go_on("resume", "first.db"));
  EXPECT_EQ(resumed.exit_status, 0) << resumed.standard_error;
  EXPECT_THAT(resumed.standard_error, Not(HasSubstr("waiting for the lock")));
  expect_whole_upgrade(project);
}

TEST(KilledUpgrade, IsProvedDeadByUnlock) {
  const Project project;
  BackgroundUpshift first(project.run("first.db", {"--lock-time-to-live", "2s"}));
  ASSERT_TRUE(first.says(kBeforeTheFirstChange)) << first.standard_error();
  first.signal(SIGKILL);
  first.wait();
  const auto unreasoned = run_upshift(project.served().to("unlock", {"--force"}));
  EXPECT_EQ(unreasoned.exit_status, 2) << unreasoned.standard_error;
  const auto unlocked = run_upshift(project.served().to("unlock", {"--output", "json"}));
  EXPECT_EQ(unlocked.exit_status, 0) << unlocked.standard_error;
  EXPECT_THAT(unlocked.standard_error, HasSubstr("whether anybody renews it"));
  const auto page = parse_json(unlocked.standard_output, "the page");
  ASSERT_TRUE(page) << unlocked.standard_output;
  EXPECT_TRUE(config::shipped_schema("unlock")->validate(*page).empty()) << unlocked.standard_output;
  EXPECT_EQ(string_at(*page, "/state"), "unlocked");
  EXPECT_THAT(string_at(*page, "/proof"), HasSubstr("stood unchanged"));
  const auto again = run_upshift(project.served().to("unlock"));
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  EXPECT_THAT(again.standard_output, HasSubstr("nobody holds"));
}

TEST(LostJournal, IsMadeOfItsCopyInTheProject) {
  const Project project;
  const Json before = project.served().project("2.5");
  BackgroundUpshift first(project.run("first.db", {"--lock-time-to-live", "2s"}));
  ASSERT_TRUE(first.says("[10/")) << first.standard_error();
  first.signal(SIGKILL);
  first.wait();
  ASSERT_TRUE(std::filesystem::remove(project.file("first.db")));
  const auto resumed = run_upshift(project.go_on("resume", "second.db", {"--from-cluster"}));
  EXPECT_EQ(resumed.exit_status, 0) << resumed.standard_error;
  EXPECT_THAT(resumed.standard_output, HasSubstr("made of its mirror"));
  expect_whole_upgrade(project);
  // Both are whole and say the same; an older one is put aside.
  ASSERT_TRUE(std::filesystem::copy_file(project.file("second.db"), project.file("third.db")));
  const auto planned = run_upshift(project.go_on("rollback", "third.db", {"--from-cluster", "--dry-run"}));
  EXPECT_NE(planned.exit_status, 2) << planned.standard_error;
  EXPECT_THAT(planned.standard_error, Not(HasSubstr("mirror")));
  // And a machine that never saw the upgrade takes it back.
  const auto back = run_upshift(project.go_on("rollback", "fourth.db", {"--from-cluster"}));
  EXPECT_EQ(back.exit_status, 0) << back.standard_error;
  expect_same_project(project.served().project("2.5"), before);
}

TEST(LostJournal, LeavesNothingToGoOnWithWhereNoCopyWasKept) {
  const Project project;
  BackgroundUpshift first(project.run("first.db", {"--lock-time-to-live", "2s", "--no-mirror"}));
  ASSERT_TRUE(first.says(kBeforeTheFirstChange)) << first.standard_error();
  first.signal(SIGKILL);
  first.wait();
  const auto resumed = run_upshift(project.go_on("resume", "second.db", {"--from-cluster"}));
  EXPECT_EQ(resumed.exit_status, 2) << resumed.standard_error;
  EXPECT_THAT(resumed.standard_error, HasSubstr("holds no copy of a journal"));
}

}  // namespace
}  // namespace upshift::testing
