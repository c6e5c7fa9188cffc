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

// Records what can be told of the run's open changes: applied or refused; unknown for the rest. Commands and calls
// cannot be looked up and are unknown. UNAVAILABLE: the cluster cannot be asked; what is settled by then stays so.
Result<std::vector<Foreign>> settle_open_changes(const Dependencies& with, journal::RunId run);

}  // namespace upshift::engine
