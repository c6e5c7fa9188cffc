#include "engine/proof.hpp"

#include "bench.hpp"

namespace upshift::engine {
namespace {

using journal::RunState;

struct Case {
  const char* name;
  const char* state;         // what CHECK says, "" for a failure
  bool changes = true;       // whether the step may change the project
  bool gives_value = false;  // to a selected step
  const char* skipped = "";  // the step's summary in the run; "" where it is missing
  const char* missing = "";  // why
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"done", "done", true, false, "already so: as it is", ""},
      {"not applicable", "not_applicable", true, false, "already so: as it is", ""},
      {"pending", "pending", true, false, "", "as it is"},
      {"blocked", "blocked", true, false, "", "as it is"},
      {"cannot be told", "", true, false, "", "it cannot be told: no such object"},
      {"pending, changes nothing", "pending", false, false, "left out: it changes nothing in the project", ""},
      {"blocked, changes nothing", "blocked", false, false, "", "as it is"},
      {"pending, gives a value", "pending", false, true, "", "it gives the value 'label' for y"},
      {"done, gives a value", "done", false, true, "already so: as it is", ""},
  };
  return kCases;
}

void arrange(Bench& bench, const Case& one) {
  auto& left_out = bench.add("x");
  left_out.selected = false;
  if (!one.changes) left_out.changes.clear();
  if (one.gives_value) left_out.gives = {"the value 'label' for y"};
  if (std::string(one.state).empty()) {
    bench.plugin.on(Operation::kCheck, "x", [](const Json&, HostServices&) -> Result<Json> {
      return failure(StatusCode::kNotFound, "no such object");
    });
  } else {
    bench.answers(Operation::kCheck, "x", {{"state", one.state}, {"summary", "as it is"}});
  }
  bench.applies("x", "create", create("never"));
  bench.add("y");
  bench.applies("y", "create", create("wanted"));
}

TEST(Proof, FindsWhatIsLeftOutAndNotSo) {
  for (const auto& one : cases()) {
    Bench bench;
    arrange(bench, one);
    const auto missing = find_missing(bench.plan, bench.with);
    ASSERT_TRUE(missing) << one.name;
    EXPECT_EQ(missing->size(), *one.missing == '\0' ? 0U : 1U) << one.name;
    if (!missing->empty()) {
      EXPECT_EQ(missing->front().id, "x");
      EXPECT_EQ(missing->front().why, one.missing);
    }
    EXPECT_TRUE(bench.events.all.empty());
    EXPECT_TRUE(bench.journal.all_runs.empty());
  }
}

TEST(Proof, IsMadeAgainAtTheStepsTurn) {
  for (const auto& one : cases()) {
    Bench bench;
    arrange(bench, one);
    const auto result = bench.run();
    const bool is_so = *one.skipped != '\0';
    EXPECT_EQ(bench.server.changes_sent(), is_so ? 1 : 0) << one.name;
    if (is_so) {
      EXPECT_EQ(result.outcome, RunState::kDone) << one.name;
      EXPECT_EQ(result.steps.at(0).summary, one.skipped) << one.name;
    } else {
      EXPECT_NE(result.outcome, RunState::kDone) << one.name;
      EXPECT_NE(result.summary.find(std::string(one.state).empty() ? "no such object" : one.missing), std::string::npos)
          << result.summary;
    }
  }
}

TEST(Proof, LeavesToTheRunWhatASelectedStepMayBringAbout) {
  for (const char* state : {"blocked", "pending"}) {
    Bench bench;
    bench.add("first");
    auto& left_out = bench.add("x");
    left_out.selected = false;
    bench.answers(Operation::kCheck, "x", {{"state", state}, {"summary", "an object is not there"}});
    bench.add("last");
    const auto missing = find_missing(bench.plan, bench.with);
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->size(), std::string(state) == "pending" ? 1U : 0U) << state;
  }
}

TEST(Proof, EndsWhereTheClusterIsOutOfReach) {
  Bench bench;
  bench.add("x").selected = false;
  bench.plugin.on(Operation::kCheck, "x", [](const Json&, HostServices&) -> Result<Json> {
    return failure(StatusCode::kUnavailable, "no answer");
  });
  bench.add("y");
  const auto missing = find_missing(bench.plan, bench.with);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, StatusCode::kUnavailable);
}

}  // namespace
}  // namespace upshift::engine
