// The lock of a project: who gets it, who keeps it, and who must not write any more.
#include "engine/project_lock.hpp"

#include <gmock/gmock.h>

#include "engine/held_transport.hpp"
#include "engine/holder_journal.hpp"
#include "engine/lock_watch.hpp"
#include "support/fake_cluster.hpp"
#include "support/memory_journal.hpp"
#include "unit/engine/bench.hpp"

namespace upshift::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::FakeCluster;
using ::testing::HasSubstr;

const Duration kLives = minutes(2);

Json lock_in(FakeCluster& server) {
  const Json* object = server.find_object("ConfigMap", kLockName);
  return object == nullptr ? Json() : *object;
}

// One process' view of the project, with a boot clock of its own.
struct Process {
  FakeCluster& server;
  cluster::Client client{server, FakeCluster::kProject};
  VirtualClock boot{TimePoint(minutes(7))};
  testing::RecordedEvents events;
  ProjectLock lock;

  Process(FakeCluster& shared, const std::string& id, const std::string& host, LockTerms terms = {})
      : server(shared), lock(client, boot, {id, host, "ada", 12, "shop 1 → 2"}, terms, events) {}

  Status acquire() {
    return lock.acquire(
        [] { return false; },
        [this](const LockRecord&, Duration left) { boot.advance(std::min<Duration>(left, seconds(5))); });
  }
};

TEST(ProjectLock, TellsInTheProjectWhoHoldsIt) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  one.lock.note_step("1-2/images/a");
  ASSERT_TRUE(one.acquire());
  const LockRecord record = read_lock(lock_in(server));
  EXPECT_EQ(record.holder, "h1");
  EXPECT_EQ(record.host, "laptop");
  EXPECT_EQ(record.user, "ada");
  EXPECT_EQ(record.process, 12);
  EXPECT_EQ(record.step, "1-2/images/a");
  EXPECT_EQ(record.time_to_live, kLives);
  EXPECT_EQ(record.session.size(), 16U);
  EXPECT_EQ(string_at(lock_in(server), "/metadata/labels/app.kubernetes.io~1managed-by"), "upshift");
  EXPECT_TRUE(one.lock.fence());
  EXPECT_TRUE(one.lock.release());
  EXPECT_TRUE(lock_in(server).is_null());
  EXPECT_FALSE(one.lock.fence());
}

TEST(ProjectLock, IsGivenBackThoughTheAnswerIsLost) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  int lost = 0;
  server.after = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method != "DELETE" || ++lost > 1) return {};
    return failure(StatusCode::kUnavailable, "the connection was lost before an answer");
  };
  EXPECT_TRUE(one.lock.release());
  EXPECT_TRUE(lock_in(server).is_null());
}

TEST(ProjectLock, IsRefusedToASecondWithAllThatIsKnownOfTheFirst) {
  FakeCluster server;
  Process one(server, "h1", "laptop"), two(server, "h2", "server");
  one.lock.note_step("1-2/images/a");
  ASSERT_TRUE(one.acquire());
  const auto refused = two.acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kAborted);
  for (const auto* part : {"ada at laptop (process 12)", "shop 1 → 2", "1-2/images/a", "since 1970", "last renewed"}) {
    EXPECT_THAT(refused.error().detail, HasSubstr(part));
  }
  EXPECT_FALSE(two.lock.fence());
  EXPECT_TRUE(one.lock.fence());
}

TEST(ProjectLock, GoesToOneOfTwoThatWantItAtOnce) {
  for (const bool free_one_there : {false, true}) {
    FakeCluster server;
    if (free_one_there) server.put(to_object(LockRecord()));
    Process slow(server, "h1", "laptop"), fast(server, "h2", "server");
    // Between what the slow one reads and what it writes.
    server.before = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
      if (request.method == "GET") return {};
      server.before = nullptr;
      EXPECT_TRUE(fast.acquire());
      return {};
    };
    EXPECT_FALSE(slow.acquire());
    EXPECT_FALSE(slow.lock.fence());
    EXPECT_TRUE(fast.lock.fence());
    EXPECT_EQ(read_lock(lock_in(server)).holder, "h2");
  }
}

TEST(ProjectLock, IsRenewedAtAThirdOfItsTimeToLive) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  EXPECT_EQ(one.lock.due_in(), kLives / 3);
  one.boot.advance(kLives / 3 - seconds(1));
  one.lock.keep();
  EXPECT_EQ(server.count("PUT"), 0);
  one.boot.advance(seconds(1));
  one.lock.keep();
  EXPECT_EQ(server.count("PUT"), 1);
  EXPECT_EQ(one.lock.due_in(), kLives / 3);
  EXPECT_EQ(read_lock(lock_in(server)).renewals, 2);
}

TEST(ProjectLock, TellsANewStepSoonButNotWithEveryStep) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  for (const auto* step : {"a", "b", "c"}) {
    one.lock.note_step(step);
    one.boot.advance(seconds(4));
    one.lock.keep();
  }
  EXPECT_EQ(server.count("PUT"), 1);
  EXPECT_EQ(read_lock(lock_in(server)).step, "c");
}

TEST(ProjectLock, OfTheSameJournalAndHostIsTakenOverAtOnce) {
  FakeCluster server;
  Process killed(server, "h1", "laptop"), resumed(server, "h1", "laptop"), elsewhere(server, "h1", "server");
  ASSERT_TRUE(killed.acquire());
  EXPECT_FALSE(elsewhere.acquire()) << "a copied journal proves nothing";
  ASSERT_TRUE(resumed.acquire());
  killed.boot.advance(kLives);
  const auto fenced = killed.lock.fence();
  ASSERT_FALSE(fenced);
  EXPECT_TRUE(killed.lock.lost());
  EXPECT_TRUE(resumed.lock.fence());
}

TEST(ProjectLock, OfTheSameHolderIsNotTakenWhereTheJournalCameFromTheProject) {
  FakeCluster server;
  Process one(server, "h1", "laptop"), two(server, "h1", "laptop", {.take_own = false});
  ASSERT_TRUE(one.acquire());
  EXPECT_FALSE(two.acquire());
}

TEST(ProjectLock, IsTakenOverOnceNobodyRenewedItForItsTimeToLive) {
  FakeCluster server;
  Process one(server, "h1", "laptop"), two(server, "h2", "server", {.wait = true});
  ASSERT_TRUE(one.acquire());
  const TimePoint begun = two.boot.now();
  ASSERT_TRUE(two.acquire());
  EXPECT_GE(two.boot.now() - begun, kLives);
  EXPECT_EQ(read_lock(lock_in(server)).holder, "h2");
}

TEST(ProjectLock, IsNotTakenOverWhereItIsRenewedMeanwhile) {
  FakeCluster server;
  Process one(server, "h1", "laptop"), two(server, "h2", "server", {.wait = true});
  ASSERT_TRUE(one.acquire());
  server.in(kLives / 3, [&] {
    one.boot.advance(kLives / 3);
    one.lock.keep();
  });
  const auto refused = two.acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kAborted);
  EXPECT_THAT(refused.error().summary, HasSubstr("renews it"));
}

TEST(ProjectLock, IsTakenAtOnceWhenItIsReleasedMeanwhile) {
  FakeCluster server;
  Process one(server, "h1", "laptop"), two(server, "h2", "server", {.wait = true});
  ASSERT_TRUE(one.acquire());
  server.in(seconds(8), [&] { ASSERT_TRUE(one.lock.release()); });
  ASSERT_TRUE(two.acquire());
  EXPECT_LT(two.boot.now() - TimePoint(minutes(7)), seconds(20));
}

TEST(ProjectLock, OfAnotherKindThanUpshiftWritesIsNeverTakenForFree) {
  FakeCluster server;
  server.put({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", kLockName}}}});
  Process one(server, "h1", "laptop");
  EXPECT_FALSE(one.acquire());
}

TEST(ProjectLock, SurvivesLostAnswersToWhatItWrites) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  int lost = 2;
  server.after = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method == "GET" || lost-- <= 0) return {};
    return failure(StatusCode::kUnavailable, "the connection broke");
  };
  ASSERT_TRUE(one.acquire()) << "its creation arrived";
  one.boot.advance(kLives / 3);
  one.lock.keep();
  EXPECT_EQ(one.lock.due_in(), kLives / 3) << "its renewal arrived";
  EXPECT_TRUE(one.events.all.empty());
}

TEST(ProjectLock, RefusesChangesWhenItCouldNotBeRenewedAndTakesThemUpWhenItStillIsItsOwn) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  server.before = [](const cluster::Request&) -> std::optional<Result<cluster::Response>> {
    return failure(StatusCode::kUnavailable, "no route to host");
  };
  one.boot.advance(kLives / 3);
  EXPECT_TRUE(one.lock.fence()) << "it holds still";
  ASSERT_EQ(one.events.all.size(), 1U);
  one.boot.advance(seconds(6));
  EXPECT_TRUE(one.lock.fence());
  EXPECT_EQ(one.events.all.size(), 1U) << "told once";
  one.boot.advance(kLives);
  const auto refused = one.lock.fence();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kUnavailable);
  EXPECT_FALSE(one.lock.lost());
  server.before = nullptr;
  EXPECT_TRUE(one.lock.fence());
}

TEST(ProjectLock, HoldsNoLongerThanItsTimeToLiveLessAMargin) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  // A renewal that takes long: the lease counts from before it was sent.
  server.after = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method == "PUT") one.boot.advance(kLives);
    return {};
  };
  one.boot.advance(kLives / 3);
  EXPECT_FALSE(one.lock.fence());
}

struct Loss {
  const char* what;
  std::function<void(FakeCluster&)> happens;
};

TEST(ProjectLock, OnceLostNeverWritesAgain) {
  const std::vector<Loss> losses{
      {"removed by hand", [](FakeCluster& server) { server.drop("ConfigMap", kLockName); }},
      {"unlocked",
       [](FakeCluster& server) {
         server.edit("ConfigMap", kLockName, [](Json& object) { object["data"]["holder"] = ""; });
       }},
      {"taken over",
       [](FakeCluster& server) {
         server.edit("ConfigMap", kLockName, [](Json& object) { object["data"]["session"] = "another"; });
       }},
      {"removed and made anew", [](FakeCluster& server) {
         server.drop("ConfigMap", kLockName);
         LockRecord other;
         other.holder = "h2";
         server.put(to_object(other));
       }}};
  for (const auto& loss : losses) {
    FakeCluster server;
    Process one(server, "h1", "laptop");
    ASSERT_TRUE(one.acquire());
    loss.happens(server);
    const Json before = lock_in(server);
    one.boot.advance(kLives / 3);
    one.lock.keep();
    for (int i = 0; i < 3; ++i) {
      const auto refused = one.lock.fence();
      ASSERT_FALSE(refused) << loss.what;
      EXPECT_EQ(refused.error().code, StatusCode::kAborted) << loss.what;
    }
    EXPECT_TRUE(one.lock.release());
    EXPECT_EQ(lock_in(server), before) << loss.what;
  }
}

TEST(ProjectLock, KeepsTheNoteOfAnUnlockUntilSomebodyReadsIt) {
  FakeCluster server;
  LockRecord free;
  free.unlocked = {{"by", "bob"}, {"reason", "the laptop is gone"}};
  server.put(to_object(free));
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  EXPECT_EQ(read_lock(lock_in(server)).unlocked, free.unlocked);
  ASSERT_TRUE(one.lock.release());
  EXPECT_FALSE(read_lock(lock_in(server)).is_held());
  EXPECT_EQ(read_lock(lock_in(server)).unlocked, free.unlocked);
}

TEST(HeldTransport, RenewsWhileItWaitsAndReadsAndHoldsLongerWhileACommandRuns) {
  FakeCluster server;
  Process one(server, "h1", "laptop");
  ASSERT_TRUE(one.acquire());
  HeldTransport held(server);
  held.keep(one.lock, minutes(30));
  const TimePoint begun = server.now();
  held.wait(begun + minutes(10));
  EXPECT_EQ(server.now(), begun + kLives / 3) << "it wakes up to renew";
  one.boot.advance(kLives / 3);
  held.wait(server.now() + seconds(1));
  EXPECT_EQ(server.count("PUT"), 1);
  server.on_exec = [&](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
    EXPECT_EQ(read_lock(lock_in(server)).time_to_live, minutes(30));
    one.boot.advance(minutes(20));
    EXPECT_TRUE(one.lock.fence());
    return cluster::ExecResult{};
  };
  ASSERT_TRUE(held.exec({FakeCluster::kProject, "pod", "main", {"true"}, ""}));
  EXPECT_EQ(read_lock(lock_in(server)).time_to_live, kLives);
  server.drop("ConfigMap", kLockName);
  one.boot.advance(kLives);
  const auto refused = held.exec({FakeCluster::kProject, "pod", "main", {"true"}, ""});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().not_acted_on);
}

TEST(HolderJournal, GivesTheNextRunTheSameHolder) {
  testing::MemoryJournal journal;
  const auto fresh = lock_holder_of(journal);
  ASSERT_TRUE(fresh);
  HolderJournal noting(journal);
  noting.note(*fresh);
  ASSERT_TRUE(noting.begin_run({}));
  EXPECT_EQ(*lock_holder_of(journal), *fresh);
  testing::MemoryJournal other;
  EXPECT_NE(*lock_holder_of(other), *fresh);
}

// A run is stopped (SIGSTOP, a laptop that sleeps) right before one of its changes, for longer than the time to live;
// another takes the lock over; continued, the first must not send that change or any other.
TEST(Fencing, KeepsAHolderThatWasAwayFromWriting) {
  int refused = 0;
  for (int round = 0; round < 100; ++round) {
    Bench bench;
    VirtualClock boot{TimePoint(minutes(7))};
    ProjectLock lock(bench.client, boot, {"h1", "laptop", "ada", 12, "shop"}, {}, bench.events);
    ASSERT_TRUE(lock.acquire([] { return false; }, {}));
    Process thief(bench.server, "h2", "server", {.wait = true});
    const int stopped_at = round % 10;
    int asked = 0;
    int sent_before = 0;
    for (int i = 0; i < 10; ++i) {
      bench.add("s" + std::to_string(i));
      bench.applies("s" + std::to_string(i), "create", create("made-" + std::to_string(i)));
    }
    bench.with.fence = [&]() -> Status {
      if (asked++ == stopped_at) {
        // Not always long enough to be noticed by anything but the boot clock.
        UPSHIFT_TRY(thief.acquire());
        boot.advance(kLives + Duration(round * 997));
        sent_before = stopped_at;
      }
      return lock.fence();
    };
    const auto result = bench.run();
    EXPECT_EQ(result.outcome, journal::RunState::kFailed) << "round " << round;
    EXPECT_EQ(result.changes, sent_before);
    for (int i = 0; i < 10; ++i) {
      const bool is_there = bench.server.find_object("ConfigMap", "made-" + std::to_string(i)) != nullptr;
      EXPECT_EQ(is_there, i < stopped_at) << "round " << round << ", change " << i;
    }
    EXPECT_TRUE(lock.lost());
    EXPECT_EQ(read_lock(lock_in(bench.server)).holder, "h2");
    refused += lock.lost() ? 1 : 0;
  }
  EXPECT_EQ(refused, 100);
}

}  // namespace
}  // namespace upshift::engine
