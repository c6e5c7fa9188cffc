#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench.hpp"
#include "engine/direct_services.hpp"
#include "engine/step_services.hpp"
#include "support/rollout_objects.hpp"

namespace upshift::engine {
namespace {

constexpr const char* kCluster = "upshift.cluster/1";
constexpr const char* kValues = "upshift.values/1";
constexpr const char* kFiles = "upshift.files/1";
constexpr const char* kHttp = "upshift.http/1";

class RecordedHttp final : public HttpService {
 public:
  std::vector<HttpCall> calls;
  Result<HttpAnswer> answer = HttpAnswer{200, "ok"};
  Result<HttpAnswer> send(const HttpCall& call) override {
    calls.push_back(call);
    return answer;
  }
};

struct Served : Bench {
  RecordedHttp product;
  StepScope scope;
  StepServices services{scope};
  Served() : scope{with, add("x"), 1, 1, Operation::kApply, 0, {}} {
    with.http = &product;
    plan.steps[0].produces = {"label"};
    plan.steps[0].consumes = {"domain"};
  }
  StatusCode code(const char* service, const char* verb, const Json& request) {
    const auto reply = services.invoke(service, verb, request);
    return reply ? StatusCode::kOk : reply.error().code;
  }
};

struct Asked {
  const char* service;
  const char* verb;
  Json request;
  StatusCode in_apply;
  StatusCode in_check;
};

TEST(Services, AllowWhatTheManifestDeclaresAndTheOperationMay) {
  const auto ok = StatusCode::kOk;
  const auto denied = StatusCode::kPermissionDenied;
  const auto wrong = StatusCode::kInvalidArgument;
  const Json route = {{"object", {{"kind", "Route"}, {"metadata", {{"name", "r"}}}}}};
  const Asked cases[] = {
      {kCluster, "get", {{"kind", "Route"}, {"name", "r"}}, ok, ok},
      {kCluster, "list", {{"kind", "Secret"}}, ok, ok},
      {kCluster, "create", create("new"), ok, denied},
      {kCluster, "create", route, denied, denied},
      {kCluster,
       "create",
       {{"object", {{"kind", "ConfigMap"}, {"metadata", {{"name", "n"}, {"namespace", "other"}}}}}},
       denied,
       denied},
      {kCluster, "create", Json::object(), wrong, wrong},
      {kCluster, "patch", set_to("a", "2"), ok, denied},
      {kCluster,
       "patch",
       {{"kind", "ConfigMap"}, {"name", "a"}, {"type", "magic"}, {"patch", Json::object()}},
       wrong,
       wrong},
      {kCluster,
       "patch",
       {{"kind", "ConfigMap"}, {"name", "a"}, {"type", "json"}, {"patch", Json::object()}},
       wrong,
       wrong},
      {kCluster,
       "patch",
       {{"kind", "DeploymentConfig"}, {"name", "a"}, {"type", "merge"}, {"patch", Json::object()}},
       denied,
       denied},
      {kCluster, "replace", {{"object", config_map("a", "3")}}, ok, denied},
      {kCluster, "delete", {{"kind", "ConfigMap"}, {"name", "a"}}, ok, denied},
      {kCluster, "delete", {{"kind", "ConfigMap"}, {"name", "a"}, {"propagation", "Slowly"}}, wrong, wrong},
      {kCluster, "get", {{"kind", "Konfigmap"}, {"name", "a"}}, wrong, wrong},
      {kCluster, "get", {{"kind", "ConfigMap"}}, wrong, wrong},
      {kCluster, "get", "text", wrong, wrong},
      {kCluster, "exec", {{"pod", "p"}, {"container", "c"}, {"command", {"true"}}}, StatusCode::kNotFound, denied},
      {kCluster, "exec", {{"pod", "p"}}, wrong, denied},
      {kCluster, "dance", Json::object(), StatusCode::kUnimplemented, StatusCode::kUnimplemented},
      {kValues, "get", {{"name", "domain"}}, ok, ok},
      {kValues, "get", {{"name", "other"}}, denied, denied},
      {kValues, "set", {{"name", "label"}, {"value", 1}}, ok, ok},
      {kValues, "set", {{"name", "domain"}, {"value", 1}}, denied, denied},
      {kFiles, "write", {{"path", "a/b.json"}, {"content", "{}"}}, ok, denied},
      {kFiles, "write", {{"path", "../b.json"}, {"content", "{}"}}, wrong, denied},
      {kFiles, "read", {{"path", "/etc/passwd"}}, wrong, wrong},
      {kFiles, "read", {{"path", "none"}}, StatusCode::kNotFound, StatusCode::kNotFound},
      {kFiles, "list", Json::object(), ok, ok},
      {kFiles, "list", {{"under", "../elsewhere"}}, wrong, wrong},
      {kFiles, "write", {{"path", "a/b.json"}, {"content", 7}}, wrong, denied},
      {kFiles, "delete", {{"path", "none"}}, ok, denied},
      {kFiles, "delete", {{"path", "../none"}}, wrong, denied},
      {kCluster, "list", {{"kind", "Secret"}, {"limit", 0}}, wrong, wrong},
      {kCluster, "list", {{"kind", "Secret"}, {"limit", 1000000}}, wrong, wrong},
      {kCluster, "list", {{"kind", "Secret"}, {"continue", "x"}}, wrong, wrong},
      {kCluster, "list", {{"kind", "Secret"}, {"limit", 5}}, ok, ok},
      {kHttp, "request", {{"method", "GET"}, {"url", "https://shop.example.com/api"}}, ok, ok},
      {kHttp, "request", {{"method", "POST"}, {"url", "https://shop.example.com/api"}}, ok, denied},
      {kHttp, "request", {{"method", "POST"}}, wrong, wrong},
      {"upshift.magic/1", "get", Json::object(), StatusCode::kUnimplemented, StatusCode::kUnimplemented},
  };
  for (const auto& one : cases) {
    for (const auto operation : {Operation::kApply, Operation::kCheck}) {
      Served s;
      s.server.put(config_map("a"));
      s.scope.operation = operation;
      EXPECT_EQ(s.code(one.service, one.verb, one.request),
                operation == Operation::kApply ? one.in_apply : one.in_check)
          << one.service << " " << one.verb << " " << one.request.dump();
      if (operation == Operation::kCheck) {
        EXPECT_EQ(s.server.changes_sent(), 0);
        EXPECT_TRUE(s.journal.all_changes.empty());
      }
    }
  }
}

TEST(Services, NameThePluginThatOversteps) {
  Served s;
  s.plan.steps[0].changes.clear();
  const auto reply = s.services.invoke(kCluster, "create", create("a"));
  EXPECT_EQ(reply.error().summary, "the manifest of plugin scripted does not declare create of configmaps for step x");
  EXPECT_NE(reply.error().detail.find("author"), std::string::npos);
}

TEST(Services, ListNothingOfAKindThatTheClusterDoesNotServe) {
  Served s;
  s.server.before = [](const cluster::Request&) {
    return testing::FakeCluster::status(404, "NotFound", "the server could not find the requested resource");
  };
  for (const Json& request : {Json{{"kind", "BuildConfig"}}, Json{{"kind", "BuildConfig"}, {"limit", 5}}}) {
    const auto listed = s.services.invoke(kCluster, "list", request);
    ASSERT_TRUE(listed) << listed.error().summary;
    EXPECT_TRUE((*listed)["items"].empty());
  }
}

TEST(Services, ListAPageAtATimeWhereALimitIsGiven) {
  Served s;
  for (int i = 0; i < 5; ++i) s.server.put(config_map("m" + std::to_string(i)));
  const auto whole = s.services.invoke(kCluster, "list", {{"kind", "ConfigMap"}});
  EXPECT_EQ((*whole)["items"].size(), 5U);
  EXPECT_FALSE(whole->contains("continue"));
  s.server.requests.clear();
  const auto first = s.services.invoke(kCluster, "list", {{"kind", "ConfigMap"}, {"limit", 3}});
  ASSERT_TRUE(first) << first.error().summary;
  EXPECT_EQ((*first)["items"].size(), 3U);
  EXPECT_EQ((*first)["items"][0]["kind"], "ConfigMap");
  const Json next = {{"kind", "ConfigMap"}, {"limit", 3}, {"continue", (*first)["continue"]}};
  const auto second = s.services.invoke(kCluster, "list", next);
  EXPECT_EQ((*second)["items"].size(), 2U);
  EXPECT_FALSE(second->contains("continue"));
  EXPECT_EQ(s.server.requests.size(), 2U) << "one page is one request";
  s.server.before = [](const cluster::Request&) {
    return testing::FakeCluster::status(410, "Expired", "the token is too old");
  };
  EXPECT_EQ(s.services.invoke(kCluster, "list", next).error().code, StatusCode::kOutOfRange)
      << "the plugin decides what to do with what it has";
}

TEST(Services, TellTheChecksumOfWhatIsWrittenAndRead) {
  Served s;
  const auto written = s.services.invoke(kFiles, "write", {{"path", "a/b.json"}, {"content", "abc"}});
  EXPECT_EQ((*written)["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const auto read = s.services.invoke(kFiles, "read", {{"path", "a/b.json"}});
  EXPECT_EQ((*read)["content"], "abc");
  EXPECT_EQ((*read)["sha256"], (*written)["sha256"]);
  const auto listed = s.services.invoke(kFiles, "list", {{"under", "a"}, {"checksums", false}});
  EXPECT_EQ((*listed)["files"], Json::array({{{"path", "a/b.json"}, {"size", 3}}}));
  EXPECT_EQ((*s.services.invoke(kFiles, "delete", {{"path", "a/b.json"}}))["deleted"], true);
  EXPECT_EQ((*s.services.invoke(kFiles, "delete", {{"path", "a/b.json"}}))["deleted"], false);
}

TEST(Services, ShareValuesThroughTheJournal) {
  Served s;
  EXPECT_TRUE((*s.services.invoke(kValues, "get", {{"name", "domain"}}))["value"].is_null());
  s.journal.all_values["domain"] = {"domain", "", "example.com"};
  EXPECT_EQ((*s.services.invoke(kValues, "get", {{"name", "domain"}}))["value"], "example.com");
  ASSERT_TRUE(s.services.invoke(kValues, "set", {{"name", "label"}, {"value", "top-secret"}, {"secret", true}}));
  s.services.log(Severity::kInfo, "the label is top-secret");
  EXPECT_EQ(string_at(s.events.all.back().data, "/message"), "the label is (secret)");
}

TEST(Services, RecordCallsOfTheProductWithoutTheirSecrets) {
  Served s;
  const Json request = {{"method", "PUT"},
                        {"url", "https://shop.example.com/api?x=1"},
                        {"headers", {{"authorization", "Bearer t0ken"}}},
                        {"form", {{"host", "a.example.com"}}},
                        {"secret_query", {{"access_token", "s3cret-token"}}}};
  ASSERT_TRUE(s.services.invoke(kHttp, "request", request));
  EXPECT_EQ(s.product.calls.at(0).secret_query.at("access_token"), "s3cret-token");
  const auto& change = s.journal.all_changes.at(0);
  EXPECT_EQ(change.verb, journal::Verb::kHttp);
  EXPECT_EQ(change.object, "https://shop.example.com/api");
  const auto recorded = to_text(change.request) + to_text(change.new_value);
  EXPECT_EQ(recorded.find("s3cret"), std::string::npos);
  EXPECT_EQ(recorded.find("t0ken"), std::string::npos);
  s.product.answer = HttpAnswer{422, "no"};
  EXPECT_EQ((*s.services.invoke(kHttp, "request", request))["status"], 422);
  EXPECT_EQ(s.journal.all_changes.at(1).state, journal::ChangeState::kRefused);
  s.with.http = nullptr;
  EXPECT_FALSE(s.services.offers(kHttp));
  EXPECT_EQ(s.code(kHttp, "request", request), StatusCode::kUnimplemented);
}

TEST(Services, RunCommandsInAReadyPodOfTheNewestVersion) {
  Served s;
  s.server.put(testing::web_config(2, 2));
  s.server.put(testing::web_pod(1, "old", testing::running(), true));
  s.server.put(testing::web_pod(2, "starting", testing::running(), false));
  Json leaving = testing::web_pod(2, "leaving", testing::running(), true);
  leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  s.server.put(leaving);
  Json hook = testing::hook_pod(2, "post", "Running", 0);
  hook["status"]["conditions"][0]["status"] = "True";
  s.server.put(hook);
  std::string ran_in;
  s.server.on_exec = [&](const cluster::ExecRequest& request) {
    ran_in = request.pod + "/" + request.container;
    return Result<cluster::ExecResult>(cluster::ExecResult{0, "done", ""});
  };
  const Json request = {{"deployment_config", "web"}, {"command", {"rake", "resync"}}};
  const auto nobody = s.services.invoke(kCluster, "exec", request);
  EXPECT_EQ(nobody.error().code, StatusCode::kFailedPrecondition);
  EXPECT_NE(nobody.error().summary.find("ReplicationController/web-2"), std::string::npos);
  s.server.put(testing::web_pod(2, "ready", testing::running(), true));
  EXPECT_EQ((*s.services.invoke(kCluster, "exec", request))["stdout"], "done");
  EXPECT_EQ(ran_in, "web-2-ready/main");
  Json other = request;
  other["container"] = "side";
  EXPECT_EQ(s.code(kCluster, "exec", other), StatusCode::kNotFound);
  other["deployment_config"] = "none";
  EXPECT_EQ(s.code(kCluster, "exec", other), StatusCode::kNotFound);
}

TEST(Services, LogWhatACommandWritesLineByLineWithoutSecrets) {
  Served s;
  s.scope.redactor.add("hunter22");
  using Stream = cluster::ExecStream;
  s.server.on_exec = [](const cluster::ExecRequest& request) {
    request.output(Stream::kStandardOutput, "first li");
    request.output(Stream::kStandardError, "warning: hunt");
    request.output(Stream::kStandardOutput, "ne\r\nsecond line\n\nlast");
    request.output(Stream::kStandardError, "er22 is weak\n");
    return Result<cluster::ExecResult>(cluster::ExecResult{0, "", ""});
  };
  const Json request = {{"pod", "p"}, {"container", "c"}, {"command", {"run"}}};
  ASSERT_TRUE(s.services.invoke(kCluster, "exec", request));
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto* event : s.events.of(Event::Kind::kLog)) {
    lines.emplace_back(string_at(event->data, "/severity"), string_at(event->data, "/message"));
  }
  const std::vector<std::pair<std::string, std::string>> wanted = {{"debug", "Pod/p: first line"},
                                                                   {"debug", "Pod/p: second line"},
                                                                   {"info", "Pod/p: warning: (secret) is weak"},
                                                                   {"debug", "Pod/p: last"}};
  EXPECT_EQ(lines, wanted);
}

TEST(Services, LogAlsoACommandWhoseEndIsLost) {
  Served s;
  s.server.on_exec = [](const cluster::ExecRequest& request) -> Result<cluster::ExecResult> {
    request.output(cluster::ExecStream::kStandardOutput, "half a line " + std::string(40'000, 'x'));
    return failure(StatusCode::kUnavailable, "the connection broke");
  };
  EXPECT_EQ(s.code(kCluster, "exec", {{"pod", "p"}, {"container", "c"}, {"command", {"run"}}}),
            StatusCode::kUnavailable);
  const auto logged = s.events.of(Event::Kind::kLog);
  ASSERT_EQ(logged.size(), 3U) << "a line without an end is cut";
  EXPECT_EQ(string_at(logged[0]->data, "/message").substr(0, 23), "Pod/p: half a line xxxx");
  EXPECT_EQ(s.journal.all_changes.at(0).state, journal::ChangeState::kUnknown);
}

TEST(Services, LeaveTheObjectOutOfTheReplyWhereAsked) {
  Served s;
  for (const bool brief : {false, true}) {
    Json made = create(brief ? "a" : "b"), set = set_to(brief ? "a" : "b", "2");
    made["brief"] = set["brief"] = brief;
    for (const auto& [verb, request] : {std::pair("create", made), std::pair("patch", set)}) {
      const auto reply = s.services.invoke(kCluster, verb, request);
      ASSERT_TRUE(reply) << verb;
      EXPECT_EQ((*reply)["changed"], true) << verb;
      EXPECT_EQ(reply->contains("object"), !brief) << verb;
    }
  }
}

TEST(Services, AnswerInTextWhatTheyAnswer) {
  Served s;
  s.server.put(config_map("a"));
  const auto direct = make_direct_services(s.client, Access::kReadOnly, nullptr);
  const std::pair<const char*, Json> cases[] = {{"get", {{"kind", "ConfigMap"}, {"name", "a"}}},
                                                {"get", {{"kind", "ConfigMap"}, {"name", "none"}}},
                                                {"list", {{"kind", "ConfigMap"}}},
                                                {"get", {{"kind", "ConfigMap"}}},
                                                {"get", "none"},
                                                {"none", Json::object()}};
  for (plugin::HostServices* services : {static_cast<plugin::HostServices*>(&s.services), direct.get()}) {
    for (const auto& [verb, request] : cases) {
      const auto tree = services->invoke(kCluster, verb, request);
      const auto text = services->invoke_text(kCluster, verb, request);
      ASSERT_EQ(tree.has_value(), text.has_value()) << verb << request;
      if (tree) {
        EXPECT_EQ(Json::parse(*text), *tree) << verb << request;
      } else {
        EXPECT_EQ(text.error().summary, tree.error().summary);
      }
    }
  }
}

TEST(DirectServices, ChangeAtOnceAndLeaveNoRecord) {
  Bench bench;
  const auto services = make_direct_services(bench.client, Access::kReadWrite, &bench.events);
  ASSERT_TRUE(services->invoke(kCluster, "create", create("a")));
  EXPECT_EQ((*services->invoke(kCluster, "patch", set_to("a", "2")))["changed"], true);
  EXPECT_EQ((*services->invoke(kCluster, "delete", {{"kind", "ConfigMap"}, {"name", "a"}}))["changed"], true);
  EXPECT_TRUE(bench.journal.all_changes.empty());
  EXPECT_EQ(services->invoke(kValues, "get", {{"name", "a"}}).error().code, StatusCode::kUnimplemented);
  EXPECT_FALSE(services->offers(kFiles));
  const auto reader = make_direct_services(bench.client, Access::kReadOnly, nullptr);
  EXPECT_EQ(reader->invoke(kCluster, "create", create("b")).error().code, StatusCode::kPermissionDenied);
  EXPECT_TRUE(reader->invoke(kCluster, "list", {{"kind", "ConfigMap"}}));
}

class FileStores : public ::testing::TestWithParam<bool> {
 protected:
  FileStores() : directory(std::filesystem::temp_directory_path() / ("upshift-files-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(directory);
    store = GetParam() ? make_directory_file_store(directory / "run") : make_memory_file_store();
  }
  ~FileStores() override { std::filesystem::remove_all(directory); }
  std::filesystem::path directory;
  std::unique_ptr<FileStore> store;
};

TEST_P(FileStores, KeepFilesAndListThemWithTheirChecksums) {
  EXPECT_TRUE(store->list({})->empty());
  ASSERT_TRUE(store->write("objects/a.json", "{}"));
  ASSERT_TRUE(store->write("index.json", "[]"));
  ASSERT_TRUE(store->write("objects/a.json", "[1]"));
  EXPECT_EQ(*store->read("objects/a.json"), "[1]");
  const auto files = *store->list({});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "index.json");
  EXPECT_EQ(files[1].path, "objects/a.json");
  EXPECT_EQ(files[1].size, 3U);
  EXPECT_EQ(files[1].sha256.size(), 64U);
}

TEST_P(FileStores, ListAFolderWithoutReadingItAndDelete) {
  for (const char* path : {"a/1", "a/b/2", "ab/3", "a.4"}) ASSERT_TRUE(store->write(path, "xyz"));
  const auto files = *store->list({.under = "a", .checksums = false});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "a/1");
  EXPECT_EQ(files[1].path, "a/b/2");
  EXPECT_EQ(files[1].size, 3U);
  EXPECT_EQ(files[1].sha256, "");
  EXPECT_TRUE(*store->remove("a/1"));
  EXPECT_FALSE(*store->remove("a/1"));
  EXPECT_EQ(store->list({.under = "a", .checksums = false})->size(), 1U);
  EXPECT_TRUE(store->list({.under = "none", .checksums = true})->empty());
}

TEST_P(FileStores, RefusePathsThatLeadOut) {
  for (const std::string& path : std::vector<std::string>{"", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/.",
                                                          "a\\b", std::string("a\0b", 3)}) {
    EXPECT_EQ(store->write(path, "x").error().code, StatusCode::kInvalidArgument) << path;
    EXPECT_EQ(store->read(path).error().code, StatusCode::kInvalidArgument) << path;
    EXPECT_EQ(store->remove(path).error().code, StatusCode::kInvalidArgument) << path;
    if (path.empty()) continue;
    EXPECT_EQ(store->list({.under = path, .checksums = true}).error().code, StatusCode::kInvalidArgument) << path;
  }
  EXPECT_EQ(store->read("none").error().code, StatusCode::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(Both, FileStores, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "Directory" : "Memory"; });

TEST(DirectoryFileStore, IsForItsOwnerOnlyAndFollowsNoLink) {
  namespace fs = std::filesystem;
  const fs::path directory = fs::temp_directory_path() / ("upshift-links-" + std::to_string(::getpid()));
  fs::remove_all(directory);
  const auto store = make_directory_file_store(directory);
  ASSERT_TRUE(store->write("objects/a.json", "{}"));
  EXPECT_EQ(fs::status(directory / "objects/a.json").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(directory / "objects").permissions(), fs::perms::owner_all);
  fs::create_directory_symlink("/", directory / "out");
  EXPECT_EQ(store->write("out/tmp/x", "x").error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(store->read("out/etc/hostname").error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(store->list({.under = "out", .checksums = false}).error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(store->remove("out/etc/hostname").error().code, StatusCode::kInvalidArgument);
  fs::remove_all(directory);
}

}  // namespace
}  // namespace upshift::engine
