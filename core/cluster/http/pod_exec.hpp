// A command in a container over WebSocket, with the transport's own way to the server, trust and credentials.
#pragma once

#include "cluster/http/exchange.hpp"

namespace upshift::cluster::http {

// Blocks until the command has ended. NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED …: refused, it did not run.
// UNAVAILABLE: its detail says whether it may have run. INTERNAL: the server could not run it.
Result<ExecResult> run_in_pod(const Destination& destination, const Credential& credential, const ExecRequest& request);

}  // namespace upshift::cluster::http
