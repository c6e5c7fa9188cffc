// HTTP refusals of an API server as errors for people.
#pragma once

#include <string_view>

#include "cluster/resource.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster {

// INTERNAL: the server said yes, but its answer is not an object.
Error unreadable(std::string_view doing, const ObjectRef& ref);
// The code alone, from the HTTP status and the Status body's reason and message.
StatusCode code_of(const Response& response);

}  // namespace upshift::cluster
