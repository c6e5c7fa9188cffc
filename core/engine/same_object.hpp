// When two states of an object are the same for the purpose of a change.
#pragma once

#include "base/json.hpp"

namespace upshift::engine {

// Without what only the server writes: status, resourceVersion, generation, managedFields and the like.
Json without_server_fields(Json object);

// `wanted` is contained in `live`: members that a server adds by default or by a controller do not count, lists of
// named things are compared by name and must name the same things.
bool contains(const Json& live, const Json& wanted);

}  // namespace upshift::engine
