// What the API server adds to a pod as it is created by a controller: the service account's secrets and token volume,
// tolerations, defaults; and what it refuses.
#pragma once

#include "emulator/controller.hpp"

namespace upshift::emulator {

// Lets the pod in as the server's admission does, or says in the server's words why not (PERMISSION_DENIED).
Status admit_pod(Store& store, Json& pod);
// Stores the pod. PERMISSION_DENIED in the server's words where the service account is missing or a quota is exceeded,
// ALREADY_EXISTS where the name is taken.
Result<ObjectName> create_pod(ControlPlane& plane, Json pod);

}  // namespace upshift::emulator
