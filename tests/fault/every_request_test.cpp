// Every fault at every request of the hop, one at a time: the run ends as the undisturbed one does, or stops with a
// message that names object and cause, and a second run ends as the undisturbed one does. Nothing is done twice, the
// journal is true, and nothing hangs.
//
// A copy of the run is followed until its project, its rollouts and all that it made the cluster do are those of the
// undisturbed run with the same steps ended; at a sample of the requests, and where the engine itself asked, to the
// very end.
//
// Changes, commands, watches and the product's API meet every fault. A read meets every fourth one, others at each
// request and with each of four seeds that follow each other; UPSHIFT_FAULTS=all lets it meet all of them, which takes
// minutes.
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

#include "fault/seed.hpp"
#include "fault/walk.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShards = 8, kEveryFourth = 4;

bool tries_all() {
  const char* wanted = std::getenv("UPSHIFT_FAULTS");
  return wanted != nullptr && std::string_view(wanted) == "all";
}

void print(const WalkCounts& counts) {
  std::cout << counts.requests << " requests, " << counts.copies << " faults tried: " << counts.ended_well
            << " ended well, " << counts.stopped << " stopped; " << counts.to_the_end << " followed to the very end\n";
}

class EveryRequest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EveryRequest, ToleratesEveryFault) {
  const auto undisturbed = run_undisturbed(0);
  ASSERT_GT(undisturbed.calls.size(), 200U);
  WalkOptions options;
  options.shards = kShards;
  options.shard = GetParam();
  const std::size_t chosen = fault_seed();
  std::cout << "sample of seed " << chosen << "\n";
  options.to_the_end = [chosen](std::size_t index) { return (index * 2654435761U + chosen) % 97 < 2; };
  // A second run from each request on would take as long as all else together.
  options.again_when_back = [chosen](std::size_t index) {
    return tries_all() || (index / kShards + chosen) % kEveryFourth == 0;
  };
  std::size_t turn = chosen;
  options.tried = [&turn](Fault, const Call& call) {
    return call.method != "GET" || tries_all() || ++turn % kEveryFourth == 0;
  };
  const auto counts = walk(undisturbed, options);
  print(counts);
  EXPECT_EQ(counts.requests, undisturbed.calls.size());
  EXPECT_GT(counts.copies, counts.requests * (tries_all() ? 12 : 3) / kShards);
}

INSTANTIATE_TEST_SUITE_P(EveryEighthFrom, EveryRequest, ::testing::Range(std::size_t{0}, kShards));

// The server has forgotten the rest of a list: it is read again from its beginning.
TEST(ListInPages, IsReadAgainWhenTheServerHasForgottenIt) {
  constexpr std::size_t kPage = 10;
  const auto undisturbed = run_undisturbed(kPage);
  WalkOptions options;
  options.largest_page = kPage;
  options.tried = [](Fault fault, const Call& call) { return fault == Fault::kExpired && call.continued; };
  const auto counts = walk(undisturbed, options);
  print(counts);
  EXPECT_GT(counts.copies, 5U) << "the sample's lists fit into one page";
}

}  // namespace
}  // namespace upshift::testing
