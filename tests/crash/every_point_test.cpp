// The hop dies before and after every write of its journal, every file, every request and every answer, those of the
// project's lock and of the journal's mirror among them. A resumed run ends as the undisturbed one does, with nothing
// sent twice; a rollback ends as it began.
//
// A resumed copy is followed until its project, its rollouts and all that it made the cluster do are those of the
// undisturbed run with the same steps ended.
#include <gtest/gtest.h>

#include "crash/deaths.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShares = 4;
const Way kHop;

class EveryPoint : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EveryPoint, IsOneThatARunIsResumedFrom) {
  try_deaths(kHop, Then::kResume, all_points(1, GetParam(), kShares));
}

TEST_P(EveryPoint, IsOneThatARunIsTakenBackFrom) {
  try_deaths(kHop, Then::kRollBack, telling_points(3, GetParam(), kShares));
}

INSTANTIATE_TEST_SUITE_P(EveryFourthFrom, EveryPoint, ::testing::Range(std::size_t{0}, kShares));

TEST(Crash, OfARunThatWasTakenBackLeavesOneThatCanBeDoneAgain) {
  try_deaths(kHop, Then::kRollBackAndResume, telling_points(16));
}

TEST(Crash, MayComeAgainWhileTheRunIsResumed) {
  try_deaths(kHop, Then::kDieAndResume, telling_points(6));
}

TEST(Crash, MayComeAgainWhileTheRunIsTakenBack) {
  try_deaths(kHop, Then::kDieRollingBack, telling_points(12));
}

TEST(Crash, AndALostAnswerInTheRollbackLeaveNothingBehind) {
  try_deaths(kHop, Then::kFaultRollingBack, telling_points(12));
}

TEST(Crash, OfAMachineIsResumedFromAnother) {
  try_deaths(kHop, Then::kResumeElsewhere, telling_points(24));
}

TEST(Crash, OfAMachineIsTakenBackFromAnother) {
  try_deaths(kHop, Then::kRollBackElsewhere, telling_points(24));
}

}  // namespace
}  // namespace upshift::testing
