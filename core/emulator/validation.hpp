// What an API server refuses with 422: which fields of an object are wrong, in the server's order.
#pragma once

#include "base/json.hpp"
#include "cluster/resource.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {

// `object` has its defaults. `old` is the stored object that it is to replace, or nullptr for a new one.
Causes validate(const cluster::ResourceType& type, const Json& object, const Json* old);

// The same for a write to the status alone.
Causes validate_status(const cluster::ResourceType& type, const Json& object, const Json& old);
void validate_metadata(const cluster::ResourceType& type, const Json& object, const Json* old, Causes& causes);
// `path` is the field that the spec stands in. Containers named in `may_lack_image` need no image.
void validate_pod_spec(const Json& spec, const std::string& path, const std::vector<std::string>& may_lack_image,
                       Causes& causes);

bool is_dns_label(std::string_view text);
bool is_dns_subdomain(std::string_view text);

}  // namespace upshift::emulator
