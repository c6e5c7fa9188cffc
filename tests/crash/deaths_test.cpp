// The hop dies before and after every write of its journal, every file, every request and every answer, those of the
// project's lock and of the journal's mirror among them, and the whole way 2.3 to 2.6 at a sample of those of all its
// hops. A resumed run ends as the undisturbed one does, with nothing sent twice; a rollback ends as it began.
//
// A resumed copy is followed until its project, its rollouts and all that it made the cluster do are those of the
// undisturbed run with the same steps ended.
#include "crash/deaths.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace upshift::testing {
namespace {

constexpr std::size_t kShares = 4;
const Way kHop, kChain{"threescale-2.3", "2.3", "2.6"};

struct Deaths {
  std::string name;
  Way way;
  Tried tried;
  Then then;
};

std::vector<Deaths> all_deaths() {
  std::vector<Deaths> all;
  for (std::size_t share = 0; share < kShares; ++share) {
    all.push_back(
        {fmt::format("AtEveryPointResumed{}", share), kHop, points_that_differ(share, kShares), Then::kResume});
    all.push_back(
        {fmt::format("AtEveryPointTakenBack{}", share), kHop, telling_points(3, share, kShares), Then::kRollBack});
  }
  const std::vector<Deaths> samples{
      {"TakenBackAndDoneAgain", kHop, telling_points(16), Then::kRollBackAndResume},
      {"AgainWhileItIsResumed", kHop, telling_points(6), Then::kDieAndResume},
      {"AgainWhileItIsTakenBack", kHop, telling_points(12), Then::kDieRollingBack},
      {"AndALostAnswerInTheRollback", kHop, telling_points(12), Then::kFaultRollingBack},
      {"OfAMachineResumedFromAnother", kHop, telling_points(24), Then::kResumeElsewhere},
      {"OfAMachineTakenBackFromAnother", kHop, telling_points(24), Then::kRollBackElsewhere},
      {"OfTheChainResumed", kChain, all_points(30), Then::kResume},
      {"OfTheChainTakenBackToTheOldestVersion", kChain, telling_points(40), Then::kRollBack},
      {"OfAMachineInTheChainResumedFromAnother", kChain, telling_points(40), Then::kResumeElsewhere},
  };
  all.insert(all.end(), samples.begin(), samples.end());
  return all;
}

class Crash : public ::testing::TestWithParam<Deaths> {};

TEST_P(Crash, IsFollowedByTheEndOfTheUndisturbedRunOrByItsStart) {
  try_deaths(GetParam().way, GetParam().then, GetParam().tried);
}

INSTANTIATE_TEST_SUITE_P(All, Crash, ::testing::ValuesIn(all_deaths()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace upshift::testing
