#include "engine/change_writer.hpp"

#include "bench.hpp"
#include "cluster/conditions.hpp"

namespace upshift::engine {
namespace {

using cluster::Request;
using cluster::Response;
using journal::ChangeState;
using testing::FakeCluster;
using Fault = std::optional<Result<Response>>;

struct Written : Bench {
  StepScope scope;
  ChangeWriter writer{scope};
  Written() : scope{with, add("x"), 1, 1, Operation::kApply, 0, {}} {}
  cluster::ObjectRef ref(const std::string& name, const std::string& kind = "ConfigMap") {
    return client.resolve({cluster::type_of(kind), "", name});
  }
  std::vector<ChangeState> states() const {
    std::vector<ChangeState> all;
    for (const auto& change : journal.all_changes) all.push_back(change.state);
    return all;
  }
  std::string value(const std::string& name) {
    const Json* object = server.find_object("ConfigMap", name);
    return object == nullptr ? "gone" : string_at(*object, "/data/a");
  }
};

const Json kSetTwo = {{"data", {{"a", "2"}}}};

TEST(ChangeWriter, RecordsOldAndNewBeforeItSends) {
  Written w;
  w.server.put(config_map("a"));
  w.server.before = [&](const Request& request) -> Fault {
    if (request.method == "PATCH") {
      EXPECT_EQ(w.journal.all_changes.size(), 1U);
      EXPECT_EQ(w.journal.all_changes[0].state, ChangeState::kIntended);
      EXPECT_EQ(string_at(request.body, "/metadata/resourceVersion"),
                string_at(w.journal.all_changes[0].old_value, "/metadata/resourceVersion"));
    }
    return {};
  };
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo);
  ASSERT_TRUE(outcome) << outcome.error().summary;
  EXPECT_TRUE(outcome->changed);
  const auto& change = w.journal.all_changes.at(0);
  EXPECT_EQ(string_at(change.old_value, "/data/a"), "1");
  EXPECT_EQ(string_at(change.intended, "/data/a"), "2");
  EXPECT_EQ(string_at(change.new_value, "/data/a"), "2");
  EXPECT_EQ(change.state, ChangeState::kApplied);
  EXPECT_EQ(change.http_status, 200);
  EXPECT_EQ(change.kind, "ConfigMap");
  EXPECT_EQ(w.scope.changes, 1);
}

TEST(ChangeWriter, GuardsAJsonPatchByTheVersionThatWasRead) {
  Written w;
  w.server.put(config_map("a"));
  const Json patch = Json::array({{{"op", "replace"}, {"path", "/data/a"}, {"value", "2"}}});
  int reads = 0;
  w.server.after = [&](const Request& request) -> Fault {
    // Another user is quicker once.
    if (request.method == "GET" && ++reads == 1)
      w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["b"] = "theirs"; });
    return {};
  };
  ASSERT_TRUE(w.writer.patch(w.ref("a"), cluster::kJsonPatch, patch));
  EXPECT_EQ(w.value("a"), "2");
  EXPECT_EQ(string_at(*w.server.find_object("ConfigMap", "a"), "/data/b"), "theirs");
  EXPECT_EQ(w.states(), (std::vector{ChangeState::kRefused, ChangeState::kApplied}));
}

TEST(ChangeWriter, KnowsAFailedTestOfAnOlderServerForAConflict) {
  Written w;
  w.server.put(config_map("a"));
  int patches = 0;
  w.server.before = [&](const Request& request) -> Fault {
    if (request.method != "PATCH" || ++patches > 1) return {};
    // Another user has made the same change meanwhile: it is theirs.
    w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["a"] = "2"; });
    return FakeCluster::status(500, "", "Testing value /metadata/resourceVersion failed");
  };
  const Json patch = Json::array({{{"op", "replace"}, {"path", "/data/a"}, {"value", "2"}}});
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kJsonPatch, patch);
  ASSERT_TRUE(outcome) << outcome.error().summary;
  EXPECT_FALSE(outcome->changed);
  EXPECT_EQ(w.states(), std::vector{ChangeState::kRefused});
}

TEST(ChangeWriter, ReadsAndDecidesAgainOnAConflict) {
  Written w;
  w.server.put(config_map("a"));
  int reads = 0;
  w.server.after = [&](const Request& request) -> Fault {
    if (request.method == "GET" && ++reads == 1) w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["a"] = "2"; });
    return {};
  };
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->changed) << "somebody else made the same change meanwhile";
  EXPECT_EQ(w.states(), std::vector{ChangeState::kRefused});
}

TEST(ChangeWriter, GivesUpAgainstSomebodyWhoAlwaysChangesItBack) {
  Written w;
  w.server.put(config_map("a"));
  w.server.after = [&](const Request& request) -> Fault {
    if (request.method == "GET")
      w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["n"] = string_at(o, "/data/n") + "+"; });
    return {};
  };
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, StatusCode::kAborted);
  EXPECT_NE(outcome.error().summary.find("ConfigMap/a"), std::string::npos);
  EXPECT_EQ(w.server.count("PATCH"), 5);
}

TEST(ChangeWriter, DoesNotOverwriteWhatChangedSinceThePluginReadIt) {
  Written w;
  Json read = w.server.put(config_map("a"));
  w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["a"] = "theirs"; });
  read["data"]["a"] = "mine";
  const auto outcome = w.writer.replace(w.ref("a"), read);
  EXPECT_EQ(outcome.error().code, StatusCode::kAborted);
  EXPECT_EQ(w.value("a"), "theirs");
  EXPECT_TRUE(w.writer.replace(w.ref("a"), config_map("a", "mine")));
  EXPECT_EQ(w.value("a"), "mine");
}

TEST(ChangeWriter, DoesNotReplaceAnObjectByItself) {
  Written w;
  w.server.put(config_map("a"));
  EXPECT_FALSE(w.writer.replace(w.ref("a"), config_map("a"))->changed);
  EXPECT_EQ(w.server.changes_sent(), 0);
}

enum class Lost { kRequest, kAnswer, kAnswerOfTheServer };

TEST(ChangeWriter, LooksAtTheObjectWhenNoAnswerComes) {
  for (const auto lost : {Lost::kRequest, Lost::kAnswer, Lost::kAnswerOfTheServer}) {
    for (const std::string verb : {"create", "patch", "replace", "delete"}) {
      Written w;
      if (verb != "create") w.server.put(config_map("a"));
      int left = 1;
      const auto cut = [&](const Request& request) -> Fault {
        if (request.method == "GET" || left-- <= 0) return {};
        if (lost == Lost::kAnswerOfTheServer) return FakeCluster::status(504, "Timeout", "timed out");
        return Result<Response>(failure(StatusCode::kUnavailable, "connection cut"));
      };
      (lost == Lost::kRequest ? w.server.before : w.server.after) = cut;
      const auto name = verb + std::to_string(static_cast<int>(lost));
      bool fine = false;
      if (verb == "create") fine = w.writer.create(w.ref("a"), config_map("a", "2")).has_value();
      if (verb == "patch") fine = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo).has_value();
      if (verb == "replace") fine = w.writer.replace(w.ref("a"), config_map("a", "2")).has_value();
      if (verb == "delete") fine = w.writer.remove(w.ref("a"), "").has_value();
      EXPECT_TRUE(fine) << name;
      EXPECT_EQ(w.value("a"), verb == "delete" ? "gone" : "2") << name;
      EXPECT_EQ(w.states().back(), ChangeState::kApplied) << name;
      EXPECT_EQ(w.server.changes_sent(), lost == Lost::kRequest ? 2 : 1) << name;
    }
  }
}

TEST(ChangeWriter, SaysSoWhenNobodyCanKnow) {
  Written w;
  w.server.put(config_map("a"));
  w.server.before = [&](const Request& request) -> Fault {
    if (request.method == "GET") return {};
    w.server.edit("ConfigMap", "a", [](Json& o) { o["data"]["a"] = "theirs"; });
    return Result<Response>(failure(StatusCode::kUnavailable, "connection cut"));
  };
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo);
  EXPECT_EQ(outcome.error().code, StatusCode::kUnknown);
  EXPECT_EQ(w.states(), std::vector{ChangeState::kUnknown});
  EXPECT_EQ(w.server.changes_sent(), 1);
  Written cut;
  cut.server.put(config_map("a"));
  bool away = false;
  cut.server.before = [&](const Request& request) -> Fault {
    away = away || request.method != "GET";
    if (!away) return {};
    return Result<Response>(failure(StatusCode::kUnavailable, "connection cut"));
  };
  EXPECT_EQ(cut.writer.patch(cut.ref("a"), cluster::kMergePatch, kSetTwo).error().code, StatusCode::kUnavailable);
  EXPECT_EQ(cut.states(), std::vector{ChangeState::kUnknown});
}

Error not_sent() {
  return {StatusCode::kUnavailable, "the connection was refused", "The request was not sent.", "", {}, true};
}

TEST(ChangeWriter, RecordsAsRefusedWhatWasCertainlyNotSent) {
  Written w;
  w.server.put(config_map("a"));
  bool away = false;
  w.server.before = [&](const Request& request) -> Fault {
    away = away || request.method != "GET";
    if (!away) return {};
    return Result<Response>(failure(not_sent()));
  };
  const auto outcome = w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo);
  EXPECT_EQ(outcome.error().summary, "the connection was refused");
  EXPECT_EQ(w.states(), std::vector{ChangeState::kRefused}) << "nobody needs to look it up";
}

TEST(ChangeWriter, BlamesTheServerThatAnswersReadsOnly) {
  for (const std::string verb : {"create", "patch", "replace", "delete"}) {
    Written w;
    if (verb != "create") w.server.put(config_map("a"));
    w.server.before = [&](const Request& request) -> Fault {
      if (request.method == "GET") return {};
      return FakeCluster::status(500, "InternalError", "etcdserver: no leader");
    };
    Status status;
    const auto take = [&status](auto outcome) {
      if (!outcome) status = failure(std::move(outcome.error()));
    };
    if (verb == "create") take(w.writer.create(w.ref("a"), config_map("a", "2")));
    if (verb == "patch") take(w.writer.patch(w.ref("a"), cluster::kMergePatch, kSetTwo));
    if (verb == "replace") take(w.writer.replace(w.ref("a"), config_map("a", "2")));
    if (verb == "delete") take(w.writer.remove(w.ref("a"), ""));
    ASSERT_FALSE(status) << verb;
    EXPECT_EQ(status.error().code, StatusCode::kUnavailable) << verb;
    EXPECT_NE(status.error().summary.find("no leader"), std::string::npos) << status.error().summary;
    for (const auto state : w.states()) EXPECT_EQ(state, ChangeState::kRefused) << verb;
  }
}

TEST(ChangeWriter, DeletesOnlyTheObjectThatItRead) {
  Written w;
  w.server.put(config_map("a"));
  w.server.after = [&](const Request& request) -> Fault {
    if (request.method != "GET" || w.server.count("DELETE") > 0) return {};
    w.server.drop("ConfigMap", "a");
    w.server.put(config_map("a", "another"));
    return {};
  };
  EXPECT_TRUE(*w.writer.remove(w.ref("a"), "Background"));
  EXPECT_EQ(w.states(), (std::vector{ChangeState::kRefused, ChangeState::kApplied}));
  EXPECT_EQ(string_at(w.journal.all_changes[1].old_value, "/data/a"), "another");
  EXPECT_FALSE(*w.writer.remove(w.ref("a"), ""));
}

TEST(ChangeWriter, NeverMakesAnObjectTwice) {
  Written w;
  w.server.put(config_map("a"));
  EXPECT_EQ(w.writer.create(w.ref("a"), config_map("a", "2")).error().code, StatusCode::kAlreadyExists);
  EXPECT_EQ(w.server.changes_sent(), 0);
  EXPECT_TRUE(w.journal.all_changes.empty());
  EXPECT_EQ(w.writer.patch(w.ref("b"), cluster::kMergePatch, kSetTwo).error().code, StatusCode::kNotFound);
}

TEST(ChangeWriter, RecordsCommandsWithTheirOutcomeButNotTheirInput) {
  struct Case {
    Result<cluster::ExecResult> result;
    ChangeState state;
  };
  const Case cases[] = {
      {cluster::ExecResult{3, "out", "err"}, ChangeState::kApplied},
      {failure(StatusCode::kUnavailable, "connection cut"), ChangeState::kUnknown},
      {failure(not_sent()), ChangeState::kRefused},
      {failure(StatusCode::kNotFound, "no such pod"), ChangeState::kRefused},
  };
  for (const auto& one : cases) {
    Written w;
    w.server.on_exec = [&](const cluster::ExecRequest&) { return one.result; };
    EXPECT_EQ(w.writer.exec({FakeCluster::kProject, "web-1-a", "main", {"rake", "resync"}, "s3cret-input"}).has_value(),
              one.result.has_value());
    const auto& change = w.journal.all_changes.at(0);
    EXPECT_EQ(change.state, one.state);
    EXPECT_EQ(change.object, "web-1-a/main");
    EXPECT_EQ(to_text(change.request).find("s3cret"), std::string::npos);
    if (one.result) {
      EXPECT_EQ(int_at(change.new_value, "/exit_code"), 3);
    }
  }
}

}  // namespace
}  // namespace upshift::engine
