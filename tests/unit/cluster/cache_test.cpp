#include "cluster/cache.hpp"

#include <gtest/gtest.h>

#include "cluster/conditions.hpp"
#include "support/fake_cluster.hpp"

namespace upshift::cluster {
namespace {

using std::chrono::seconds;
using testing::FakeCluster;

Json named(const std::string& name, const std::string& value = "1") {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", value}}}};
}

class CacheTest : public ::testing::Test {
 protected:
  const Json* get(const std::string& name) { return *cache.get(type_of("ConfigMap"), name); }
  void wait() { server.wait(server.now() + seconds(1)); }

  FakeCluster server;
  Client client{server, FakeCluster::kProject};
  Cache cache{client};
};

TEST_F(CacheTest, ListsOnceAndLearnsTheRestFromTheStream) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  server.put(named("b"));
  server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "2"; });
  wait();
  EXPECT_EQ(string_at(*get("a"), "/data/a"), "2");
  ASSERT_NE(get("b"), nullptr);
  server.drop("ConfigMap", "a");
  wait();
  EXPECT_EQ(get("a"), nullptr);
  EXPECT_EQ(server.count("GET"), 1);
}

TEST_F(CacheTest, ListsAgainAfterTheStreamEnded) {
  server.put(named("a"));
  server.put(named("b"));
  ASSERT_NE(get("a"), nullptr);
  server.wait(server.now() + seconds(60));
  server.cut_streams();
  wait();
  std::vector<WatchEvent::Type> seen;
  server.drop("ConfigMap", "a");
  server.put(named("c"));
  cache.observe(type_of("ConfigMap"), [&](const WatchEvent& event) { seen.push_back(event.type); });
  seen.clear();
  EXPECT_EQ(get("a"), nullptr);
  EXPECT_NE(get("c"), nullptr);
  EXPECT_EQ(seen, (std::vector{WatchEvent::Type::kAdded, WatchEvent::Type::kDeleted}));
  EXPECT_EQ(server.streams_started, 2);
}

TEST_F(CacheTest, GoesOnWhereTheStreamEndedWithoutAList) {
  server.put(named("a"));
  server.put(named("b"));
  ASSERT_NE(get("a"), nullptr);
  for (int i = 0; i < 20; ++i) {
    server.end_streams(0, i % 2 == 0 ? "StreamEnded" : "ConnectionLost");
    wait();
    // While no stream runs.
    server.edit("ConfigMap", "a", [i](Json& object) { object["data"]["a"] = std::to_string(i); });
    if (i == 10) server.drop("ConfigMap", "b");
    server.wait(server.now() + seconds(60));
    ASSERT_NE(get("a"), nullptr);
    wait();
    EXPECT_EQ(string_at(*get("a"), "/data/a"), std::to_string(i));
    EXPECT_EQ(get("b") == nullptr, i >= 10);
    EXPECT_EQ(cache.trouble(), nullptr) << i;
  }
  EXPECT_EQ(server.count("GET"), 1);
  EXPECT_EQ(server.streams_started, 21);
}

TEST_F(CacheTest, GoesOnFromTheLastBookmarkOrListsWhatTheServerRefuses) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  server.bookmark("140");
  wait();
  server.end_streams(0, "StreamEnded");
  wait();
  ASSERT_NE(get("a"), nullptr);
  EXPECT_EQ(server.watched_from.back(), "140");
  for (const int code : {410, 403, 500}) {
    server.end_streams(code, "Whatever");
    wait();
    server.wait(server.now() + seconds(60));
    ASSERT_NE(get("a"), nullptr);
  }
  EXPECT_EQ(server.count("GET"), 4);
}

TEST_F(CacheTest, TellsSinceWhenTheClusterCannotBeFollowed) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  EXPECT_EQ(cache.trouble(), nullptr);
  server.wait(server.now() + seconds(60));
  const TimePoint lost = server.now();
  for (int i = 0; i < 5; ++i) {
    server.end_streams(0, "ConnectionLost");
    wait();
    ASSERT_NE(cache.trouble(), nullptr);
    EXPECT_EQ(cache.trouble()->code, StatusCode::kUnavailable);
    EXPECT_EQ(cache.trouble_since(), lost);
    while (cache.next_retry() != TimePoint::max()) {
      server.wait(std::max(cache.next_retry(), server.now()));
      ASSERT_NE(get("a"), nullptr);
    }
  }
  server.wait(server.now() + seconds(20));
  EXPECT_EQ(cache.trouble(), nullptr) << "a stream that stays open has reached a server";
  server.end_streams(0, "ConnectionLost");
  wait();
  ASSERT_NE(cache.trouble(), nullptr);
  server.wait(server.now() + seconds(70));
  EXPECT_EQ(cache.trouble(), nullptr) << "what nobody reads any more is no reason to stop";
  EXPECT_EQ(server.count("GET"), 1);
}

TEST_F(CacheTest, WaitsLongerAndLongerWhileStreamsKeepEnding) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  for (int i = 0; i < 200; ++i) {
    server.cut_streams();
    server.wait(server.now() + seconds(1));
    server.wait(server.now() + seconds(1));
    ASSERT_NE(get("a"), nullptr);
  }
  EXPECT_LT(server.count("GET"), 25);
  EXPECT_LT(cache.next_retry(), TimePoint::max());
}

TEST_F(CacheTest, KeepsTheLastKnownStateWhileTheServerIsAway) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  server.before = [](const Request&) {
    return std::optional(Result<Response>(failure(StatusCode::kUnavailable, "away")));
  };
  server.cut_streams();
  wait();
  wait();
  EXPECT_NE(get("a"), nullptr);
}

TEST_F(CacheTest, TellsWhyItHasNothingAndDoesNotAskAtEveryReading) {
  server.before = [](const Request&) {
    return std::optional(Result<Response>(FakeCluster::status(403, "Forbidden", "not yours")));
  };
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(cache.list(type_of("Route")).error().code, StatusCode::kPermissionDenied);
  }
  EXPECT_EQ(server.count("GET"), 1);
}

TEST_F(CacheTest, TakesTheAnswerOfAChangeAndIgnoresOlderNewsAndItsRepetition) {
  server.put(named("a"));
  ASSERT_NE(get("a"), nullptr);
  std::vector<std::string> seen;
  cache.observe(type_of("ConfigMap"),
                [&](const WatchEvent& event) { seen.push_back(string_at(event.object, "/data/a")); });
  seen.clear();
  server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "2"; });
  const Json answer = *client.patch({type_of("ConfigMap"), "", "a"}, kMergePatch, {{"data", {{"a", "3"}}}});
  cache.absorb({type_of("ConfigMap"), "", "a"}, answer);
  EXPECT_EQ(string_at(*get("a"), "/data/a"), "3");
  wait();
  EXPECT_EQ(seen, std::vector<std::string>{"3"});
  server.drop("ConfigMap", "a");
  wait();
  EXPECT_EQ(get("a"), nullptr);
  EXPECT_EQ(seen.size(), 2U);
}

class ToldTest : public CacheTest {
 protected:
  void SetUp() override {
    server.put(named("a"));
    server.put(named("other"));
    ASSERT_NE(get("a"), nullptr);
  }
  // The value that a read would find, "" where the server is to be asked.
  std::string told(const std::string& name = "a") {
    const auto object = cache.told(client.resolve({type_of("ConfigMap"), "", name}));
    return object ? string_at(object->tree(), "/data/a") : "";
  }
  void edit(const std::string& name, const std::string& value) {
    server.edit("ConfigMap", name, [&](Json& object) { object["data"]["a"] = value; });
  }
  const ObjectRef a = client.resolve({type_of("ConfigMap"), "", "a"});
};

TEST_F(ToldTest, AnswersForAReadWhileTheStreamIsFresh) {
  EXPECT_EQ(told(), "1") << "listed just now";
  server.wait(server.now() + seconds(6));
  EXPECT_EQ(told(), "") << "it may have broken unnoticed";
  edit("other", "2");
  wait();
  EXPECT_EQ(told(), "1");
  edit("a", "2");
  wait();
  EXPECT_EQ(told(), "2");
  EXPECT_EQ(cache.told(a)->text(), to_text(*server.find_object("ConfigMap", "a")));
  EXPECT_EQ(told("none"), "") << "only a read can tell that something is not there";
  EXPECT_FALSE(cache.told({type_of("Secret"), FakeCluster::kProject, "a"})) << "not followed";
  EXPECT_FALSE(cache.told({type_of("ConfigMap"), "another", "a"}));
  server.end_streams(0, "StreamEnded");
  wait();
  EXPECT_EQ(told(), "");
}

TEST_F(ToldTest, KnowsNothingOfAnObjectThatWasChangedUntilTheStreamHasToldOfIt) {
  cache.expect(a, false);
  EXPECT_EQ(told(), "");
  EXPECT_EQ(told("other"), "1");
  edit("a", "theirs");
  cache.absorb(a, *client.patch(a, kMergePatch, {{"data", {{"a", "ours"}}}}));
  EXPECT_EQ(told(), "") << "the answer alone is no second look";
  server.wait(server.now());
  EXPECT_EQ(told(), "ours");
}

TEST_F(ToldTest, KnowsNothingOfAnObjectThatWasRemovedUntilItsEndWasTold) {
  cache.expect(a, true);
  edit("a", "going");
  wait();
  EXPECT_EQ(told(), "");
  server.drop("ConfigMap", "a");
  server.put(named("a", "another"));
  wait();
  EXPECT_EQ(told(), "another");
}

TEST_F(ToldTest, ListedAnewKnowsWhatWasChanged) {
  cache.expect(a, true);
  server.cut_streams();
  wait();
  server.wait(server.now() + seconds(60));
  ASSERT_NE(get("a"), nullptr);
  EXPECT_EQ(told(), "1");
}

TEST_F(ToldTest, KnowsNothingForAMomentAfterSomethingOfUnknownEffect) {
  cache.doubt();
  edit("a", "2");
  server.wait(server.now());
  EXPECT_EQ(told(), "");
  server.wait(server.now() + seconds(5));
  edit("a", "3");
  server.wait(server.now());
  EXPECT_EQ(told(), "3");
}

}  // namespace
}  // namespace upshift::cluster
