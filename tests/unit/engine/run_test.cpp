#include "engine/run.hpp"

#include "bench.hpp"

namespace upshift::engine {
namespace {

using journal::RunState;
using journal::StepState;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Run, TakesAStepThroughCheckApplyAwaitAndVerify) {
  Bench bench;
  bench.add("x");
  bench.answers(Operation::kCheck, "x", {{"state", "pending"}, {"summary", "to do"}});
  bench.applies("x", "create", create("a"), wait_for("made-by-a-controller"));
  bench.answers(Operation::kVerify, "x", {{"state", "ok"}, {"summary", "fine"}});
  bench.server.in(seconds(25), [&] { bench.server.put(config_map("made-by-a-controller")); });
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kDone) << result.summary;
  EXPECT_EQ(result.exit_status(), 0);
  EXPECT_EQ(result.changes, 1);
  EXPECT_EQ(bench.plugin.calls, (std::vector<std::string>{"CHECK x", "APPLY x", "VERIFY x"}));
  ASSERT_EQ(bench.journal.all_steps.size(), 1U);
  EXPECT_EQ(bench.journal.all_steps[0].state, StepState::kDone);
  EXPECT_EQ(bench.journal.all_runs[0].state, RunState::kDone);
  std::vector<Event::Kind> kinds;
  for (const auto& event : bench.events.all) kinds.push_back(event.kind);
  using K = Event::Kind;
  EXPECT_EQ(kinds, (std::vector{K::kRunStarted, K::kStepStarted, K::kStepChecked, K::kChange, K::kWaiting, K::kWaiting,
                                K::kWaiting, K::kStepEnded, K::kRunEnded}));
}

TEST(Run, SkipsWhatIsDoneAndSendsNothing) {
  Bench bench;
  for (const char* state : {"done", "not_applicable"}) {
    bench.add(state);
    bench.answers(Operation::kCheck, state, {{"state", state}, {"summary", "nothing to do"}});
    bench.applies(state, "create", create("a"));
  }
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kDone);
  EXPECT_EQ(result.skipped, 2);
  EXPECT_EQ(bench.server.changes_sent(), 0);
  EXPECT_TRUE(bench.journal.all_changes.empty());
}

TEST(Run, ChangesNothingTheSecondTime) {
  Bench bench;
  bench.server.put(config_map("a"));
  bench.add("x");
  bench.applies("x", "patch", set_to("a", "2"));
  EXPECT_EQ(bench.run().changes, 1);
  const auto sent = bench.server.changes_sent();
  const auto again = bench.run();
  EXPECT_EQ(again.outcome, RunState::kDone);
  EXPECT_EQ(again.changes, 0);
  EXPECT_EQ(bench.server.changes_sent(), sent);
  EXPECT_EQ(bench.events.of(Event::Kind::kUnchanged).size(), 1U);
}

TEST(Run, LetsWaitsOverlap) {
  Bench bench;
  bench.add("x", std::vector<std::string>{});
  bench.add("y", std::vector<std::string>{});
  bench.add("z", std::vector<std::string>{"x", "y"});
  for (const std::string id : {"x", "y"}) {
    bench.applies(id, "create", create("of-" + id), wait_for("ready-" + id));
    bench.server.in(seconds(id == "x" ? 60 : 40), [&bench, id] { bench.server.put(config_map("ready-" + id)); });
  }
  bench.answers(Operation::kApply, "z", {{"summary", "last"}});
  const TimePoint start = bench.server.now();
  EXPECT_EQ(bench.run().outcome, RunState::kDone);
  EXPECT_EQ(bench.server.now() - start, seconds(60));
  EXPECT_EQ(bench.plugin.calls, (std::vector<std::string>{"APPLY x", "APPLY y", "APPLY z"}));
}

TEST(Run, SaysAtLeastEveryTenSecondsWhatItWaitsFor) {
  Bench bench;
  bench.add("x");
  bench.answers(Operation::kApply, "x", {{"summary", ""}, {"await", wait_for("late")}});
  bench.server.in(minutes(3), [&] { bench.server.put(config_map("late")); });
  EXPECT_EQ(bench.run().outcome, RunState::kDone);
  const auto waits = bench.events.of(Event::Kind::kWaiting);
  ASSERT_GE(waits.size(), 18U);
  for (std::size_t i = 1; i < waits.size(); ++i) EXPECT_LE(waits[i]->at - waits[i - 1]->at, seconds(10));
  EXPECT_EQ(string_at(waits.back()->data, "/conditions/0/reason"), "ConfigMap/late does not exist yet");
  EXPECT_EQ(int_at(waits.back()->data, "/conditions/0/since_ms"), 170'000);
}

TEST(Run, BringsOtherWaitingStepsToTheirEndWhenOneFails) {
  Bench bench;
  bench.add("waits", std::vector<std::string>{});
  bench.add("fails", std::vector<std::string>{});
  bench.add("never", std::vector<std::string>{"waits"});
  bench.applies("waits", "create", create("a"), wait_for("late"));
  bench.plugin.on(Operation::kApply, "fails", [](const Json&, HostServices&) -> Result<Json> {
    return failure(StatusCode::kFailedPrecondition, "no room", "Make room.");
  });
  bench.answers(Operation::kApply, "never", {{"summary", ""}});
  bench.server.in(seconds(30), [&] { bench.server.put(config_map("late")); });
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kFailed);
  EXPECT_EQ(result.exit_status(), 1);
  EXPECT_EQ(result.not_started, std::vector<std::string>{"never"});
  EXPECT_NE(result.summary.find("failed at fails: no room – Make room."), std::string::npos) << result.summary;
  EXPECT_EQ(bench.journal.all_steps[0].state, StepState::kDone);
  EXPECT_EQ(bench.journal.all_steps[1].state, StepState::kFailed);
}

TEST(Run, AsksTheGateOnlyForWhatIsToDo) {
  for (const bool yes : {true, false}) {
    Bench bench;
    bench.add("done").gate = "Delete it?";
    bench.add("x").gate = "Delete the routes?";
    bench.answers(Operation::kCheck, "done", {{"state", "done"}, {"summary", ""}});
    bench.applies("x", "create", create("a"));
    int asked = 0;
    bench.with.gate = [&](const plan::Step&) { return ++asked, GateAnswer{yes, "tester"}; };
    const auto result = bench.run();
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(result.exit_status(), yes ? 0 : 3);
    EXPECT_EQ(bench.server.changes_sent(), yes ? 1 : 0);
    ASSERT_EQ(bench.events.of(Event::Kind::kGate).size(), 1U);
    EXPECT_EQ(string_at(bench.events.of(Event::Kind::kGate)[0]->data, "/by"), "tester");
  }
}

TEST(Run, AsksAVerificationThatIsPendingAgainUntilItsTimeIsUp) {
  for (const bool ends : {true, false}) {
    Bench bench;
    bench.add("x").timeout = minutes(2);
    bench.answers(Operation::kApply, "x", {{"summary", "applied"}});
    int asked = 0;
    bench.plugin.on(Operation::kVerify, "x", [&](const Json& request, HostServices&) -> Result<Json> {
      EXPECT_EQ(int_at(request, "/attempt"), ++asked);
      return Json{{"state", ends && asked == 4 ? "ok" : "pending"}, {"summary", "3 of 4 routes"}};
    });
    const TimePoint start = bench.server.now();
    const auto result = bench.run();
    EXPECT_EQ(result.outcome, ends ? RunState::kDone : RunState::kFailed);
    EXPECT_EQ(bench.server.now() - start, ends ? Duration(seconds(15)) : Duration(minutes(2)));
    if (!ends) {
      EXPECT_NE(result.summary.find("3 of 4 routes"), std::string::npos) << result.summary;
    }
  }
}

TEST(Run, GivesAStepNoMoreThanItsTimeout) {
  Bench bench;
  bench.add("x").timeout = minutes(1);
  bench.answers(Operation::kApply, "x", {{"summary", ""}, {"await", wait_for("never")}});
  const TimePoint start = bench.server.now();
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kFailed);
  EXPECT_EQ(bench.server.now() - start, minutes(1));
  EXPECT_NE(result.summary.find("ConfigMap/never does not exist yet"), std::string::npos) << result.summary;
}

TEST(Run, StopsWhereItIsInterrupted) {
  Bench bench;
  bench.add("x");
  bench.add("y");
  bench.answers(Operation::kApply, "x", {{"summary", ""}, {"await", wait_for("late")}});
  bench.answers(Operation::kApply, "y", {{"summary", ""}});
  bool stop = false;
  bench.with.cancelled = [&] { return stop; };
  bench.server.in(seconds(15), [&] {
    stop = true;
    bench.server.put(config_map("other"));
  });
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kInterrupted);
  EXPECT_EQ(result.exit_status(), 130);
  EXPECT_EQ(bench.journal.all_runs[0].state, RunState::kInterrupted);
  EXPECT_EQ(bench.journal.all_steps[0].state, StepState::kFailed);
  EXPECT_EQ(result.not_started, std::vector<std::string>{"y"});
}

struct WrongState {
  const char* name;
  std::function<void(Bench&)> arrange;
  int exit_status;
  const char* says;
  int sent;  // changes that reached the cluster
};

Result<Json> refuse(const Json&, HostServices&) {
  return failure(StatusCode::kPermissionDenied, "not allowed to look");
}

TEST(Run, EndsInARecordedWayWhereverAStepGoesWrong) {
  const WrongState cases[] = {
      {"check fails", [](Bench& b) { b.plugin.on(Operation::kCheck, "x", refuse); }, 1, "not allowed to look", 0},
      {"check blocks",
       [](Bench& b) {
         b.answers(Operation::kCheck, "x", {{"state", "blocked"}, {"summary", "the database is 9.5"}});
       },
       3, "blocked at x: the database is 9.5", 0},
      {"gate refused",
       [](Bench& b) {
         b.plan.steps[0].gate = "Sure?";
         b.with.gate = nullptr;
       },
       3, "the gate was not passed: Sure?", 0},
      {"apply fails", [](Bench& b) { b.plugin.on(Operation::kApply, "x", refuse); }, 1, "not allowed to look", 0},
      {"plugin is not loaded",
       [](Bench& b) { b.with.plugin = [](const std::string&) -> plugin::Plugin* { return nullptr; }; }, 1,
       "the plugin scripted is not loaded", 0},
      {"change refused",
       [](Bench& b) {
         b.server.before = [](const cluster::Request& r) -> std::optional<Result<cluster::Response>> {
           if (r.method != "POST") return {};
           return testing::FakeCluster::status(403, "Forbidden", "configmaps is forbidden");
         };
       },
       1, "cannot create ConfigMap/a: configmaps is forbidden", 1},
      {"unknown condition",
       [](Bench& b) {
         b.applies("x", "create", create("a"), Json::array({{{"condition", "peace"}}}));
       },
       1, "unknown condition 'peace'", 1},
      {"condition hopeless",
       [](Bench& b) {
         b.applies("x", "create", create("a"), Json::array({{{"condition", "rollout"}, {"deployment_config", "web"}}}));
       },
       1, "DeploymentConfig/web: does not exist", 1},
      {"verify fails", [](Bench& b) { b.plugin.on(Operation::kVerify, "x", refuse); }, 1,
       "verification failed: not allowed to look", 1},
      {"run cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "begin_run"; }; }, 1, "the disk is full",
       0},
      {"step cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "begin_step"; }; }, 1, "the disk is full",
       0},
      {"what is awaited cannot be recorded",
       [](Bench& b) {
         b.journal.full = [flushes = 0](const std::string& w) mutable { return w == "flush" && ++flushes > 2; };
         b.applies("x", "create", create("a"),
                   Json::array({{{"condition", "absent"}, {"kind", "ConfigMap"}, {"name", "a"}}}));
       },
       1, "what was done cannot be recorded: the disk is full", 1},
      {"change cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "intend"; }; }, 1,
       "was not sent, since it cannot be recorded: the disk is full", 0},
      {"outcome cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "settle"; }; }, 1,
       "cannot be recorded: the disk is full", 1},
      {"end of step cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "end_step"; }; }, 1, "the disk is full",
       1},
      {"end of run cannot be recorded",
       [](Bench& b) { b.journal.full = [](const std::string& w) { return w == "end_run"; }; }, 1, "the disk is full",
       1},
  };
  for (const auto& one : cases) {
    Bench bench;
    bench.add("x");
    bench.applies("x", "create", create("a"));
    one.arrange(bench);
    const bool second = std::string(one.name).find("end of run") == std::string::npos;
    if (second) bench.add("y");
    bench.answers(Operation::kApply, "y", {{"summary", ""}});
    const auto result = bench.run();
    EXPECT_EQ(result.exit_status(), one.exit_status) << one.name;
    EXPECT_NE(result.summary.find(one.says), std::string::npos) << one.name << ": " << result.summary;
    EXPECT_EQ(bench.server.changes_sent(), one.sent) << one.name;
    if (second) {
      EXPECT_EQ(result.not_started.back(), "y") << one.name;
    }
    for (const auto& change : bench.journal.all_changes) {
      EXPECT_TRUE(change.state != journal::ChangeState::kIntended ||
                  std::string(one.name) == "outcome cannot be recorded");
    }
  }
}

TEST(Run, LeavesItsWholeRecordInTheRealJournal) {
  Bench bench;
  auto journal = journal::open_journal("");
  ASSERT_TRUE(journal) << journal.error().summary;
  const Dependencies with{bench.client, bench.cache, **journal, bench.events, *bench.files, nullptr, bench.with.plugin};
  bench.server.put(config_map("a"));
  bench.add("x");
  bench.add("y");
  bench.applies("x", "patch", set_to("a", "2"));
  bench.answers(Operation::kCheck, "y", {{"state", "blocked"}, {"summary", "not yet"}});
  const auto result = engine::run(bench.plan, with);
  EXPECT_EQ(result.exit_status(), 3) << result.summary;
  EXPECT_EQ((*journal)->runs()->at(0).state, RunState::kBlocked);
  const auto steps = *(*journal)->steps(result.run);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].state, StepState::kDone);
  EXPECT_EQ(steps[1].state, StepState::kBlocked);
  EXPECT_EQ(steps[1].summary, "not yet");
  const auto changes = *(*journal)->changes(result.run);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].state, journal::ChangeState::kApplied);
  EXPECT_EQ(string_at(changes[0].old_value, "/data/a"), "1");
  EXPECT_EQ(string_at(changes[0].new_value, "/data/a"), "2");
}

TEST(Run, ShowsNoSecretOfAStep) {
  Bench bench;
  auto& step = bench.add("x");
  step.parameters = {{"token", "hunter2-token"}};
  step.secret_parameters = {"token"};
  bench.plugin.on(Operation::kApply, "x", [](const Json& request, HostServices& host) -> Result<Json> {
    const auto token = string_at(request, "/parameters/token");
    host.log(Severity::kInfo, "using " + token);
    host.diagnose({Severity::kWarning, token + " is weak", encode_base64(token), ""});
    return failure(StatusCode::kInvalidArgument, "the server does not like " + token);
  });
  const auto result = bench.run();
  std::string shown = result.summary + bench.journal.all_steps[0].summary + to_text(bench.journal.all_runs[0].plan);
  for (const auto& event : bench.events.all) shown += to_text(event.data);
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
  EXPECT_EQ(shown.find(encode_base64("hunter2-token")), std::string::npos);
  EXPECT_NE(shown.find("(secret)"), std::string::npos);
}

// Step x makes ConfigMaps a and b, then does what the test says.
struct Preparing : Bench {
  explicit Preparing(std::function<Result<Json>(HostServices&)> then) {
    add("x");
    plugin.on(Operation::kApply, "x", [then](const Json&, HostServices& host) -> Result<Json> {
      UPSHIFT_TRY(host.invoke("upshift.cluster/1", "create", create("a")));
      UPSHIFT_TRY(host.invoke("upshift.cluster/1", "create", create("b")));
      return then(host);
    });
  }
};

TEST(Run, TakesBackWhatAStepPreparedBeforeItFailed) {
  Preparing p([](HostServices&) { return failure(StatusCode::kFailedPrecondition, "no quota", "Ask for more."); });
  const auto result = p.run();
  EXPECT_EQ(result.exit_status(), 1);
  EXPECT_EQ(result.changes, 0);
  EXPECT_EQ(p.server.find_object("ConfigMap", "a"), nullptr);
  EXPECT_EQ(p.server.find_object("ConfigMap", "b"), nullptr);
  EXPECT_NE(result.summary.find("Ask for more. The 2 objects that it had made until then were taken back."),
            std::string::npos)
      << result.summary;
  ASSERT_EQ(p.journal.all_changes.size(), 4U);
  EXPECT_EQ(p.journal.all_changes[2].undoes, 2);
  EXPECT_EQ(p.journal.all_changes[3].undoes, 1);
}

TEST(Run, LeavesWhatAStepPreparedWhereItsTargetWasChanged) {
  Preparing p([](HostServices& host) -> Result<Json> {
    UPSHIFT_TRY(host.invoke("upshift.cluster/1", "patch", set_to("target", "2")));
    return failure(StatusCode::kFailedPrecondition, "no quota");
  });
  p.server.put(config_map("target"));
  EXPECT_EQ(p.run().exit_status(), 1);
  EXPECT_NE(p.server.find_object("ConfigMap", "a"), nullptr);
}

TEST(Run, LeavesWhatAStepPreparedWhereTheClusterCannotBeReached) {
  Preparing p([](HostServices&) { return failure(StatusCode::kUnavailable, "connection refused"); });
  EXPECT_EQ(p.run().exit_status(), 5);
  EXPECT_NE(p.server.find_object("ConfigMap", "a"), nullptr);
  EXPECT_EQ(p.server.count("DELETE"), 0);
}

TEST(Run, LeavesAloneWhatSomebodyElseEditedOfWhatAStepPrepared) {
  Preparing* self = nullptr;
  Preparing p([&self](HostServices&) {
    self->server.edit("ConfigMap", "a", [](Json& object) { object["data"]["theirs"] = "1"; });
    return failure(StatusCode::kFailedPrecondition, "no quota");
  });
  self = &p;
  EXPECT_EQ(p.run().exit_status(), 1);
  EXPECT_NE(p.server.find_object("ConfigMap", "a"), nullptr);
  EXPECT_EQ(p.server.find_object("ConfigMap", "b"), nullptr);
}

}  // namespace
}  // namespace upshift::engine
