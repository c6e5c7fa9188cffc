// The answers to "may I?", for a server that knows one user who may do everything and one who may do nothing.
#pragma once

#include <optional>

#include "emulator/server/http_message.hpp"
#include "emulator/server/users.hpp"

namespace upshift::emulator::server {

// A SelfSubjectAccessReview or SelfSubjectRulesReview; nullopt for anything else, and where the API has to look at the
// request more closely.
std::optional<HttpResponse> review_access(const User& user, const HttpRequest& request);

}  // namespace upshift::emulator::server
