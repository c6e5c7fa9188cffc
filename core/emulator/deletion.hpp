// Deletion of objects: preconditions, finalizers, and what becomes of those that depend on them.
#pragma once

#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

// `options` are DeleteOptions or null. Dependents are left to the garbage collector, unless they are to be orphaned:
// then their reference to the owner goes with it. An object with finalizers is only marked.
cluster::Response delete_object(Store& store, const ObjectRef& ref, const Json& options, bool dry_run);

// DeleteOptions from the body of a request and, where it lacks them, from the query.
Json delete_options(const cluster::Request& request);

}  // namespace upshift::emulator
