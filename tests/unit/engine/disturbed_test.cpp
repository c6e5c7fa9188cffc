// What a run says and does when the cluster is out of reach, or a pod fails while it is waited for.
#include <gmock/gmock.h>

#include "bench.hpp"
#include "support/rollout_objects.hpp"

namespace upshift::engine {
namespace {

using journal::RunState;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

Json wait_for_late() {
  return Json::array({{{"condition", "exists"}, {"kind", "ConfigMap"}, {"name", "late"}, {"timeout", "30m"}}});
}

// One step that waits, on a cluster of which nobody answers any more after 20 s, until `gone` is taken back.
struct LostCluster : Bench {
  bool gone = false;
  StatusCode code = StatusCode::kUnavailable;
  LostCluster() {
    add("x");
    answers(Operation::kApply, "x", {{"summary", ""}, {"await", wait_for_late()}});
    server.before = [this](const cluster::Request&) -> std::optional<Result<cluster::Response>> {
      if (!gone) return {};
      return Result<cluster::Response>(failure(code, "nobody answers at the server"));
    };
    server.in(seconds(20), [this] {
      gone = true;
      server.cut_streams();
    });
  }
};

TEST(DisturbedRun, EndsWithStatusFiveWhenTheClusterStaysOutOfReach) {
  LostCluster bench;
  const TimePoint start = bench.server.now();
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kFailed);
  EXPECT_EQ(result.exit_status(), 5);
  EXPECT_THAT(result.summary, HasSubstr("out of reach"));
  EXPECT_THAT(result.summary, HasSubstr("nobody answers at the server"));
  EXPECT_LT(bench.server.now() - start, minutes(10));
}

// The wait's own time is over before the patience is; nothing but the cluster may be blamed for it.
TEST(DisturbedRun, BlamesNothingElseForAClusterThatIsAwayOrRefusesTheCredentials) {
  struct Case {
    StatusCode code;
    const char* timeout;
    const char* words;
  };
  const Case cases[] = {{StatusCode::kUnavailable, "30s", "out of reach"},
                        {StatusCode::kUnavailable, "4m", "out of reach"},
                        {StatusCode::kUnauthenticated, "1m", "has not accepted the credentials"}};
  for (const auto& one : cases) {
    for (const bool of_the_step : {false, true}) {
      LostCluster bench;
      bench.code = one.code;
      Json conditions = wait_for_late();
      conditions[0]["timeout"] = of_the_step ? "30m" : one.timeout;
      if (of_the_step) bench.plan.steps[0].timeout = *parse_duration(one.timeout);
      bench.answers(Operation::kApply, "x", {{"summary", ""}, {"await", conditions}});
      const TimePoint start = bench.server.now();
      const auto result = bench.run();
      EXPECT_EQ(result.exit_status(), 5) << result.summary;
      EXPECT_THAT(result.summary, HasSubstr(one.words));
      EXPECT_THAT(result.summary, HasSubstr("nobody answers at the server"));
      EXPECT_THAT(result.summary, ::testing::Not(HasSubstr("took longer")));
      EXPECT_LT(bench.server.now() - start, minutes(10));
    }
  }
}

TEST(DisturbedRun, DoesNotCountTheTimeInWhichTheClusterWasAway) {
  LostCluster bench;
  Json conditions = wait_for_late();
  conditions[0]["timeout"] = "2m";
  bench.answers(Operation::kApply, "x", {{"summary", ""}, {"await", conditions}});
  bench.server.in(minutes(4), [&] { bench.gone = false; });
  bench.server.in(minutes(5), [&] { bench.server.put(config_map("late")); });
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kDone) << result.summary;
}

TEST(DisturbedRun, OutlastsAClusterThatComesBack) {
  LostCluster bench;
  bench.server.in(minutes(3), [&] {
    bench.gone = false;
    bench.server.put(config_map("late"));
  });
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kDone) << result.summary;
}

TEST(DisturbedRun, TellsTheLastLinesOfTheLogOfWhatCrashes) {
  Bench bench;
  const Json config = testing::web_config(2, 2);
  bench.server.put(config);
  bench.server.put(testing::web_controller(config, 2, "Running"));
  bench.server.put(testing::web_pod(2, "b", testing::waiting("CrashLoopBackOff", "", 4)));
  int logs = 0;
  bench.server.before = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (!request.path.ends_with("/pods/web-2-b/log")) return {};
    ++logs;
    EXPECT_EQ(request.query_value("previous"), "true");
    return Result<cluster::Response>(cluster::Response{200, "starting\nno such table: accounts\n", {}});
  };
  bench.add("x");
  bench.answers(Operation::kApply, "x",
                {{"summary", ""}, {"await", Json::array({{{"condition", "rollout"}, {"deployment_config", "web"}}})}});
  const auto result = bench.run();
  EXPECT_EQ(result.outcome, RunState::kFailed);
  EXPECT_EQ(logs, 1);
  const auto told = bench.events.of(Event::Kind::kDiagnostic);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(string_at(told[0]->data, "/summary"), HasSubstr("Pod/web-2-b, container main"));
  EXPECT_THAT(string_at(told[0]->data, "/detail"), HasSubstr("no such table: accounts"));
}

TEST(DisturbedRun, SaysHowAGateIsAnsweredThatNobodyCanBeAsked) {
  Bench bench;
  bench.add("x").gate = "Delete everything?";
  bench.answers(Operation::kApply, "x", {{"summary", ""}});
  bench.with.gate = [](const plan::Step&) { return GateAnswer{false, "nobody", "Say --yes-to x."}; };
  const auto result = bench.run();
  EXPECT_EQ(result.exit_status(), 3);
  EXPECT_THAT(result.summary, HasSubstr("Delete everything? Say --yes-to x."));
}

}  // namespace
}  // namespace upshift::engine
