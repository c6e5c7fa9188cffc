// Changes whose outcome nobody recorded, because upshift was killed or no answer came: the live objects tell.
#pragma once

#include <optional>
#include <vector>

#include "engine/dependencies.hpp"

namespace upshift::engine {

// Somebody else has changed the same, so that nothing tells whether the change arrived.
struct Foreign {
  journal::Change change;
  std::optional<Json> live;

  // For people: the object, and what it was, was to be and is. Of a Secret the places alone.
  std::string text() const;
};

// Records what can be told of open changes of this target's runs: applied or refused; unknown for the rest, which are
// returned. Commands and calls cannot be looked up and are unknown. What was found unknown before is looked up again
// only of the runs from `since` on. UNAVAILABLE: the cluster cannot be asked; what is settled by then stays so.
Result<std::vector<Foreign>> settle_open_changes(const Dependencies& with, journal::RunId since);

}  // namespace upshift::engine
