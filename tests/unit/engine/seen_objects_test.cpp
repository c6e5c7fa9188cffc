// What a step has read is not read again, and what it concludes from that is never wrong.
#include "bench.hpp"

namespace upshift::engine {
namespace {

constexpr const char* kCluster = "upshift.cluster/1";
constexpr const char* kPath = "/configmaps/a";

Json get_a() {
  return {{"kind", "ConfigMap"}, {"name", "a"}};
}

struct Remembering : Bench {
  Remembering() {
    server.put(config_map("a"));
    add("x");
    answers(Operation::kCheck, "x", {{"state", "pending"}, {"summary", ""}});
  }
  std::string value() { return string_at(*server.find_object("ConfigMap", "a"), "/data/a"); }
  // What the operation reads of ConfigMap a, each time.
  void reads(Operation operation, std::vector<Json> verbs, const Json& reply) {
    plugin.on(operation, "x", [this, verbs, reply](const Json&, HostServices& host) -> Result<Json> {
      for (const Json& verb : verbs) {
        UPSHIFT_ASSIGN(const Json answer, host.invoke(kCluster, string_at(verb, "/verb"), verb["request"]));
        seen.push_back(string_at(answer, "/object/data/a", "none"));
      }
      return reply;
    });
  }
  static Json get() { return {{"verb", "get"}, {"request", get_a()}}; }
  static Json patch(const std::string& value) { return {{"verb", "patch"}, {"request", set_to("a", value)}}; }

  std::vector<std::string> seen;
};

const Json kPending = {{"state", "pending"}, {"summary", ""}};
const Json kApplied = {{"summary", "applied"}, {"await", Json::array()}};

TEST(SeenObjects, AreReadOnceForCheckApplyAndTheChangesPrecondition) {
  Remembering r;
  r.reads(Operation::kCheck, {r.get(), r.get()}, kPending);
  r.reads(Operation::kApply, {r.get(), r.patch("2")}, kApplied);
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, (std::vector<std::string>{"1", "1", "1", "2"}));
  EXPECT_EQ(r.server.count("GET", kPath), 1);
  EXPECT_EQ(r.server.count("PATCH", kPath), 1);
  const auto& change = r.journal.all_changes.at(0);
  EXPECT_EQ(string_at(change.old_value, "/data/a"), "1");
  EXPECT_EQ(string_at(change.request, "/body/metadata/resourceVersion"),
            string_at(change.old_value, "/metadata/resourceVersion"));
}

TEST(SeenObjects, AreReadAnewAfterTheStepsOwnChangeAndInVerify) {
  Remembering r;
  r.reads(Operation::kApply, {r.get(), r.patch("2"), r.get(), r.get()}, kApplied);
  r.reads(Operation::kVerify, {r.get()}, {{"state", "ok"}, {"summary", ""}});
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, (std::vector<std::string>{"1", "2", "2", "2", "2"}));
  EXPECT_EQ(r.server.count("GET", kPath), 3);
}

TEST(SeenObjects, AreListedOnceUntilTheStepChangesSomething) {
  Remembering r;
  const auto list = [&](HostServices& host, const char* labels) {
    const auto reply = host.invoke(kCluster, "list", {{"kind", "ConfigMap"}, {"labels", labels}});
    return reply ? array_at(*reply, "/items").size() : 99U;
  };
  r.plugin.on(Operation::kApply, "x", [&](const Json&, HostServices& host) -> Result<Json> {
    EXPECT_EQ(list(host, ""), 1U);
    EXPECT_EQ(list(host, ""), 1U);
    EXPECT_EQ(list(host, "app=x"), 1U) << "another question";
    UPSHIFT_TRY(host.invoke(kCluster, "create", create("new")));
    EXPECT_EQ(list(host, ""), 2U);
    return kApplied;
  });
  ASSERT_EQ(r.run().exit_status(), 0);
  const auto lists = std::count_if(r.server.requests.begin(), r.server.requests.end(),
                                   [](const auto& request) { return !request.query_value("limit").empty(); });
  EXPECT_EQ(lists, 3);
}

TEST(SeenObjects, AreReadAnewWhereAPersonWasAskedMeanwhile) {
  Remembering r;
  r.plan.steps[0].gate = "Really?";
  r.with.gate = [&](const plan::Step&) {
    r.server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "theirs"; });
    return GateAnswer{true, "test"};
  };
  r.reads(Operation::kCheck, {r.get()}, kPending);
  r.reads(Operation::kApply, {r.get()}, kApplied);
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, (std::vector<std::string>{"1", "theirs"}));
}

TEST(SeenObjects, AreReadAnewAfterAMoment) {
  Remembering r;
  const auto ref = r.client.resolve({*cluster::find_kind("ConfigMap"), "", "a"});
  SeenObjects seen;
  const TimePoint now = r.server.now();
  seen.remember(ref, cluster::ReceivedObject(*r.server.find_object("ConfigMap", "a")), now);
  EXPECT_NE(seen.recall(ref, now + std::chrono::seconds(5)), nullptr);
  EXPECT_EQ(seen.recall(ref, now + std::chrono::seconds(6)), nullptr);
  EXPECT_TRUE(seen.take_base(ref));
  EXPECT_FALSE(seen.take_base(ref)) << "a change is based on it once";
  seen.remember(ref, cluster::ReceivedObject(config_map("a")), now);
  EXPECT_EQ(seen.recall(ref, now), nullptr) << "no precondition can hold a change to it";
}

TEST(SeenObjects, GiveWayToWhatIsThereOnAConflict) {
  Remembering r;
  r.reads(Operation::kApply, {r.get(), r.patch("2")}, kApplied);
  bool once = false;
  r.server.before = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method == "PATCH" && !std::exchange(once, true)) {
      r.server.edit("ConfigMap", "a", [](Json& object) { object["data"]["b"] = "theirs"; });
    }
    return std::nullopt;
  };
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.value(), "2");
  EXPECT_EQ(string_at(*r.server.find_object("ConfigMap", "a"), "/data/b"), "theirs");
  EXPECT_EQ(string_at(r.journal.all_changes.back().old_value, "/data/b"), "theirs");
}

TEST(SeenObjects, AreNotEnoughToConcludeThatNothingIsToBeChanged) {
  Remembering r;
  bool edited = false;
  r.plugin.on(Operation::kApply, "x", [&](const Json&, HostServices& host) -> Result<Json> {
    UPSHIFT_TRY(host.invoke(kCluster, "get", get_a()));
    r.server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "theirs"; });
    edited = true;
    UPSHIFT_TRY(host.invoke(kCluster, "patch", set_to("a", "1")));
    return kApplied;
  });
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_TRUE(edited);
  EXPECT_EQ(r.value(), "1");
}

TEST(SeenObjects, LetWhatWasSeenToBeAbsentBeCreatedWithoutAnotherLook) {
  Remembering r;
  r.plugin.on(Operation::kApply, "x", [&](const Json&, HostServices& host) -> Result<Json> {
    UPSHIFT_TRY(host.invoke(kCluster, "get", {{"kind", "ConfigMap"}, {"name", "new"}}));
    UPSHIFT_TRY(host.invoke(kCluster, "create", create("new")));
    return kApplied;
  });
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.server.count("GET", "/configmaps/new"), 1);
  EXPECT_NE(r.server.find_object("ConfigMap", "new"), nullptr);
}

TEST(SeenObjects, AreNotReadWhereAWatchTellsThemAnyway) {
  Remembering r;
  ASSERT_TRUE(r.cache.follow(*cluster::find_kind("ConfigMap")));
  r.reads(Operation::kCheck, {r.get()}, kPending);
  r.reads(Operation::kApply, {r.patch("2"), r.get()}, kApplied);
  r.reads(Operation::kVerify, {r.get()}, {{"state", "ok"}, {"summary", ""}});
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, (std::vector<std::string>{"1", "2", "2", "2"}));
  EXPECT_EQ(r.server.count("GET", kPath), 2) << "after the change, and to verify it: the watch has not told of it yet";
}

TEST(SeenObjects, AreReadAfterACommandThatMayHaveChangedThem) {
  Remembering r;
  ASSERT_TRUE(r.cache.follow(*cluster::find_kind("ConfigMap")));
  r.server.on_exec = [&](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
    r.server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "by the command"; });
    return cluster::ExecResult{};
  };
  const Json exec = {{"pod", "p"}, {"container", "c"}, {"command", {"true"}}};
  r.reads(Operation::kApply, {r.get(), {{"verb", "exec"}, {"request", exec}}, r.get()}, kApplied);
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, (std::vector<std::string>{"1", "none", "by the command"}));
}

TEST(SeenObjects, AreReadAfterAPersonWasAskedThoughAWatchKnowsThem) {
  Remembering r;
  ASSERT_TRUE(r.cache.follow(*cluster::find_kind("ConfigMap")));
  r.plan.steps[0].gate = "Really?";
  r.with.gate = [&](const plan::Step&) {
    r.server.edit("ConfigMap", "a", [](Json& object) { object["data"]["a"] = "theirs"; });
    return GateAnswer{true, "test"};
  };
  r.reads(Operation::kApply, {r.get()}, kApplied);
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.seen, std::vector<std::string>{"theirs"});
}

TEST(SeenObjects, AreLookedAtAgainBeforeADeletionSinceItsOldValueMustBeTheLast) {
  Remembering r;
  r.reads(Operation::kApply, {r.get(), {{"verb", "delete"}, {"request", get_a()}}}, kApplied);
  ASSERT_EQ(r.run().exit_status(), 0);
  EXPECT_EQ(r.server.count("GET", kPath), 2);
}

}  // namespace
}  // namespace upshift::engine
