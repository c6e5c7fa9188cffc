// Every fault at every request of the hop, one at a time: the run ends as the undisturbed one does, or stops with a
// message that names object and cause, and a second run ends as the undisturbed one does. Nothing is done twice, the
// journal is true, and nothing hangs.
//
// A copy of the run is followed until its project, its rollouts and all that it made the cluster do are those of the
// undisturbed run with the same steps ended; at a sample of the requests, and where the engine itself asked, to the
// very end. UPSHIFT_FAULT_SEED chooses another sample.
//
// Changes, commands, watches and the product's API meet every fault. A read meets every fourth one, another one at each
// request; UPSHIFT_FAULTS=all lets it meet all of them, which takes minutes. A server that stays away, or refuses the
// token for good, is not tried here.
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

#include "fault/walk.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShards = 8;

std::size_t seed() {
  const char* given = std::getenv("UPSHIFT_FAULT_SEED");
  return given == nullptr ? 20261121U : static_cast<std::size_t>(std::strtoul(given, nullptr, 10));
}

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
  const std::size_t chosen = seed();
  options.to_the_end = [chosen](std::size_t index) { return (index * 2654435761U + chosen) % 97 < 2; };
  std::size_t turn = chosen;
  options.tried = [&turn](Fault fault, const Call& call) {
    if (fault == Fault::kUnauthorizedFromNow || fault == Fault::kGoneFromNow) return false;
    return call.method != "GET" || tries_all() || ++turn % 4 == 0;
  };
  const auto counts = walk(undisturbed, options);
  std::cout << "sample of seed " << chosen << "\n";
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
