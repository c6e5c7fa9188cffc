// How often a request is tried, and how long to wait before it is tried again.
#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"

namespace upshift::cluster {

inline constexpr int kMostAttempts = 5;

// After attempt number `attempt` (from 1): what the server asked for with Retry-After (half a minute at most), else
// twice the pause before. `headers` of the answer, names in lower case; nullptr where none came.
Duration pause_before_next(int attempt, const std::map<std::string, std::string>* headers);

}  // namespace upshift::cluster
