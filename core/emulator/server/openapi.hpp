// The smallest OpenAPI description that lets kubectl apply, patch and dry-run with validation on: which kinds can be
// patched and that dryRun is supported. It describes no fields, so kubectl checks none.
#pragma once

#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

// As protocol buffer, the only form kubectl reads version 2 in, or as JSON, whichever is accepted.
HttpResponse openapi_document(const HttpRequest& request);

}  // namespace upshift::emulator::server
