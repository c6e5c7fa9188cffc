// Lists of objects, filtered by selectors and cut into pages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

// `objects` in the order of namespace and name; `version` is the resourceVersion at which they were taken.
cluster::Response list_response(const ResourceType& type, const std::vector<Json>& objects,
                                const cluster::Request& request, std::uint64_t version);

// The version that the request wants to see and no other: an exact one, or that of the page before.
std::optional<std::uint64_t> wanted_version(const cluster::Request& request);

}  // namespace upshift::emulator
