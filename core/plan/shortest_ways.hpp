// The shortest ways through a graph of hops, two of them at most: enough to go one and to tell that there is a choice.
#pragma once

#include <string>
#include <vector>

#include "plan/model.hpp"

namespace upshift::plan {

using Path = std::vector<const HopOffer*>;

// Ways of the fewest hops from `from` to `to` (different versions) that use a hop of each plugin of `via`. Empty: there
// is none. Where there are more than one, two that differ.
std::vector<Path> shortest_ways(const Path& hops, const std::string& from, const std::string& to,
                                const std::vector<std::string>& via);

// Whether hops lead from `from` to `to`.
bool leads(const Path& hops, const std::string& from, const std::string& to);

}  // namespace upshift::plan
