// Projects: namespaces under another name, of which a client may change less.
#pragma once

#include "cluster/transport.hpp"
#include "emulator/status.hpp"
#include "emulator/store.hpp"
#include "emulator/writes.hpp"

namespace upshift::emulator {

// The Project that a Namespace is shown as.
Json project_of(const Json& name_space);

cluster::Response get_project(const Store& store, const std::string& name);
// POST, PUT, PATCH or DELETE; `name` is what the path names, "" for POST.
cluster::Response write_project(Store& store, const std::string& name, const cluster::Request& request,
                                const WriteOptions& options);
// What is wrong with the metadata of a new project, or of the request for one.
Causes validate_new_project(const Json& object);

}  // namespace upshift::emulator
