// Two copies of a journal, on this machine and in the project: which one is gone on with.
#include "cli/cluster_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "engine/holder_journal.hpp"
#include "engine/mirrored_journal.hpp"
#include "support/fake_cluster.hpp"
#include "support/process.hpp"
#include "support/silent.hpp"

namespace upshift::cli {
namespace {

using ::testing::HasSubstr;

// An upgrade with a journal in a file and a mirror, of which either may be taken away or set back.
struct Upgrade {
  testing::FakeCluster server;
  cluster::Client client{server, testing::FakeCluster::kProject};
  engine::MirrorChunks chunks{client};
  testing::Silent nobody;
  testing::TemporaryDirectory folder;
  std::filesystem::path path = folder.file("journal.db");
  std::vector<Diagnostic> told;

  explicit Upgrade(int changes = 2) {
    const auto journal = journal::open_journal(path).value();
    engine::MirroredJournal mirrored(*journal, chunks, nobody);
    journal::Run run;
    run.mode = "run";
    run.product = "shop";
    run.from_version = "1";
    run.to_version = "2";
    run.plan = Json::object();
    run.started = TimePoint(Duration(1000));
    const auto id = mirrored.begin_run(run).value();
    EXPECT_TRUE(mirrored.set_value(id, "", engine::kLockHolder, "h1", false));
    add(mirrored, mirrored.begin_step(id, "1-2/a", 1, TimePoint(Duration(1001))).value(), changes);
  }

  // The last one without an answer.
  static void add(journal::Journal& journal, journal::StepRunId step, int changes) {
    for (int i = 0; i < changes; ++i) {
      journal::Change change;
      change.step_run = step;
      change.step = "1-2/a";
      change.kind = "ConfigMap";
      change.name = "m" + std::to_string(i);
      change.request = {{"method", "PATCH"}};
      change.intended_at = TimePoint(Duration(2000 + i));
      const auto id = journal.intend(change).value();
      if (i + 1 < changes) {
        EXPECT_TRUE(
            journal.settle(id, journal::ChangeState::kApplied, 200, {{"a", i}}, "", TimePoint(Duration(3000 + i))));
      }
    }
  }
  // As if this machine's had been restored from an older backup.
  void set_back() {
    std::filesystem::remove(path);
    const auto older = journal::open_journal(path).value();
    auto records = chunks.read()->front().records;
    while (string_at(records.back(), "/do") != "settle") records.pop_back();
    EXPECT_TRUE(engine::replay({records}, *older));
  }
  void settle_last(journal::ChangeState state) {
    const auto journal = journal::open_journal(path).value();
    const auto changes = journal->changes(1).value();
    EXPECT_TRUE(journal->settle(changes.back().id, state, 200, nullptr, "", TimePoint(Duration(5000))));
  }
  Status restore() { return restore_from_cluster(path, chunks, told); }
  Status check() { return check_copy(*journal::open_journal(path).value(), chunks, told); }
  std::size_t changes() { return journal::read_journal(path).value()->changes(1)->size(); }
  int kept() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const auto name = entry.path().filename().string();
      EXPECT_EQ(name.find(".part"), std::string::npos) << name;
      count += name.starts_with("journal.db.before-") ? 1 : 0;
    }
    return count;
  }
};

TEST(ClusterCopy, MakesTheJournalAnewWhereItIsLost) {
  Upgrade upgrade;
  std::filesystem::remove(upgrade.path);
  ASSERT_TRUE(upgrade.restore());
  EXPECT_EQ(upgrade.changes(), 2U);
  EXPECT_THAT(upgrade.told.at(0).summary, HasSubstr("made of its mirror"));
  EXPECT_EQ(std::filesystem::status(upgrade.path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  // The process that wrote it may live.
  const auto journal = journal::open_journal(upgrade.path).value();
  EXPECT_NE(*engine::lock_holder_of(*journal), "h1");
}

TEST(ClusterCopy, LeavesAJournalAloneThatSaysTheSame) {
  Upgrade upgrade;
  ASSERT_TRUE(upgrade.restore());
  EXPECT_TRUE(upgrade.check());
  EXPECT_TRUE(upgrade.told.empty());
  EXPECT_EQ(upgrade.kept(), 0);
}

TEST(ClusterCopy, GoesOnWithThisMachinesWhereItIsAhead) {
  Upgrade upgrade;
  upgrade.settle_last(journal::ChangeState::kApplied);
  ASSERT_TRUE(upgrade.restore());
  EXPECT_THAT(upgrade.told.at(0).summary, HasSubstr("this machine is ahead by 1 records"));
  EXPECT_THAT(upgrade.told.at(0).summary, HasSubstr("it is used"));
  ASSERT_TRUE(upgrade.check());
  EXPECT_THAT(upgrade.told.at(1).summary, HasSubstr("brought up to it"));
  EXPECT_EQ(upgrade.kept(), 0);
}

TEST(ClusterCopy, GoesOnWithTheProjectsWhereThatIsAheadButOnlyWhenAskedTo) {
  Upgrade upgrade;
  upgrade.set_back();
  const auto refused = upgrade.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.error().summary, HasSubstr("its mirror in the project is ahead by 1 records"));
  EXPECT_THAT(refused.error().detail, HasSubstr("--from-cluster"));
  EXPECT_EQ(upgrade.changes(), 1U);
  ASSERT_TRUE(upgrade.restore());
  EXPECT_EQ(upgrade.changes(), 2U);
  EXPECT_EQ(upgrade.kept(), 1) << "the older one is kept";
}

TEST(ClusterCopy, AsksAPersonWhereTheTwoContradictEachOther) {
  Upgrade upgrade;
  std::filesystem::copy_file(upgrade.path, upgrade.folder.file("other.db"));
  {
    // Another machine found that it was applied, and wrote that down.
    const auto other = journal::open_journal(upgrade.folder.file("other.db")).value();
    engine::MirroredJournal mirrored(*other, upgrade.chunks, upgrade.nobody);
    ASSERT_TRUE(mirrored.settle(2, journal::ChangeState::kApplied, 200, {{"a", 1}}, "", TimePoint(Duration(4000))));
    ASSERT_TRUE(mirrored.reopen_run(1));
  }
  upgrade.settle_last(journal::ChangeState::kRefused);
  for (const auto& status : {upgrade.check(), upgrade.restore()}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(status.error().summary, HasSubstr("contradict each other"));
    EXPECT_THAT(status.error().detail, HasSubstr("--no-mirror"));
  }
}

TEST(ClusterCopy, SaysWhenThereIsNoneOrItCannotBeRead) {
  Upgrade upgrade;
  upgrade.server.before = [](const cluster::Request&) -> std::optional<Result<cluster::Response>> {
    return testing::FakeCluster::status(403, "Forbidden", "no");
  };
  EXPECT_EQ(upgrade.restore().error().code, StatusCode::kUnavailable);
  upgrade.server.before = nullptr;
  const auto streams = upgrade.chunks.read().value();
  for (const auto& stream : streams) ASSERT_TRUE(upgrade.chunks.remove(stream));
  EXPECT_EQ(upgrade.restore().error().code, StatusCode::kNotFound);
  EXPECT_TRUE(upgrade.check()) << "one that was run without";
}

TEST(ClusterCopy, TellsBeforeANewUpgradeOfOneThatWasBegunElsewhere) {
  Upgrade upgrade;
  const auto other = journal::open_journal("").value();
  ASSERT_TRUE(look_for_others(*other, upgrade.chunks, upgrade.told));
  ASSERT_EQ(upgrade.told.size(), 1U);
  EXPECT_THAT(upgrade.told.at(0).summary, HasSubstr("run that another journal tells of"));
  const auto own = journal::open_journal(upgrade.path).value();
  ASSERT_TRUE(look_for_others(*own, upgrade.chunks, upgrade.told));
  EXPECT_EQ(upgrade.told.size(), 1U);
}

}  // namespace
}  // namespace upshift::cli
