// A run that was stopped in any way goes on where it was.
#include "bench.hpp"

namespace upshift::engine {
namespace {

using cluster::Request;
using cluster::Response;
using journal::ChangeState;
using journal::RunState;
using journal::StepState;
using Fault = std::optional<Result<Response>>;

// Step a makes ConfigMap a, step b sets a value in ConfigMap b and waits for ConfigMap ready.
struct Upgrade : Bench {
  int applied_b = 0;
  Upgrade() {
    server.put(config_map("b"));
    add("a");
    add("b");
    add("c");
    plugin.on(Operation::kCheck, "a", [this](const Json&, HostServices&) -> Result<Json> {
      const bool done = server.find_object("ConfigMap", "a") != nullptr;
      return Json{{"state", done ? "done" : "pending"}, {"summary", ""}};
    });
    applies("a", "create", create("a"));
    plugin.on(Operation::kCheck, "b", [this](const Json&, HostServices&) -> Result<Json> {
      const bool done = string_at(*server.find_object("ConfigMap", "b"), "/data/a") == "2";
      return Json{{"state", done ? "done" : "pending"}, {"summary", ""}};
    });
    plugin.on(Operation::kApply, "b", [this](const Json&, HostServices& host) -> Result<Json> {
      ++applied_b;
      UPSHIFT_TRY(host.invoke("upshift.cluster/1", "patch", set_to("b", "2")));
      return Json{{"summary", "set"}, {"await", wait_for("ready")}};
    });
    applies("c", "create", create("c"));
  }
  RunResult resume() { return engine::resume(plan, with, 1); }
  std::vector<int> attempts(const std::string& step) const {
    std::vector<int> all;
    for (const auto& attempt : journal.all_steps) {
      if (attempt.step == step) all.push_back(attempt.attempt);
    }
    return all;
  }
  int writes() const { return server.changes_sent(); }
};

TEST(Resume, GoesOnAfterAnInterruptionAndSendsNothingTwice) {
  Upgrade u;
  bool stop = false;
  u.server.in(std::chrono::minutes(1), [&] { stop = true; });
  u.with.cancelled = [&] { return stop; };
  ASSERT_EQ(u.run().exit_status(), 130);
  EXPECT_EQ(u.journal.all_runs.at(0).state, RunState::kInterrupted);
  stop = false;
  u.server.in(std::chrono::minutes(1), [&] { u.server.put(config_map("ready")); });
  const auto result = u.resume();
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  EXPECT_EQ(result.done, 3);
  EXPECT_EQ(result.changes, 3);
  EXPECT_EQ(u.writes(), 3);
  EXPECT_EQ(u.applied_b, 1) << "what it awaits is known from its first attempt";
  EXPECT_EQ(u.attempts("a"), std::vector{1});
  EXPECT_EQ(u.attempts("b"), (std::vector{1, 2}));
  EXPECT_EQ(u.journal.all_runs.size(), 1U);
  EXPECT_EQ(u.journal.all_runs.at(0).state, RunState::kDone);
}

TEST(Resume, TellsWhatIsOverAlready) {
  Upgrade u;
  u.with.gate = {};
  u.plan.steps[1].gate = "Sure?";
  ASSERT_EQ(u.run().exit_status(), 3);
  u.with.gate = [](const plan::Step&) { return GateAnswer{true, "me"}; };
  u.server.put(config_map("ready"));
  u.events.all.clear();
  ASSERT_EQ(u.resume().exit_status(), 0);
  const Json& started = u.events.all.at(0).data;
  EXPECT_TRUE(bool_at(started, "/resumed"));
  EXPECT_EQ(string_at(started, "/steps/0/state"), "done");
  EXPECT_EQ(string_at(started, "/steps/1/state"), "");
  EXPECT_EQ(u.events.of(Event::Kind::kStepStarted).at(0)->data.at("index"), 2);
}

TEST(Resume, DoesNotAskAGateAgainThatWasPassed) {
  Upgrade u;
  int asked = 0;
  u.plan.steps[1].gate = "Sure?";
  u.with.gate = [&](const plan::Step&) { return GateAnswer{++asked > 0, "me"}; };
  bool stop = false;
  u.server.in(std::chrono::minutes(1), [&] { stop = true; });
  u.with.cancelled = [&] { return stop; };
  ASSERT_EQ(u.run().exit_status(), 130);
  stop = false;
  u.server.put(config_map("ready"));
  ASSERT_EQ(u.resume().exit_status(), 0);
  EXPECT_EQ(asked, 1);
}

// A step that failed is checked and applied anew, since something was mended.
TEST(Resume, AppliesAStepAgainThatFailed) {
  Upgrade u;
  u.plan.steps[1].timeout = std::chrono::minutes(5);
  ASSERT_EQ(u.run().exit_status(), 1);
  u.server.put(config_map("ready"));
  const auto result = u.resume();
  EXPECT_EQ(result.exit_status(), 0) << result.summary;
  EXPECT_EQ(u.applied_b, 2) << "it is done by its check, and its apply says what to await";
  EXPECT_EQ(u.writes(), 3);
}

struct Cut {
  const char* name;
  bool arrived;
  const char* theirs;  // what somebody else sets a to meanwhile; "" nothing
  int status;
  ChangeState state;
};
class ResumeAfterAKill : public ::testing::TestWithParam<Cut> {};

TEST_P(ResumeAfterAKill, LooksUpWhatWasSentLast) {
  const Cut& cut = GetParam();
  Upgrade u;
  u.server.put(config_map("ready"));
  // The journal of a process that was killed between intent and outcome.
  bool dead = false;
  u.journal.full = [&](const std::string&) { return dead; };
  u.server.before = [&](const Request& request) -> Fault {
    if (request.method != "PATCH" || dead || u.applied_b > 1) return {};
    dead = true;
    if (cut.arrived) return {};
    return failure(StatusCode::kUnavailable, "dead");
  };
  u.with.cancelled = [&] { return dead; };
  u.run();
  ASSERT_EQ(u.journal.all_changes.back().state, ChangeState::kIntended);
  u.server.before = {};
  dead = false;
  if (*cut.theirs != '\0') {
    u.server.edit("ConfigMap", "b", [&](Json& object) { object["data"][cut.theirs] = "theirs"; });
  }
  u.with.gate = {};
  const int before = u.server.count("PATCH");
  const auto result = u.resume();
  EXPECT_EQ(result.exit_status(), cut.status) << result.summary;
  EXPECT_EQ(u.journal.all_changes.at(1).state, cut.state);
  EXPECT_EQ(u.server.count("PATCH") - before, cut.status == 0 && !cut.arrived ? 1 : 0);
  if (cut.status != 0) return;
  EXPECT_EQ(string_at(*u.server.find_object("ConfigMap", "b"), "/data/a"), "2");
  EXPECT_EQ(result.changes, 3);
}

const Cut kCuts[] = {{"NotSent", false, "", 0, ChangeState::kRefused},
                     {"Arrived", true, "", 0, ChangeState::kApplied},
                     {"NotSentAndEditedElsewhere", false, "x", 0, ChangeState::kRefused},
                     {"ArrivedAndEditedElsewhere", true, "x", 0, ChangeState::kApplied},
                     {"EditedTheSame", false, "a", 3, ChangeState::kUnknown},
                     {"ArrivedAndEditedTheSame", true, "a", 3, ChangeState::kUnknown}};
INSTANTIATE_TEST_SUITE_P(When, ResumeAfterAKill, ::testing::ValuesIn(kCuts),
                         [](const auto& item) { return std::string(item.param.name); });

TEST(Resume, SetsWhatSomebodyElseChangedOnlyWithAWordForIt) {
  Upgrade u;
  u.server.put(config_map("ready"));
  u.server.before = [&](const Request& request) -> Fault {
    if (request.method != "PATCH") return {};
    u.server.edit("ConfigMap", "b", [](Json& object) { object["data"]["a"] = "theirs"; });
    return failure(StatusCode::kUnavailable, "lost");
  };
  ASSERT_EQ(u.run().exit_status(), 1);
  u.server.before = {};
  std::string question;
  u.with.gate = [&](const plan::Step& step) {
    question = step.id + ": " + step.gate;
    return GateAnswer{true, "me"};
  };
  ASSERT_EQ(u.resume().exit_status(), 0);
  EXPECT_EQ(question.find("b: ConfigMap/b was being changed"), 0U) << question;
  EXPECT_NE(question.find("data.a was \"1\", was to become \"2\", is \"theirs\""), std::string::npos) << question;
  EXPECT_EQ(string_at(*u.server.find_object("ConfigMap", "b"), "/data/a"), "2");
}

// A command whose end is known is not run again; one whose end was lost is, where the step's check says so.
TEST(Resume, DoesNotRepeatACommandWhoseOutcomeIsKnown) {
  for (const bool outcome_known : {true, false}) {
    Bench b;
    b.add("x");
    int runs = 0, applies = 0;
    bool dead = false;
    b.server.on_exec = [&](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
      ++runs;
      if (runs == 1 && !outcome_known) dead = true;
      return cluster::ExecResult{0, "out", ""};
    };
    b.answers(Operation::kCheck, "x", {{"state", "pending"}, {"summary", ""}});
    std::string seen;
    b.plugin.on(Operation::kApply, "x", [&](const Json&, HostServices& host) -> Result<Json> {
      UPSHIFT_ASSIGN(const Json result, host.invoke("upshift.cluster/1", "exec",
                                                    {{"pod", "p"}, {"container", "c"}, {"command", {"migrate"}}}));
      seen = string_at(result, "/stdout");
      if (++applies == 1 && outcome_known) dead = true;
      return Json{{"summary", "ran"}};
    });
    b.journal.full = [&](const std::string&) { return dead; };
    b.with.cancelled = [&] { return dead; };
    b.run();
    dead = false;
    const auto result = engine::resume(b.plan, b.with, 1);
    EXPECT_EQ(result.exit_status(), 0) << result.summary;
    EXPECT_EQ(runs, outcome_known ? 1 : 2);
    EXPECT_EQ(seen, "out");
  }
}

TEST(Resume, AsksBeforeItRepeatsACommandThatCannotBeTakenBack) {
  Bench b;
  b.add("x").irreversible = "the database is migrated";
  b.server.on_exec = [](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
    return failure(StatusCode::kUnavailable, "lost");
  };
  b.answers(Operation::kCheck, "x", {{"state", "pending"}, {"summary", ""}});
  b.applies("x", "exec", {{"pod", "p"}, {"container", "c"}, {"command", {"migrate"}}});
  b.with.gate = {};
  EXPECT_NE(b.run().exit_status(), 0);
  b.server.on_exec = [](const cluster::ExecRequest&) -> Result<cluster::ExecResult> {
    return cluster::ExecResult{0, "", ""};
  };
  EXPECT_EQ(engine::resume(b.plan, b.with, 1).exit_status(), 3);
  b.with.gate = [](const plan::Step&) { return GateAnswer{true, "me"}; };
  EXPECT_EQ(engine::resume(b.plan, b.with, 1).exit_status(), 0);
}

TEST(Resume, IsRefusedWhileTheClusterCannotBeAsked) {
  Upgrade u;
  u.server.after = [&](const Request& request) -> Fault {
    if (request.method == "PATCH") return failure(StatusCode::kUnavailable, "lost");
    if (u.server.count("PATCH") > 0) return failure(StatusCode::kUnavailable, "gone");
    return {};
  };
  ASSERT_EQ(u.run().exit_status(), 5);
  const auto result = u.resume();
  EXPECT_EQ(result.exit_status(), 5) << result.summary;
  EXPECT_EQ(u.server.count("PATCH"), 1);
}

}  // namespace
}  // namespace upshift::engine
