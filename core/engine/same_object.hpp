// When two states of an object are the same for the purpose of a change.
#pragma once

#include "base/json.hpp"

namespace upshift::engine {

// Without what only the server writes: status, resourceVersion, generation, managedFields and the like.
Json without_server_fields(Json object);

// An object as it can be created again: without what the server and controllers wrote into it.
Json as_new(Json object);

// `recorded` with all that the server and its controllers write taken from `live`, so that a difference between the two
// is an edit of somebody: status, versions, the image that a trigger of a DeploymentConfig resolves, the volume
// of a claim.
Json with_live_fields(Json recorded, const Json& live);

// `wanted` is contained in `live`: members that a server adds by default or by a controller do not count, lists of
// named things are compared by name and must name the same things.
bool contains(const Json& live, const Json& wanted);

}  // namespace upshift::engine
