// The hop dies before and after every write of its journal, every file, every request and every answer. A resumed run
// ends as the undisturbed one does, with nothing sent twice; a rollback ends as it began.
//
// A resumed copy is followed until its project, its rollouts and all that it made the cluster do are those of the
// undisturbed run with the same steps ended. UPSHIFT_CRASH_SEED chooses other samples, UPSHIFT_CRASHES=all tries every
// point with everything that may follow, UPSHIFT_CRASHES=N the point N alone.
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

#include "crash/crash_walk.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShards = 4;

std::size_t seed() {
  const char* given = std::getenv("UPSHIFT_CRASH_SEED");
  return given == nullptr ? 20261121U : static_cast<std::size_t>(std::strtoul(given, nullptr, 10));
}

bool tries_all() {
  const char* wanted = std::getenv("UPSHIFT_CRASHES");
  return wanted != nullptr && std::string_view(wanted) == "all";
}

// Where what is durable, in the journal or in the cluster, has just changed.
bool is_telling(const std::string& point) {
  const auto begins = [&](std::string_view text) { return point.starts_with(text); };
  return begins("after ") && !begins("after GET") && !begins("after WATCH");
}

// The one point that is asked for, if one is.
std::optional<std::size_t> only_point() {
  const char* wanted = std::getenv("UPSHIFT_CRASHES");
  if (wanted == nullptr || tries_all()) return {};
  return static_cast<std::size_t>(std::strtoul(wanted, nullptr, 10));
}

CrashCounts deaths(Then then, std::function<bool(std::size_t, const std::string&)> tried) {
  const auto undying = run_undying();
  EXPECT_GT(undying.points.size(), 500U);
  CrashOptions options{then, std::move(tried), seed()};
  if (const auto only = only_point()) {
    options.tried = [only](std::size_t index, const std::string&) { return index == *only; };
  }
  const auto counts = crash_walk(undying, options);
  std::cout << counts.points << " points, " << counts.deaths << " deaths, seed " << seed() << "\n";
  EXPECT_EQ(counts.points, undying.points.size());
  EXPECT_GT(counts.deaths, only_point() ? 0U : 20U);
  return counts;
}

// Every n-th of the telling points, another n-th for each seed.
auto every(std::size_t nth) {
  return [nth, turn = seed()](std::size_t, const std::string& point) mutable {
    return is_telling(point) && (tries_all() || ++turn % nth == 0);
  };
}

class EveryPoint : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EveryPoint, IsOneThatARunIsResumedFrom) {
  deaths(Then::kResume, [this](std::size_t index, const std::string&) { return index % kShards == GetParam(); });
}

TEST_P(EveryPoint, IsOneThatARunIsTakenBackFrom) {
  deaths(Then::kRollBack, [this](std::size_t index, const std::string& point) {
    return is_telling(point) && (tries_all() || index % 2 == seed() % 2) && index / 2 % kShards == GetParam();
  });
}

INSTANTIATE_TEST_SUITE_P(EveryFourthFrom, EveryPoint, ::testing::Range(std::size_t{0}, kShards));

TEST(Crash, OfARunThatWasTakenBackLeavesOneThatCanBeDoneAgain) {
  deaths(Then::kRollBackAndResume, every(12));
}

TEST(Crash, MayComeAgainWhileTheRunIsResumed) {
  deaths(Then::kDieAndResume, every(4));
}

TEST(Crash, MayComeAgainWhileTheRunIsTakenBack) {
  deaths(Then::kDieRollingBack, every(8));
}

TEST(Crash, AndALostAnswerInTheRollbackLeaveNothingBehind) {
  deaths(Then::kFaultRollingBack, every(8));
}

}  // namespace
}  // namespace upshift::testing
