#include "cluster/rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace upshift::cluster {
namespace {

using ::testing::ElementsAre;

// Answers access reviews by what it grants.
class Reviewer final : public Transport {
 public:
  Result<Response> send(const Request& request) override {
    reviews.push_back(request);
    if (std::exchange(too_many, false))
      return Response{429, {{"message", "too many requests"}}, {{"retry-after", "3"}}};
    if (status != 201) return Response{status, {{"message", "no reviews here"}}, {}};
    const Json& asked = object_at(request.body, "/spec/resourceAttributes");
    const auto subresource = string_at(asked, "/subresource");
    const Right right{string_at(asked, "/group"),
                      string_at(asked, "/resource") + (subresource.empty() ? "" : "/" + subresource),
                      string_at(asked, "/verb")};
    return Response{201, {{"status", {{"allowed", granted.contains(right)}}}}, {}};
  }
  Result<WatchId> start_watch(const Request&, WatchHandler) override { return WatchId{1}; }
  void stop_watch(WatchId) override {}
  void wait(TimePoint until) override { clock_.advance_to(until); }
  Result<ExecResult> exec(const ExecRequest&) override { return ExecResult{}; }
  const Clock& clock() const override { return clock_; }

  Rights granted;
  int status = 201;
  bool too_many = false;  // for the next request
  std::vector<Request> reviews;

 private:
  VirtualClock clock_{TimePoint{}};
};

TEST(Rights, AreReadFromResourcesWithGroupAndSubresource) {
  Rights rights;
  add_rights(rights, "routes.route.openshift.io", {"get"});
  add_rights(rights, "pods/exec", {"create"});
  add_rights(rights, "secrets", {"patch"});
  add_rights(rights, "deploymentconfigs/scale.apps.openshift.io", {"update"});
  std::vector<std::string> shown;
  for (const auto& right : rights) shown.push_back(right.display());
  EXPECT_THAT(shown, ::testing::UnorderedElementsAre("get routes.route.openshift.io", "create pods/exec",
                                                     "patch secrets", ::testing::_));
}

TEST(Rights, ThatTheServerDoesNotGrantAreMissing) {
  Reviewer server;
  add_rights(server.granted, "secrets", {"get"});
  Rights asked = server.granted;
  add_rights(asked, "pods/exec", {"create"});
  add_rights(asked, "routes.route.openshift.io", {"delete"});
  const auto missing = missing_rights(server, "shop", asked);
  ASSERT_TRUE(missing) << missing.error().summary;
  EXPECT_THAT(*missing, ElementsAre(Right{"", "pods/exec", "create"}, Right{"route.openshift.io", "routes", "delete"}));
  ASSERT_EQ(server.reviews.size(), 3U);
  EXPECT_EQ(server.reviews[0].path, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  EXPECT_EQ(string_at(server.reviews[0].body, "/spec/resourceAttributes/namespace"), "shop");
}

TEST(Rights, AreAskedForAgainWhereTheServerHadTooManyQuestions) {
  Reviewer server;
  add_rights(server.granted, "secrets", {"get", "list"});
  server.too_many = true;
  const auto missing = missing_rights(server, "shop", server.granted);
  ASSERT_TRUE(missing) << missing.error().summary;
  EXPECT_TRUE(missing->empty());
  EXPECT_EQ(server.reviews.size(), 3U);
  EXPECT_GE(server.clock().now() - TimePoint{}, std::chrono::seconds(3));
}

TEST(Rights, OfAServerThatDoesNotTellAreAnErrorByItsKind) {
  const std::pair<int, StatusCode> cases[] = {{404, StatusCode::kUnimplemented},
                                              {403, StatusCode::kPermissionDenied},
                                              {401, StatusCode::kUnauthenticated},
                                              {503, StatusCode::kUnavailable}};
  for (const auto& [status, code] : cases) {
    Reviewer server;
    server.status = status;
    const auto missing = missing_rights(server, "shop", {{"", "pods", "get"}});
    ASSERT_FALSE(missing) << status;
    EXPECT_EQ(missing.error().code, code) << status;
  }
}

TEST(Rights, BecomeARoleWithOneRuleForResourcesOfTheSameVerbs) {
  Rights rights;
  add_rights(rights, "secrets", {"get", "list"});
  add_rights(rights, "configmaps", {"list", "get"});
  add_rights(rights, "pods/exec", {"create"});
  add_rights(rights, "routes.route.openshift.io", {"get", "list"});
  const Json role = role_of("upshift", rights);
  EXPECT_EQ(string_at(role, "/kind"), "Role");
  EXPECT_EQ(role["rules"], Json::parse(R"([
    {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
    {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["get", "list"]},
    {"apiGroups": ["route.openshift.io"], "resources": ["routes"], "verbs": ["get", "list"]}
  ])"));
}

}  // namespace
}  // namespace upshift::cluster
