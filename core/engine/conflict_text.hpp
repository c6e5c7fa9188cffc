// Conflicts for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/three_way.hpp"

namespace upshift::engine {

// What the three values of a place are called: "is", "was to become".
struct ConflictWords {
  std::string_view wanted, edited, live;
};

// "spec.replicas was 1, was to become 2, is 3". Long values are cut; the values of a Secret are left out.
std::vector<std::string> conflict_text(const std::string& kind, const std::vector<Conflict>& conflicts,
                                       const ConflictWords& words);

}  // namespace upshift::engine
