// What a server refuses of a request before it looks at any object: methods that a resource does not have, options that
// make no sense.
#pragma once

#include <optional>

#include "cluster/transport.hpp"
#include "emulator/api_path.hpp"

namespace upshift::emulator {

// nullopt where the request may go on. Paths without a subresource only.
std::optional<cluster::Response> refused_method(const ApiPath& path, const std::string& method);
// dryRun, fieldManager, force, timeoutSeconds, gracePeriodSeconds.
std::optional<cluster::Response> refused_options(const cluster::Request& request);
// Whether objects of the type have a status that is written by itself.
bool has_status(const cluster::ResourceType& type);

}  // namespace upshift::emulator
