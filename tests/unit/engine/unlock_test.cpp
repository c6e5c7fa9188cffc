#include "engine/unlock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_cluster.hpp"

namespace upshift::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::FakeCluster;
using ::testing::HasSubstr;

struct Project {
  FakeCluster server;
  cluster::Client client{server, FakeCluster::kProject};
  VirtualClock boot{TimePoint(minutes(7))};
  int told = 0;
  bool stop = false;

  explicit Project(bool held = true) {
    if (!held) return;
    LockRecord record;
    record.holder = "h1";
    record.user = "ada";
    record.host = "laptop";
    record.time_to_live = minutes(2);
    server.put(to_object(record));
  }
  Result<Unlocked> unlock(const UnlockRequest& request = {false, "", "bob", "server"}) {
    return engine::unlock(
        client, boot, request, [this] { return stop; },
        [this](const LockRecord&, Duration left) {
          ++told;
          boot.advance(std::min<Duration>(left, seconds(5)));
        });
  }
  LockRecord record() { return read_lock(*server.find_object("ConfigMap", kLockName)); }
};

TEST(Unlock, FreesALockThatNobodyRenewedAndNotesWhoDidItAndWhy) {
  Project project;
  const auto result = project.unlock();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->end, Unlocked::End::kUnlocked);
  EXPECT_THAT(result->proof, HasSubstr("unchanged"));
  EXPECT_THAT(result->proof, HasSubstr("2 min by this machine's clock"));
  EXPECT_GE(project.told, 24);
  EXPECT_FALSE(project.record().is_held());
  const Json note = project.record().unlocked;
  EXPECT_EQ(string_at(note, "/by"), "bob");
  EXPECT_EQ(string_at(note, "/host"), "server");
  EXPECT_EQ(string_at(note, "/proof"), result->proof);
  EXPECT_THAT(string_at(note, "/from"), HasSubstr("ada at laptop"));
}

TEST(Unlock, LeavesALockThatIsRenewedMeanwhile) {
  Project project;
  project.server.in(seconds(70), [&] {
    project.server.edit("ConfigMap", kLockName, [](Json& object) { object["data"]["renewals"] = "9"; });
  });
  const auto result = project.unlock();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->end, Unlocked::End::kAlive);
  EXPECT_TRUE(project.record().is_held());
  EXPECT_EQ(project.server.changes_sent(), 0);
}

TEST(Unlock, LeavesALockThatIsRenewedInTheLastMoment) {
  Project project;
  project.server.before = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method != "PUT") return {};
    project.server.before = nullptr;
    project.server.edit("ConfigMap", kLockName, [](Json& object) { object["data"]["renewals"] = "9"; });
    return {};
  };
  const auto result = project.unlock();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->end, Unlocked::End::kAlive);
  EXPECT_EQ(project.record().renewals, 9);
  EXPECT_TRUE(project.record().is_held());
}

TEST(Unlock, TakesItByForceOnlyWithAReason) {
  Project project;
  const auto refused = project.unlock({true, "", "bob", "server"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kInvalidArgument);
  const auto forced = project.unlock({true, "the laptop was stolen", "bob", "server"});
  ASSERT_TRUE(forced);
  EXPECT_EQ(forced->end, Unlocked::End::kUnlocked);
  EXPECT_EQ(project.told, 0);
  EXPECT_EQ(string_at(project.record().unlocked, "/reason"), "the laptop was stolen");
}

TEST(Unlock, FindsNothingToDoWhereNobodyHoldsIt) {
  Project none(false);
  EXPECT_EQ(none.unlock()->end, Unlocked::End::kFree);
  Project released;
  released.server.in(seconds(8), [&] { released.server.drop("ConfigMap", kLockName); });
  EXPECT_EQ(released.unlock()->end, Unlocked::End::kFree);
}

TEST(Unlock, StopsWhenToldTo) {
  Project project;
  project.stop = true;
  EXPECT_EQ(project.unlock()->end, Unlocked::End::kStopped);
  EXPECT_TRUE(project.record().is_held());
}

TEST(Unlock, SaysThatTheLockCannotBeReadAndDoesNotTakeThatForAProof) {
  Project project;
  int reads = 0;
  project.server.before = [&](const cluster::Request&) -> std::optional<Result<cluster::Response>> {
    if (++reads == 1) return {};
    project.boot.advance(minutes(1));
    return failure(StatusCode::kUnavailable, "no route to host");
  };
  const auto result = project.unlock();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, StatusCode::kUnavailable);
  project.server.before = nullptr;
  EXPECT_TRUE(project.record().is_held());
}

}  // namespace
}  // namespace upshift::engine
