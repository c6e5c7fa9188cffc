// Server-side apply: a client says which fields it wants, and the server keeps account of whose each field is.
#pragma once

#include "emulator/writes.hpp"

namespace upshift::emulator {

inline constexpr std::string_view kApplyPatch = "application/apply-patch+yaml";

// The request's fieldManager owns what its body names. 409 where that would change a field that is another manager's,
// unless the request says force=true; creates what is not there.
cluster::Response apply_object(Store& store, const ObjectRef& ref, const cluster::Request& request,
                               const WriteOptions& options);

// The accounts after a write that is not an apply: what has changed is nobody's but `manager`'s. Null where the object
// has no accounts yet, since nobody has ever applied anything to it.
Json managers_after_write(const std::string& kind, const Json& before, const Json& after, const std::string& manager,
                          const std::string& now);

}  // namespace upshift::emulator
