// What an API server adds of its own as an object is written: addresses, generated hosts, first status, generations.
#pragma once

#include <optional>
#include <string>

#include "emulator/status.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

// `object` has its defaults and no status of the client's.
void prepare_for_create(Store& store, const ObjectRef& ref, Json& object);
// `old` is the stored object in the same form; `wanted_version` the status.latestVersion that the client sent along.
void prepare_for_update(Store& store, const ObjectRef& ref, const Json& old, std::int64_t wanted_version, Json& object);
// The field of a Service whose port on the nodes another one has.
std::optional<std::string> taken_node_port(const Store& store, const ObjectRef& ref, const Json& service);

// Gives spec.tags their generations and lets status follow tags whose source has moved. `old` is null for a new stream.
void settle_image_stream(const Store& store, const Json& old, Json& stream);
// Changed tags that follow what is not there. A server tells of all of them in one cause, whose field has no name.
std::optional<Cause> unknown_source(const Store& store, const Json& old, const Json& stream);

}  // namespace upshift::emulator
