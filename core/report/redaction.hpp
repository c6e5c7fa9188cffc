// Keeps secrets out of what people and programs read: diffs, reports, logs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"

namespace upshift::report {

inline constexpr std::string_view kRedacted = "(redacted)";

// True for names whose values are credentials: of environment variables, of keys in a ConfigMap ("smtp_password").
bool names_a_secret(std::string_view name);

// Passwords in URLs, and what follows "…PASSWORD=", "…TOKEN=", "…SECRET=", "…KEY=", "Bearer " in a command line or
// message.
std::string redact_text(std::string_view text);

// An API object without its secrets: a Secret's values, literal env values with a secret's name, a route's private key,
// annotations that hold a token or a whole earlier object, credentials inside any other text.
Json redact_object(const Json& object);

// Both states of one object for a diff: a secret that differs reads "(redacted) (old)" and "(redacted) (new)", so that
// the change stays visible. Either may be null.
std::pair<Json, Json> redact_pair(const Json& before, const Json& after);

}  // namespace upshift::report
