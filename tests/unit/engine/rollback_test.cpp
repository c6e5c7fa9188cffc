// An upgrade is taken back: newest first, three-way, and never more than was done.
#include "engine/rollback.hpp"

#include "base/text.hpp"
#include "bench.hpp"

namespace upshift::engine {
namespace {

using cluster::Request;
using cluster::Response;
using journal::ChangeState;
using journal::RunState;
using Fault = std::optional<Result<Response>>;

// Makes ConfigMap made, sets a value in ConfigMap set twice, deletes ConfigMap gone.
struct Done : Bench {
  Done() {
    server.put(config_map("set"));
    Json gone = config_map("gone");
    gone["metadata"]["labels"] = {{"app", "shop"}};
    server.put(gone);
    add("make");
    applies("make", "create", create("made"));
    add("set-2");
    applies("set-2", "patch", set_to("set", "2"));
    add("set-3");
    applies("set-3", "patch", set_to("set", "3"));
    add("drop");
    applies("drop", "delete", {{"kind", "ConfigMap"}, {"name", "gone"}});
  }
  void upgrade() { ASSERT_EQ(run().exit_status(), 0); }
  RollbackResult back(const RollbackRequest& request = {}) {
    const auto to_do = plan_rollback(with, request.scope);
    EXPECT_TRUE(to_do) << to_do.error().summary;
    return to_do ? rollback(*to_do, with, request) : RollbackResult{};
  }
  std::string value(const std::string& name, const std::string& key = "a") {
    const Json* object = server.find_object("ConfigMap", name);
    return object == nullptr ? "absent" : string_at(*object, "/data/" + key);
  }
  void expect_start() {
    EXPECT_EQ(value("made"), "absent");
    EXPECT_EQ(value("set"), "1");
    EXPECT_EQ(value("gone"), "1");
    EXPECT_EQ(string_at(*server.find_object("ConfigMap", "gone"), "/metadata/labels/app"), "shop");
  }
  std::vector<std::string> undone() const {
    std::vector<std::string> all;
    for (const auto& change : journal.all_changes) {
      if (change.undoes != 0 && change.state == ChangeState::kApplied) {
        all.push_back(fmt::format("{} {}", journal::to_string(change.verb), change.name));
      }
    }
    return all;
  }
};

TEST(Rollback, TakesTheNewestChangeBackFirst) {
  Done d;
  d.upgrade();
  const auto result = d.back();
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  d.expect_start();
  EXPECT_EQ(d.undone(), (std::vector<std::string>{"create gone", "update set", "update set", "delete made"}));
  EXPECT_EQ(result.steps, 4);
  EXPECT_EQ(result.changes, 4);
  EXPECT_EQ(d.journal.all_runs.back().mode, "rollback");
  EXPECT_EQ(d.journal.all_runs.back().undoes, 1);
  EXPECT_EQ(d.journal.all_runs.back().state, RunState::kDone);
  EXPECT_EQ(result.summary, "shop 2 → 1: 4 steps taken back, 4 changes");
}

TEST(Rollback, DeletesOnlyTheObjectThatTheUpgradeMade) {
  Done d;
  d.upgrade();
  d.back();
  const auto& request = *std::find_if(d.server.requests.begin(), d.server.requests.end(),
                                      [](const auto& r) { return r.method == "DELETE" && r.path.ends_with("made"); });
  EXPECT_EQ(string_at(request.body, "/preconditions/uid"),
            string_at(d.journal.all_changes.at(0).new_value, "/metadata/uid"));
}

TEST(Rollback, TellsWithoutSendingWhatItWouldDo) {
  Done d;
  d.upgrade();
  const int sent = d.server.changes_sent();
  const auto plan = plan_rollback(d.with, {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->changes, 4);
  std::vector<std::string> ids;
  for (const auto& step : plan->steps) ids.push_back(step.step.id);
  EXPECT_EQ(join(ids, " "), "drop set-3 set-2 make");
  EXPECT_EQ(d.server.changes_sent(), sent);
}

TEST(Rollback, LeavesTheStepsUpToTheOneThatIsNamed) {
  Done d;
  d.upgrade();
  RollbackRequest request;
  request.scope.to = "set-2";
  EXPECT_EQ(d.back(request).exit_status(), 0);
  EXPECT_EQ(d.value("made"), "1");
  EXPECT_EQ(d.value("set"), "2");
  EXPECT_EQ(d.value("gone"), "1");
  // And the rest can be done again, or taken back as well.
  EXPECT_EQ(engine::resume(d.plan, d.with, 1).exit_status(), 0);
  EXPECT_EQ(d.value("set"), "3");
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
}

TEST(Rollback, RefusesToGoBackToAStepThatThereIsNot) {
  Done d;
  d.upgrade();
  const auto plan = plan_rollback(d.with, {"nowhere", OnConflict::kKeepLive, {}});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, StatusCode::kNotFound);
  EXPECT_EQ(plan.error().summary, "the upgrade has no step 'nowhere'");
}

TEST(Rollback, TakesOnlyTheSelectedStepsBack) {
  Done d;
  d.upgrade();
  RollbackRequest request;
  request.scope.selection.only = {"make", "drop"};
  EXPECT_EQ(d.back(request).exit_status(), 0);
  EXPECT_EQ(d.value("made"), "absent");
  EXPECT_EQ(d.value("set"), "3");
  EXPECT_EQ(d.value("gone"), "1");
  request.scope.selection.only = {"set-2"};
  EXPECT_EQ(d.back(request).exit_status(), 4) << "a later step, which stays, set the same";
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
  request.scope.selection.only = {"nowhere"};
  EXPECT_EQ(plan_rollback(d.with, request.scope).error().code, StatusCode::kInvalidArgument);
}

TEST(Rollback, OfAJournalWithoutAnUpgradeIsRefused) {
  Bench b;
  EXPECT_EQ(plan_rollback(b.with, {}).error().summary, "the journal holds no upgrade to roll back");
}

TEST(Rollback, KeepsWhatOthersChangedElsewhere) {
  Done d;
  d.upgrade();
  d.server.edit("ConfigMap", "set", [](Json& object) { object["data"]["theirs"] = "x"; });
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
  EXPECT_EQ(d.value("set", "theirs"), "x");
}

struct ForeignEdit {
  const char* name;
  const char* object;
  const char* to;  // the value that they set; "": they deleted it; "+": they add a key
  const char* told;
  const char* kept;  // the value after the rollback
  const char* ours;  // and after one that takes it back all the same
};
class RollbackConflict : public ::testing::TestWithParam<ForeignEdit> {};

TEST_P(RollbackConflict, LeavesTheObjectAloneAndTakesTheRestBack) {
  const auto& edit = GetParam();
  for (const bool ours : {false, true}) {
    Done d;
    d.upgrade();
    const std::string to = edit.to;
    if (to.empty()) {
      d.server.drop("ConfigMap", edit.object);
    } else if (std::string(edit.object) == "gone") {
      d.server.put(config_map("gone", to));
    } else {
      d.server.edit("ConfigMap", edit.object, [&](Json& o) { o["data"][to == "+" ? "b" : "a"] = to; });
    }
    RollbackRequest request;
    request.scope.on_conflict = ours ? OnConflict::kTakeWanted : OnConflict::kKeepLive;
    const auto result = d.back(request);
    const bool solved = ours && std::string(edit.ours) != edit.kept;
    EXPECT_EQ(result.exit_status(), solved ? 0 : 4) << result.summary;
    EXPECT_EQ(d.value(edit.object), ours ? edit.ours : edit.kept);
    for (const auto& [object, before] : {std::pair{"made", "absent"}, {"set", "1"}, {"gone", "1"}}) {
      if (std::string(object) == edit.object) continue;
      EXPECT_EQ(d.value(object), before);
    }
    if (solved) continue;
    ASSERT_EQ(result.conflicts.size(), 1U);
    EXPECT_EQ(join(result.conflicts[0].lines(), "; "), edit.told);
    // Nothing of the object is touched, however often it is tried.
    EXPECT_EQ(d.back(request).exit_status(), 4);
    EXPECT_EQ(d.value(edit.object), ours ? edit.ours : edit.kept);
  }
}

const ForeignEdit kEdits[] = {
    {"OfACreatedObject", "made", "9", "ConfigMap/made: data.a was made \"1\", was absent, is \"9\"", "9", "absent"},
    {"AddedToACreatedObject", "made", "+", "ConfigMap/made: data.b was made absent, was absent, is \"+\"", "1",
     "absent"},
    {"OfAnUpdatedObject", "set", "9", "ConfigMap/set: data.a was made \"3\", was \"2\", is \"9\"", "9", "1"},
    {"WhoDeletedAnUpdatedObject", "set", "", "ConfigMap/set: somebody else deleted it", "absent", "absent"},
    {"WhoMadeADeletedObjectOtherwise", "gone", "9", "ConfigMap/gone: somebody else made it anew, and otherwise", "9",
     "9"},
};
INSTANTIATE_TEST_SUITE_P(Of, RollbackConflict, ::testing::ValuesIn(kEdits),
                         [](const auto& item) { return std::string(item.param.name); });

TEST(Rollback, NeverShowsAValueOfASecret) {
  Bench b;
  Json secret = config_map("s", "b2xk");
  secret["kind"] = "Secret";
  b.server.put(secret);
  b.add("x");
  Json patch = set_to("s", "bmV3");
  patch["kind"] = "Secret";
  b.applies("x", "patch", patch);
  ASSERT_EQ(b.run().exit_status(), 0);
  b.server.edit("Secret", "s", [](Json& object) { object["data"]["a"] = "dGhlaXJz"; });
  const auto plan = plan_rollback(b.with, {});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->conflicts.size(), 1U);
  EXPECT_EQ(join(plan->conflicts[0].lines(), ""), "Secret/s: data.a (a Secret's value, not shown)");
}

TEST(Rollback, GoesOnWhereItWasCutOff) {
  for (int dies_after = 0; dies_after < 5; ++dies_after) {
    Done d;
    d.upgrade();
    bool dead = false;
    int writes = 0;
    d.journal.full = [&](const std::string& what) {
      return dead || (what == "settle" && (dead = ++writes > dies_after));
    };
    d.with.cancelled = [&] { return dead; };
    d.back();
    dead = false;
    d.journal.full = {};
    const auto result = d.back();
    EXPECT_EQ(result.exit_status(), 0) << result.summary;
    d.expect_start();
    EXPECT_EQ(d.undone().size(), 4U) << "nothing is sent twice";
    EXPECT_EQ(d.journal.all_runs.size(), dies_after == 4 ? 3U : 2U);
  }
}

TEST(Rollback, StopsWhereTheClusterIsOutOfReachAndGoesOnLater) {
  Done d;
  d.upgrade();
  bool gone = false;
  d.server.before = [&](const Request& request) -> Fault {
    gone = gone || request.method == "PUT";
    if (gone) return failure(StatusCode::kUnavailable, "connection refused");
    return {};
  };
  const auto stopped = d.back();
  EXPECT_EQ(stopped.exit_status(), 5) << stopped.summary;
  d.server.before = {};
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
}

TEST(Rollback, ReadsAgainWhenSomebodyElseIsQuicker) {
  Done d;
  d.upgrade();
  int conflicts = 0;
  d.server.before = [&](const Request& request) -> Fault {
    if (request.method == "PUT" && ++conflicts == 1) {
      d.server.edit("ConfigMap", "set", [](Json& object) { object["data"]["theirs"] = "x"; });
    }
    return {};
  };
  const auto result = d.back();
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  d.expect_start();
  EXPECT_EQ(d.value("set", "theirs"), "x");
}

TEST(Rollback, AsksForEachPointOfNoReturnBeforeItSendsAnything) {
  Done d;
  d.plan.steps[1].irreversible = "the database is migrated";
  d.upgrade();
  const int sent = d.server.changes_sent();
  std::string question;
  d.with.gate = [&](const plan::Step& step) {
    question = step.gate;
    return GateAnswer{false, "me"};
  };
  const auto refused = d.back();
  EXPECT_EQ(refused.exit_status(), 3);
  EXPECT_NE(refused.summary.find("set-2 is a point of no return: the database is migrated"), std::string::npos);
  EXPECT_EQ(question, "set-2 is a point of no return: the database is migrated. Take back all the rest?");
  EXPECT_EQ(d.server.changes_sent(), sent);
  RollbackRequest later;
  later.scope.to = "set-2";
  EXPECT_EQ(d.back(later).exit_status(), 0) << "it is not crossed";
  d.with.gate = [](const plan::Step&) { return GateAnswer{true, "me"}; };
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
}

TEST(Rollback, HasThePluginUndoWhatTheJournalCannot) {
  Bench b;
  b.server.put(config_map("queue", "full"));
  for (const char* step : {"with", "without"}) {
    b.add(step);
    b.applies(step, "exec", {{"pod", "p"}, {"container", "c"}, {"command", {"rake", step}}});
  }
  b.server.on_exec = [](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
    return cluster::ExecResult{0, "", ""};
  };
  b.plugin.on(Operation::kUndo, "with", [](const Json&, HostServices& host) -> Result<Json> {
    UPSHIFT_TRY(host.invoke("upshift.cluster/1", "patch", set_to("queue", "empty")));
    return Json{{"summary", "emptied"}};
  });
  ASSERT_EQ(b.run().exit_status(), 0);
  const auto plan = plan_rollback(b.with, {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->left, std::vector<std::string>{"command in Pod/p/c: rake without"});
  const auto result = rollback(*plan, b.with, {});
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  EXPECT_EQ(string_at(*b.server.find_object("ConfigMap", "queue"), "/data/a"), "empty");
  EXPECT_EQ(result.left.size(), 1U);
}

// What a cascade or an earlier step deleted comes back with another uid, and so does who owns it.
TEST(Rollback, MendsTheOwnersOfWhatItMakesAnew) {
  Bench b;
  const Json owner = b.server.put(config_map("owner"));
  const Json lost = b.server.put(config_map("lost"));
  Json owned = config_map("owned");
  owned["metadata"]["ownerReferences"] = Json::array();
  for (const Json& one : {owner, lost}) {
    owned["metadata"]["ownerReferences"].push_back({{"apiVersion", "v1"},
                                                    {"kind", "ConfigMap"},
                                                    {"name", string_at(one, "/metadata/name")},
                                                    {"uid", string_at(one, "/metadata/uid")}});
  }
  b.server.put(owned);
  for (const char* name : {"owned", "owner"}) {
    b.add(name);
    b.applies(name, "delete", {{"kind", "ConfigMap"}, {"name", name}});
  }
  ASSERT_EQ(b.run().exit_status(), 0);
  b.server.drop("ConfigMap", "lost");
  const auto plan = plan_rollback(b.with, {});
  ASSERT_TRUE(plan);
  ASSERT_EQ(rollback(*plan, b.with, {}).exit_status(), 0);
  const Json& again = *b.server.find_object("ConfigMap", "owned");
  ASSERT_EQ(array_at(again, "/metadata/ownerReferences").size(), 1U) << again;
  EXPECT_EQ(string_at(again, "/metadata/ownerReferences/0/uid"),
            string_at(*b.server.find_object("ConfigMap", "owner"), "/metadata/uid"));
  EXPECT_NE(string_at(again, "/metadata/ownerReferences/0/uid"), string_at(owner, "/metadata/uid"));
}

// A step that had nothing to do is not over once what it comes after was taken back.
TEST(Rollback, LetsStepsBeDoneAgainInTheirOrder) {
  Done d;
  plan::Step& idle = d.add("idle");
  idle.after = {"make"};
  d.answers(Operation::kCheck, "idle", {{"state", "not_applicable"}, {"summary", ""}});
  plan::Step& last = d.add("last");
  last.after = {"idle"};
  d.plugin.on(Operation::kApply, "last", [&d](const Json&, HostServices&) -> Result<Json> {
    EXPECT_NE(d.server.find_object("ConfigMap", "made"), nullptr);
    return Json{{"summary", ""}};
  });
  d.upgrade();
  d.back();
  EXPECT_EQ(engine::resume(d.plan, d.with, 1).exit_status(), 0);
}

TEST(Rollback, CoversTheTriesOfAnUpgradeThatWasBegunAnew) {
  Done d;
  bool stop = false;
  d.answers(Operation::kCheck, "drop", {{"state", "blocked"}, {"summary", "not yet"}});
  ASSERT_EQ(d.run().exit_status(), 3);
  // What the tries have done already is done; the second run only drops.
  for (const char* step : {"make", "set-2", "set-3"}) {
    d.answers(Operation::kCheck, step, {{"state", "done"}, {"summary", "done"}});
  }
  d.answers(Operation::kCheck, "drop", {{"state", "pending"}, {"summary", ""}});
  ASSERT_EQ(d.run().exit_status(), 0);
  EXPECT_FALSE(stop);
  EXPECT_EQ(d.back().exit_status(), 0);
  d.expect_start();
}

TEST(Rollback, OfAnUpgradeThatWasDoneTwiceIsTheSame) {
  Done d;
  for (int i = 0; i < 3; ++i) {
    d.upgrade();
    EXPECT_EQ(d.value("set"), "3");
    EXPECT_EQ(d.back().exit_status(), 0);
    d.expect_start();
  }
}

}  // namespace
}  // namespace upshift::engine
