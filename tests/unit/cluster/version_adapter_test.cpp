#include "cluster/version_adapter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/client.hpp"
#include "cluster/read_only_transport.hpp"
#include "support/fake_cluster.hpp"

namespace upshift::cluster {
namespace {

using testing::FakeCluster;
using ::testing::HasSubstr;

using Groups = std::map<std::string, std::vector<std::string>>;

// A server with the given groups, each with its versions, and nothing below others.
struct Served {
  FakeCluster server;
  VersionAdapter adapter{server};
  Client client{adapter, FakeCluster::kProject};
  bool tells = true;
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  explicit Served(const Groups& groups) {
    server.before = [this, groups](const Request& request) -> std::optional<Result<Response>> {
      if (request.path == "/apis") {
        Json list = Json::array();
        for (const auto& [name, versions] : groups) {
          Json told = Json::array();
          for (const auto& version : versions)
            told.push_back({{"groupVersion", name + "/" + version}, {"version", version}});
          list.push_back({{"name", name}, {"versions", told}});
        }
        return tells ? Response{200, {{"kind", "APIGroupList"}, {"groups", list}}, {}}
                     : FakeCluster::status(503, "ServiceUnavailable", "later");
      }
      for (const auto& [name, versions] : groups) {
        for (const auto& version : versions) {
          if (request.path.starts_with("/apis/" + name + "/" + version + "/")) return std::nullopt;
        }
      }
      if (request.path.starts_with("/api/")) return std::nullopt;
      return FakeCluster::status(404, "NotFound", "the server could not find the requested resource");
    };
  }
  ObjectRef ref(const std::string& kind) { return client.resolve({*find_kind(kind), "", "x"}); }
};

struct Case {
  const char* name;
  Groups groups;
  const char* kind;
  const char* sent;  // the prefix of the paths
};

TEST(VersionAdapter, SpeaksTheVersionThatTheServerOffers) {
  const std::vector<std::string> both{"v1", "v1beta1"}, old{"v1beta1"}, now{"v1"};
  const Case cases[] = {
      {"3.11", {{"batch", both}, {"policy", old}}, "CronJob", "/apis/batch/v1beta1/"},
      {"3.11", {{"batch", both}, {"policy", old}}, "PodDisruptionBudget", "/apis/policy/v1beta1/"},
      {"4.8", {{"batch", both}, {"policy", both}}, "PodDisruptionBudget", "/apis/policy/v1beta1/"},
      {"4.12", {{"batch", now}, {"policy", now}}, "CronJob", "/apis/batch/v1/"},
      {"4.12", {{"batch", now}, {"policy", now}}, "PodDisruptionBudget", "/apis/policy/v1/"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(fmt::format("{} {}", one.name, one.kind));
    Served served(one.groups);
    const ObjectRef ref = served.ref(one.kind);
    const Json object = {{"apiVersion", ref.type.api_version()}, {"kind", one.kind}, {"metadata", {{"name", "x"}}}};
    ASSERT_TRUE(served.client.create(ref, object));
    const auto read = served.client.get(ref);
    ASSERT_TRUE(read);
    ASSERT_TRUE(*read);
    EXPECT_EQ("/apis/" + string_at(**read, "/apiVersion") + "/", one.sent);
    const auto listed = served.client.list(ref.type);
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->items.size(), 1U);
    EXPECT_TRUE(ref_of(listed->items[0]));
    EXPECT_EQ("/apis/" + string_at(listed->items[0], "/apiVersion") + "/", one.sent);
    EXPECT_TRUE(served.client.patch(ref, "application/merge-patch+json", {{"metadata", {{"labels", {{"a", "b"}}}}}}));
    ASSERT_TRUE(served.client.remove(ref));
    EXPECT_EQ(served.server.count("GET", "/apis/"), 2);
    EXPECT_EQ(served.server.count("GET", "/apis"), 3) << "the groups are asked for once";
    for (const Request& request : served.server.requests) {
      EXPECT_TRUE(request.path == "/apis" || request.path.starts_with(one.sent)) << request.path;
    }
  }
}

TEST(VersionAdapter, AsksForTheGroupsOnlyWhereAKindNeedsIt) {
  Served served(Groups{{"batch", {"v1"}}, {"apps.openshift.io", {"v1"}}});
  EXPECT_TRUE(served.client.list(*find_kind("Secret")));
  EXPECT_TRUE(served.client.list(*find_kind("DeploymentConfig")));
  EXPECT_TRUE(served.client.get(served.ref("Job")));
  EXPECT_EQ(served.server.count("GET", "/apis"), 2);
  for (const Request& request : served.server.requests) EXPECT_NE(request.path, "/apis");
}

TEST(VersionAdapter, NamesTheGroupThatTheServerLacksAndSendsNothing) {
  Served served(Groups{{"batch", {"v1"}}});
  const auto listed = served.client.list(*find_kind("PodDisruptionBudget"));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, StatusCode::kNotFound);
  EXPECT_THAT(listed.error().summary, HasSubstr("policy"));
  EXPECT_EQ(served.server.requests.size(), 1U);
}

TEST(VersionAdapter, SendsARequestAsItIsWhereTheServerDoesNotTellItsGroupsAndAsksAgain) {
  Served served(Groups{{"batch", {"v1"}}});
  served.tells = false;
  EXPECT_FALSE(served.client.list(*find_kind("CronJob")));
  EXPECT_EQ(served.server.requests.back().path, "/apis/batch/v1beta1/namespaces/shop/cronjobs");
  served.tells = true;
  EXPECT_TRUE(served.client.list(*find_kind("CronJob")));
}

TEST(VersionAdapter, AdaptsGroupsOfRequestsAndWatches) {
  Served served(Groups{{"batch", {"v1"}}});
  const Request jobs{"GET", "/apis/batch/v1beta1/namespaces/shop/cronjobs", {{"limit", "5"}}, "", nullptr};
  const Request budgets{"GET", "/apis/policy/v1beta1/poddisruptionbudgets", {{"limit", "5"}}, "", nullptr};
  const Request secrets{"GET", "/api/v1/namespaces/shop/secrets", {{"limit", "5"}}, "", nullptr};
  const std::vector<Request> all{budgets, jobs, secrets};
  ReadOnlyTransport reading(served.adapter);
  const auto answers = reading.send_all(all);
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0]->status, 404);
  EXPECT_EQ(answers[1]->status, 200);
  EXPECT_EQ(answers[2]->status, 200);
  const ObjectRef ref = served.ref("CronJob");
  std::vector<Json> told;
  const auto watch = reading.start_watch(jobs, [&](const WatchEvent& event) { told.push_back(event.object); });
  ASSERT_TRUE(watch);
  ASSERT_TRUE(
      served.client.create(ref, {{"apiVersion", "batch/v1beta1"}, {"kind", "CronJob"}, {"metadata", {{"name", "x"}}}}));
  reading.wait(reading.clock().now());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(string_at(told[0], "/apiVersion"), "batch/v1");
}

}  // namespace
}  // namespace upshift::cluster
