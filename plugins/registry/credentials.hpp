// Registry credentials as users hand them over, and the Secret that keeps them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::registry {

using sdk::Json;

// {"auths": {HOST: …}} out of a dockerconfigjson file, or out of a downloaded pull secret in JSON or YAML. Nothing
// where the text is neither.
std::optional<Json> parse_credentials(std::string_view text);
// The entry for a host, also where it is written as a URL ("https://registry.example.com/v1/"); nullptr without one.
const Json* entry_of(const Json& credentials, std::string_view host);
// The credentials that a Secret of type kubernetes.io/dockerconfigjson holds.
std::optional<Json> credentials_of(const Json& secret);

struct Credentials : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;
};

}  // namespace upshift::registry
