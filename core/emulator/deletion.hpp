// Deletion of objects: preconditions, finalizers, and what becomes of those that depend on them.
#pragma once

#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

// `options` are DeleteOptions or null. Dependents are left to the garbage collector, which also ends what was only
// marked here: namespaces, objects deleted in the foreground or leaving orphans behind. A pod on a node is let go by
// that node.
cluster::Response delete_object(Store& store, const ObjectRef& ref, const Json& options, bool dry_run);

// DeleteOptions from the body of a request or, where it has none, from the query.
Json delete_options(const cluster::Request& request);

}  // namespace upshift::emulator
