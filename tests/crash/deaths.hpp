// Which deaths a test tries, and their counts.
//
// UPSHIFT_CRASH_SEED chooses other samples, UPSHIFT_CRASHES=all tries every point with everything that may follow,
// UPSHIFT_CRASHES=N the point N alone.
#pragma once

#include "crash/crash_walk.hpp"

namespace upshift::testing {

std::size_t crash_seed();
bool tries_every_crash();

// The points after which what is durable, in the journal or in the cluster, has just changed: every n-th of them,
// another n-th for each seed.
Tried telling_points(std::size_t nth, std::size_t share = 0, std::size_t shares = 1);
// Every n-th point of all kinds.
Tried all_points(std::size_t nth);
// One of those points that leave the same behind, and every twelfth of the others, another twelfth for each seed, to
// see that they do. Of those the `share`-th of `shares`.
Tried points_that_differ(std::size_t share, std::size_t shares);

// Prints the counts. Fails where the undisturbed run does not pass the points that were tried.
CrashCounts try_deaths(const Way& way, Then then, Tried tried);

}  // namespace upshift::testing
