// The answers to "may I?".
#pragma once

#include <optional>

#include "emulator/server/authorization.hpp"
#include "emulator/server/http_message.hpp"

namespace upshift::emulator::server {

// A SelfSubjectAccessReview or SelfSubjectRulesReview; nullopt for anything else.
std::optional<HttpResponse> review_access(const Store& store, const User& user, const HttpRequest& request);

}  // namespace upshift::emulator::server
