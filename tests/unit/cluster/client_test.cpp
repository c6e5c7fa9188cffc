#include "cluster/client.hpp"

#include <gtest/gtest.h>

#include "cluster/conditions.hpp"
#include "support/fake_cluster.hpp"

namespace upshift::cluster {
namespace {

using testing::FakeCluster;

ObjectRef config_map(const std::string& name) {
  return {type_of("ConfigMap"), "", name};
}
Json config_map_object(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", "1"}}}};
}

TEST(Client, ReadsCreatesChangesAndDeletesObjectsOfItsProject) {
  FakeCluster server;
  Client client(server, FakeCluster::kProject);
  EXPECT_FALSE(client.get(config_map("a"))->has_value());
  ASSERT_TRUE(client.create(config_map("a"), config_map_object("a")));
  EXPECT_EQ(string_at(**client.get(config_map("a")), "/data/a"), "1");
  ASSERT_TRUE(client.patch(config_map("a"), kMergePatch, {{"data", {{"a", "2"}}}}));
  EXPECT_EQ(string_at(**client.get(config_map("a")), "/data/a"), "2");
  ASSERT_TRUE(client.replace(config_map("a"), config_map_object("a")));
  EXPECT_TRUE(*client.remove(config_map("a")));
  EXPECT_FALSE(*client.remove(config_map("a")));
}

TEST(Client, FollowsPagesAndNamesTheTypeOfEachItem) {
  FakeCluster server;
  for (int i = 0; i < 7; ++i) server.put(config_map_object("m" + std::to_string(i)));
  Client client(server, FakeCluster::kProject);
  const auto all = client.list(type_of("ConfigMap"), {.labels = "", .page_size = 3});
  ASSERT_TRUE(all) << all.error().summary;
  EXPECT_EQ(all->items.size(), 7U);
  EXPECT_EQ(string_at(all->items[6], "/kind"), "ConfigMap");
  EXPECT_EQ(server.count("GET"), 3);
}

TEST(Client, GivesOnePageAndTheTokenOfTheNext) {
  FakeCluster server;
  for (int i = 0; i < 5; ++i) server.put(config_map_object("m" + std::to_string(i)));
  Client client(server, FakeCluster::kProject);
  const auto first = client.list_page(type_of("ConfigMap"), {.labels = "", .page_size = 3}, "");
  ASSERT_TRUE(first) << first.error().summary;
  EXPECT_EQ(first->items.size(), 3U);
  EXPECT_EQ(string_at(first->items[0], "/apiVersion"), "v1");
  ASSERT_FALSE(first->next.empty());
  const auto second = client.list_page(type_of("ConfigMap"), {.labels = "", .page_size = 3}, first->next);
  EXPECT_EQ(second->items.size(), 2U);
  EXPECT_TRUE(second->next.empty());
  EXPECT_EQ(server.count("GET"), 2);
  server.before = [](const Request&) { return FakeCluster::status(410, "Expired", "too old"); };
  EXPECT_EQ(client.list_page(type_of("ConfigMap"), {}, first->next).error().code, StatusCode::kOutOfRange);
}

TEST(Client, StartsTheListOverOnceWhenTheServerForgotThePage) {
  FakeCluster server;
  for (int i = 0; i < 4; ++i) server.put(config_map_object("m" + std::to_string(i)));
  int refused = 0;
  server.before = [&](const Request& request) -> std::optional<Result<Response>> {
    if (request.query_value("continue").empty() || refused++ > 0) return {};
    return FakeCluster::status(410, "Expired", "too old");
  };
  Client client(server, FakeCluster::kProject);
  EXPECT_EQ(client.list(type_of("ConfigMap"), {.labels = "", .page_size = 3})->items.size(), 4U);
}

struct Refusal {
  int status;
  const char* reason;
  StatusCode code;
};

TEST(Client, TellsRefusalsApartAndNamesTheObject) {
  const Refusal cases[] = {
      {400, "BadRequest", StatusCode::kInvalidArgument},
      {401, "Unauthorized", StatusCode::kUnauthenticated},
      {403, "Forbidden", StatusCode::kPermissionDenied},
      {404, "NotFound", StatusCode::kNotFound},
      {405, "MethodNotAllowed", StatusCode::kUnimplemented},
      {409, "AlreadyExists", StatusCode::kAlreadyExists},
      {409, "Conflict", StatusCode::kAborted},
      {422, "Invalid", StatusCode::kInvalidArgument},
      {429, "TooManyRequests", StatusCode::kResourceExhausted},
      {500, "InternalError", StatusCode::kUnavailable},
      {503, "ServiceUnavailable", StatusCode::kUnavailable},
  };
  for (const auto& one : cases) {
    FakeCluster server;
    server.before = [&](const Request&) {
      return std::optional(Result<Response>(FakeCluster::status(one.status, one.reason, "because")));
    };
    Client client(server, FakeCluster::kProject);
    const auto answer = client.patch(config_map("settings"), kMergePatch, Json::object());
    ASSERT_FALSE(answer) << one.status;
    EXPECT_EQ(answer.error().code, one.code) << one.status;
    EXPECT_EQ(answer.error().summary, "cannot patch ConfigMap/settings: because") << one.status;
    EXPECT_FALSE(answer.error().detail.empty()) << one.status;
  }
}

TEST(Client, CallsAQuotaAQuota) {
  FakeCluster server;
  server.before = [](const Request&) {
    return std::optional(
        Result<Response>(FakeCluster::status(403, "Forbidden", "pods is forbidden: exceeded quota: q")));
  };
  Client client(server, FakeCluster::kProject);
  const auto answer = client.create(config_map("a"), config_map_object("a"));
  EXPECT_EQ(answer.error().code, StatusCode::kResourceExhausted);
  EXPECT_NE(answer.error().detail.find("quota"), std::string::npos);
}

TEST(Client, NeverQuotesASecret) {
  FakeCluster server;
  server.before = [](const Request&) {
    Response response = FakeCluster::status(422, "Invalid", "Invalid value: \"hunter2\"");
    response.body["details"]["causes"] = Json::array({{{"field", "data[password]"}, {"message", "hunter2"}}});
    return std::optional(Result<Response>(response));
  };
  Client client(server, FakeCluster::kProject);
  const auto answer = client.patch({type_of("Secret"), "", "db"}, kMergePatch, Json::object());
  EXPECT_EQ(answer.error().summary, "cannot patch Secret/db: Invalid in data[password]");
}

TEST(Client, RepeatsReadsThatFailOnTheWayOnTheTransportsClock) {
  FakeCluster server;
  server.put(config_map_object("a"));
  int left = 3;
  server.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (left-- <= 0) return {};
    if (left == 2) return Result<Response>(failure(StatusCode::kUnavailable, "connection cut"));
    return FakeCluster::status(503, "ServiceUnavailable", "starting");
  };
  Client client(server, FakeCluster::kProject);
  const TimePoint start = server.now();
  EXPECT_TRUE(client.get(config_map("a"))->has_value());
  EXPECT_EQ(server.now() - start, std::chrono::milliseconds(500 + 1000 + 2000));
}

TEST(Client, RepeatsAChangeOnlyWhenTheServerDidNotAct) {
  FakeCluster server;
  Client client(server, FakeCluster::kProject);
  int busy = 1;
  server.before = [&](const Request&) -> std::optional<Result<Response>> {
    if (busy-- <= 0) return {};
    Response response = FakeCluster::status(429, "TooManyRequests", "busy");
    response.headers["retry-after"] = "7";
    return response;
  };
  const TimePoint start = server.now();
  EXPECT_TRUE(client.create(config_map("a"), config_map_object("a")));
  EXPECT_EQ(server.now() - start, std::chrono::seconds(7));
  server.requests.clear();
  server.before = [&](const Request&) -> std::optional<Result<Response>> {
    return Result<Response>(failure(StatusCode::kUnavailable, "connection cut"));
  };
  EXPECT_EQ(client.create(config_map("b"), config_map_object("b")).error().code, StatusCode::kUnavailable);
  EXPECT_EQ(server.count("POST"), 1);
}

TEST(Client, RefusesAnAnswerThatIsNoObject) {
  FakeCluster server;
  server.before = [](const Request&) { return std::optional(Result<Response>(Response{200, "<html>", {}})); };
  Client client(server, FakeCluster::kProject);
  EXPECT_EQ(client.get(config_map("a")).error().code, StatusCode::kInternal);
  EXPECT_EQ(client.list(type_of("ConfigMap")).error().code, StatusCode::kInternal);
}

}  // namespace
}  // namespace upshift::cluster
