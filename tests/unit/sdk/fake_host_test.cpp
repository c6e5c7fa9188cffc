#include "upshift/testing/fake_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace upshift::testing {
namespace {

const Json kSecret = {{"kind", "Secret"},
                      {"metadata", {{"name", "s"}, {"labels", {{"app", "x"}, {"tier", "db"}}}}},
                      {"data", {{"k", "v"}}}};

class Host : public ::testing::Test {
 protected:
  Host() { host_.put(kSecret); }
  upshift_status ask(const std::string& service, const std::string& verb, const Json& request,
                     upshift_operation operation = UPSHIFT_OPERATION_APPLY) {
    return host_.invoke(operation, service, verb, request, reply_);
  }
  upshift_status cluster(const std::string& verb, const Json& request) {
    return ask("upshift.cluster/1", verb, request);
  }
  FakeHost host_;
  Json reply_;
};

TEST_F(Host, GivesNullForWhatIsNotThere) {
  EXPECT_EQ(cluster("get", {{"kind", "Secret"}, {"name", "s"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["object"], kSecret);
  EXPECT_EQ(cluster("get", {{"kind", "Secret"}, {"name", "none"}}), UPSHIFT_STATUS_OK);
  EXPECT_TRUE(reply_["object"].is_null());
}

TEST_F(Host, ListsByLabels) {
  const std::pair<const char*, std::size_t> table[] = {
      {"", 1},     {"app=x", 1},  {"app=x,tier=db", 1}, {"app", 1},    {"app=y", 0},         {"app=x,none=1", 0},
      {"none", 0}, {"app!=y", 1}, {"none!=1", 1},       {"app!=x", 0}, {"app=x,tier!=db", 0}};
  for (const auto& [labels, count] : table) {
    EXPECT_EQ(cluster("list", {{"kind", "Secret"}, {"labels", labels}}), UPSHIFT_STATUS_OK);
    EXPECT_EQ(reply_["items"].size(), count) << labels;
  }
}

TEST_F(Host, ListsAPageAtATimeInTheOrderOfNames) {
  for (const char* name : {"b", "a", "c"}) host_.put({{"kind", "Route"}, {"metadata", {{"name", name}}}});
  Json request = {{"kind", "Route"}, {"limit", 2}};
  EXPECT_EQ(cluster("list", request), UPSHIFT_STATUS_OK);
  ASSERT_EQ(reply_["items"].size(), 2U);
  EXPECT_EQ(reply_["items"][1]["metadata"]["name"], "b");
  request["continue"] = reply_["continue"];
  EXPECT_EQ(cluster("list", request), UPSHIFT_STATUS_OK);
  ASSERT_EQ(reply_["items"].size(), 1U);
  EXPECT_EQ(reply_["items"][0]["metadata"]["name"], "c");
  EXPECT_FALSE(reply_.contains("continue"));
}

TEST_F(Host, AppliesTheThreePatchesAndTellsWhatChanged) {
  const auto patch = [&](const char* type, const Json& document) {
    return cluster("patch", {{"kind", "Secret"}, {"name", "s"}, {"type", type}, {"patch", document}});
  };
  EXPECT_EQ(patch("merge", {{"data", {{"a", "1"}, {"k", nullptr}}}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["object"]["data"], (Json{{"a", "1"}}));
  EXPECT_EQ(reply_["changed"], true);
  EXPECT_EQ(patch("merge", {{"data", {{"a", "1"}}}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["changed"], false);
  EXPECT_EQ(patch("json", {{{"op", "add"}, {"path", "/data/b"}, {"value", "2"}}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["object"]["data"]["b"], "2");
  EXPECT_EQ(patch("json", {{{"op", "remove"}, {"path", "/none"}}}), UPSHIFT_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(patch("magic", Json::object()), UPSHIFT_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(host_.changes().size(), 2U) << "a patch that changes nothing is no change";
  EXPECT_EQ(host_.calls().size(), 5U);
}

TEST(StrategicMerge, MergesListsByNameAndReplacesOthers) {
  struct Row {
    const char *before, *patch, *after;
  };
  const Row table[] = {
      {R"({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]})",
       R"({"env": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]})",
       R"({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}, {"name": "C", "value": "4"}]})"},
      {R"({"env": [{"name": "A"}, {"name": "B"}]})", R"({"env": [{"name": "A", "$patch": "delete"}]})",
       R"({"env": [{"name": "B"}]})"},
      {R"({"triggers": [{"type": "a"}]})", R"({"triggers": [{"type": "b"}]})", R"({"triggers": [{"type": "b"}]})"},
      {R"({"a": {"b": 1, "c": 2}})", R"({"a": {"b": null, "d": 3}})", R"({"a": {"c": 2, "d": 3}})"},
      {R"({"args": ["x"]})", R"({"args": ["y", "z"]})", R"({"args": ["y", "z"]})"},
      {R"({})", R"({"env": [{"name": "A"}]})", R"({"env": [{"name": "A"}]})"},
  };
  for (const Row& row : table) {
    Json target = Json::parse(row.before);
    merge_strategically(target, Json::parse(row.patch));
    EXPECT_EQ(target, Json::parse(row.after)) << row.patch;
  }
}

TEST_F(Host, CreatesReplacesAndDeletes) {
  EXPECT_EQ(cluster("create", {{"object", kSecret}}), UPSHIFT_STATUS_ALREADY_EXISTS);
  EXPECT_EQ(cluster("create", {{"object", {{"kind", "Secret"}}}}), UPSHIFT_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cluster("replace", {{"object", kSecret}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["changed"], false);
  EXPECT_EQ(cluster("delete", {{"kind", "Secret"}, {"name", "s"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["changed"], true);
  EXPECT_EQ(cluster("delete", {{"kind", "Secret"}, {"name", "s"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["changed"], false);
  EXPECT_EQ(cluster("replace", {{"object", kSecret}}), UPSHIFT_STATUS_NOT_FOUND);
  EXPECT_EQ(cluster("explode", {}), UPSHIFT_STATUS_UNIMPLEMENTED);
}

TEST_F(Host, AnswersExecAndHttpAsTheTestSays) {
  host_.on_exec = [](const Json& request) { return Json{{"exit_code", 3}, {"stdout", request["command"][0]}}; };
  EXPECT_EQ(cluster("exec", {{"pod", "p"}, {"command", {"ls"}}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_, (Json{{"exit_code", 3}, {"stdout", "ls"}}));
  EXPECT_EQ(ask("upshift.http/1", "request", {{"method", "GET"}, {"url", "u"}}, UPSHIFT_OPERATION_CHECK),
            UPSHIFT_STATUS_OK);
  EXPECT_EQ(ask("upshift.http/1", "request", {{"method", "PUT"}, {"url", "u"}}, UPSHIFT_OPERATION_CHECK),
            UPSHIFT_STATUS_PERMISSION_DENIED);
}

TEST_F(Host, KeepsFilesWithinTheirDirectory) {
  EXPECT_EQ(ask("upshift.files/1", "write", {{"path", "a/b"}, {"content", "x"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(ask("upshift.files/1", "read", {{"path", "a/b"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["content"], "x");
  const Json first_checksum = reply_["sha256"];
  EXPECT_EQ(ask("upshift.files/1", "read", {{"path", "none"}}), UPSHIFT_STATUS_NOT_FOUND);
  EXPECT_EQ(ask("upshift.files/1", "list", {}), UPSHIFT_STATUS_OK);
  ASSERT_EQ(reply_["files"].size(), 1U);
  EXPECT_EQ(reply_["files"][0]["sha256"], first_checksum);
  EXPECT_EQ(ask("upshift.files/1", "write", {{"path", "a/b"}, {"content", "y"}}), UPSHIFT_STATUS_OK);
  EXPECT_NE(reply_["sha256"], first_checksum);
  EXPECT_EQ(ask("upshift.files/1", "list", {{"under", "other"}}), UPSHIFT_STATUS_OK);
  EXPECT_TRUE(reply_["files"].empty());
  EXPECT_EQ(ask("upshift.files/1", "delete", {{"path", "a/b"}}, UPSHIFT_OPERATION_CHECK),
            UPSHIFT_STATUS_PERMISSION_DENIED);
  EXPECT_EQ(ask("upshift.files/1", "delete", {{"path", "a/b"}}), UPSHIFT_STATUS_OK);
  EXPECT_EQ(reply_["deleted"], true);
  EXPECT_TRUE(host_.files.empty());
  for (const char* path : {"/etc/passwd", "../x", ""}) {
    EXPECT_EQ(ask("upshift.files/1", "write", {{"path", path}, {"content", "x"}}), UPSHIFT_STATUS_INVALID_ARGUMENT)
        << path;
  }
}

TEST_F(Host, RefusesWhatTheTestTellsItTo) {
  host_.refuse = [](const Call& call) { return call.verb == "get" ? UPSHIFT_STATUS_UNAVAILABLE : UPSHIFT_STATUS_OK; };
  EXPECT_EQ(cluster("get", {{"kind", "Secret"}, {"name", "s"}}), UPSHIFT_STATUS_UNAVAILABLE);
  EXPECT_EQ(host_.calls().back().status, UPSHIFT_STATUS_UNAVAILABLE);
}

}  // namespace
}  // namespace upshift::testing
