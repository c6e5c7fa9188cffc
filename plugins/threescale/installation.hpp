// What is installed: version, variant, and the settings that an upgrade carries over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

using sdk::Json;

// "2.5.0" becomes "2.5"; anything that is no version becomes "".
std::string short_version(std::string_view version);

// What AMP_RELEASE says in a running container: the literal, or through its ConfigMap.
std::string effective_release(sdk::Context& c, const Json& deployment_config, std::string_view container_name);

// The system image is built in the project, from the product's and Oracle's client.
bool uses_oracle(sdk::Context& c);
inline constexpr std::string_view kOracleBuild = "3scale-amp-system-oracle";

// "ha", "s3", "postgresql", "oracle", "eval", "subdomain", in this order.
std::vector<std::string> variants(sdk::Context& c);

// Whatever of version 2.5 a finished 2.6 does not have, in words; empty for a finished or fresh 2.6.
std::vector<std::string> remains_of_2_5(sdk::Context& c);

// The installed version in order of trust; "half-done" where the sources disagree.
sdk::DetectResult detect(sdk::Context& c);

}  // namespace upshift::threescale
