#include "cluster/condition.hpp"

#include <gtest/gtest.h>

#include "cluster/await.hpp"
#include "support/rollout_objects.hpp"

namespace upshift::cluster {
namespace {

using namespace upshift::testing;  // NOLINT: the objects of these tests
using State = Verdict::State;
using std::chrono::minutes;

struct Project {
  FakeCluster server;
  Client client{server, FakeCluster::kProject};
  Cache cache{client};
  Verdict judge(const Json& description) {
    return std::move(make_await(description, cache, server.now())->judge(server.now()));
  }
};

TEST(Condition, RefusesADescriptionThatItCannotJudge) {
  struct Wrong {
    Json description;
    const char* says;
  };
  const Wrong cases[] = {
      {Json::object(), "unknown condition ''"},
      {{{"condition", "rolout"}}, "unknown condition 'rolout'"},
      {{{"condition", "rollout"}}, "has no \"deployment_config\""},
      {{{"condition", "import"}, {"image_stream", "a"}}, "has no \"tag\""},
      {{{"condition", "route_admitted"}}, "has no \"host\""},
      {{{"condition", "exists"}, {"kind", "Secret"}}, "has no \"name\""},
      {{{"condition", "absent"}, {"kind", "Sekret"}, {"name", "x"}}, "unknown kind 'Sekret'"},
      {{{"condition", "rollout"}, {"deployment_config", "web"}, {"timeout", "soon"}}, "'soon' is not a duration"},
  };
  for (const auto& one : cases) {
    Project project;
    const auto await = make_await(one.description, project.cache, project.server.now());
    ASSERT_FALSE(await) << one.says;
    EXPECT_EQ(await.error().code, StatusCode::kInvalidArgument);
    EXPECT_NE(await.error().summary.find(one.says), std::string::npos) << await.error().summary;
  }
}

TEST(Import, IsJudgedByTheGenerationOfTheTag) {
  struct Case {
    Json stream;
    State state;
    const char* says;
  };
  const Case cases[] = {
      {image_stream("1", 2, 2, "sha256:one"), State::kMet, "is imported as quay.io/shop/web@sha256:one"},
      {image_stream("1", 2, 0, ""), State::kPending, "not imported yet from quay.io/shop/web:1"},
      {image_stream("1", 3, 2, "sha256:one"), State::kPending, "not imported yet"},
      {image_stream("1", 3, 2, "sha256:one", "NotFound"), State::kHopeless, "(NotFound): the registry said no"},
      {image_stream("1", 2, 2, "sha256:one", "InternalError"), State::kMet, "is imported"},
      {image_stream("other", 1, 1, "sha256:one"), State::kPending, "ImageStreamTag/web:1 does not exist"},
  };
  for (const auto& one : cases) {
    Project project;
    project.server.put(one.stream);
    const auto verdict = project.judge({{"condition", "import"}, {"image_stream", "web"}, {"tag", "1"}});
    EXPECT_EQ(verdict.state, one.state) << verdict.reason;
    EXPECT_NE(verdict.reason.find(one.says), std::string::npos) << verdict.reason;
  }
  Project empty;
  EXPECT_EQ(empty.judge({{"condition", "import"}, {"image_stream", "web"}, {"tag", "1"}}).state, State::kPending);
}

TEST(Import, FollowsATagToTheOneThatIsImported) {
  for (const bool moved : {false, true}) {
    Project project;
    Json stream = image_stream("2", 2, 2, "sha256:two");
    stream["spec"]["tags"].push_back(
        {{"name", "latest"}, {"generation", 3}, {"from", {{"kind", "ImageStreamTag"}, {"name", "2"}}}});
    stream["status"]["tags"].push_back(
        {{"tag", "latest"},
         {"items", Json::array({{{"generation", 3},
                                 {"dockerImageReference",
                                  moved ? "quay.io/shop/web@sha256:two" : "quay.io/shop/web@sha256:one"}}})}});
    project.server.put(stream);
    const auto verdict = project.judge({{"condition", "import"}, {"image_stream", "web"}, {"tag", "latest"}});
    EXPECT_EQ(verdict.state, moved ? State::kMet : State::kPending) << verdict.reason;
  }
}

TEST(Import, EndsAtTagsThatFollowEachOther) {
  Project project;
  Json stream = image_stream("a", 1, 0, "");
  stream["spec"]["tags"] = Json::array({{{"name", "a"}, {"from", {{"kind", "ImageStreamTag"}, {"name", "b"}}}},
                                        {{"name", "b"}, {"from", {{"kind", "ImageStreamTag"}, {"name", "web:a"}}}}});
  project.server.put(stream);
  EXPECT_EQ(project.judge({{"condition", "import"}, {"image_stream", "web"}, {"tag", "a"}}).state, State::kHopeless);
}

Json route(const std::string& name, const std::string& service, const std::string& admitted,
           const std::string& reason = "") {
  Json object = {{"apiVersion", "route.openshift.io/v1"},
                 {"kind", "Route"},
                 {"metadata", {{"name", name}}},
                 {"spec", {{"host", "shop.example.com"}, {"to", {{"kind", "Service"}, {"name", service}}}}}};
  if (!admitted.empty()) {
    object["status"]["ingress"] = Json::array(
        {{{"host", "shop.example.com"},
          {"conditions",
           Json::array(
               {{{"type", "Admitted"}, {"status", admitted}, {"reason", reason}, {"message", "said the router"}}})}}});
  }
  return object;
}

TEST(Route, IsJudgedByHostServiceAndAdmission) {
  struct Case {
    std::vector<Json> routes;
    State state;
    const char* says;
  };
  const Case cases[] = {
      {{}, State::kPending, "no route has the host shop.example.com"},
      {{route("a", "web", "True")}, State::kMet, "Route/a is admitted"},
      {{route("a", "web", "")}, State::kPending, "has not been looked at by a router"},
      {{route("a", "old", "True")}, State::kPending, "leads to Service/old"},
      {{route("a", "web", "False", "InvalidHost")}, State::kHopeless, "(InvalidHost): said the router"},
      {{route("a", "web", "False", "HostAlreadyClaimed"), route("b", "old", "True")},
       State::kHopeless,
       "claimed by Route/b"},
      {{route("a", "web", "False", "HostAlreadyClaimed")}, State::kPending, "not in this project"},
  };
  for (const auto& one : cases) {
    Project project;
    for (const auto& object : one.routes) project.server.put(object);
    const auto verdict =
        project.judge({{"condition", "route_admitted"}, {"host", "shop.example.com"}, {"service", "web"}});
    EXPECT_EQ(verdict.state, one.state) << verdict.reason;
    EXPECT_NE(verdict.reason.find(one.says), std::string::npos) << verdict.reason;
  }
}

TEST(Route, ClaimedFromAnotherProjectIsGivenUpAfterAMinute) {
  Project project;
  project.server.put(route("a", "web", "False", "HostAlreadyClaimed"));
  auto await =
      *make_await({{"condition", "route_admitted"}, {"host", "shop.example.com"}}, project.cache, project.server.now());
  while (await.judge(project.server.now()).state == State::kPending) project.server.wait(await.deadline());
  EXPECT_EQ(project.server.now() - await.started(), minutes(1));
  EXPECT_NE(await.verdict().advice.find("--all-namespaces"), std::string::npos);
}

TEST(Presence, KnowsThereGoneAndOnItsWayOut) {
  Project project;
  const Json absent = {{"condition", "absent"}, {"kind", "Route"}, {"name", "a"}};
  const Json exists = {{"condition", "exists"}, {"kind", "Route"}, {"name", "a"}};
  EXPECT_EQ(project.judge(absent).state, State::kMet);
  EXPECT_EQ(project.judge(exists).state, State::kPending);
  Json object = route("a", "web", "True");
  object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  object["metadata"]["finalizers"] = Json::array({"example.com/keep"});
  project.server.put(object);
  project.server.wait(project.server.now());
  EXPECT_EQ(project.judge(exists).state, State::kMet);
  const auto verdict = project.judge(absent);
  EXPECT_EQ(verdict.state, State::kPending);
  EXPECT_NE(verdict.reason.find("held by example.com/keep"), std::string::npos) << verdict.reason;
}

}  // namespace
}  // namespace upshift::cluster
