// What a user must be allowed besides the request itself: nobody gives others more than they have, and a Route's host
// is not everybody's choice.
#pragma once

#include <optional>

#include "emulator/server/authorization.hpp"

namespace upshift::emulator::server {

// The server's refusal; nullopt where nothing is missing.
std::optional<HttpResponse> refuse_for_further_rights(const Store& store, const User& user,
                                                      const RequestAttributes& attributes, const HttpRequest& request);

}  // namespace upshift::emulator::server
