// Subresources that are no plain part of their object: scale, and instantiate and rollback of a DeploymentConfig.
#pragma once

#include "cluster/transport.hpp"
#include "emulator/store.hpp"
#include "emulator/writes.hpp"

namespace upshift::emulator {

cluster::Response get_scale(const Store& store, const ObjectRef& ref);
// PUT or PATCH.
cluster::Response write_scale(Store& store, const ObjectRef& ref, const cluster::Request& request,
                              const WriteOptions& options);

// What `oc rollout latest` asks for: the next version, now. `ref` is what the path names; the body names it again.
cluster::Response instantiate(Store& store, const ObjectRef& ref, const Json& body, bool dry_run);
// What `oc rollout undo` asks for: how the config would be with parts of an earlier version. Nothing is written.
cluster::Response roll_back(const Store& store, const ObjectRef& ref, const Json& body);

}  // namespace upshift::emulator
