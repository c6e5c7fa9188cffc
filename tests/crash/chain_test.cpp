// The whole way 2.3 to 2.6 dies at points of all its hops; as every_point_test.cpp for one.
#include <gtest/gtest.h>

#include "crash/deaths.hpp"

namespace upshift::testing {
namespace {

const Way kChain{"threescale-2.3", "2.3", "2.6"};

TEST(ChainCrash, IsResumedToTheEndOfTheUndisturbedChain) {
  try_deaths(kChain, Then::kResume, all_points(30));
}

TEST(ChainCrash, IsTakenBackToTheOldestVersion) {
  try_deaths(kChain, Then::kRollBack, telling_points(40));
}

TEST(ChainCrash, OfAMachineIsResumedFromAnother) {
  try_deaths(kChain, Then::kResumeElsewhere, telling_points(40));
}

}  // namespace
}  // namespace upshift::testing
