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

// Whether `version` ("2.5.0", "2.6") is a later minor version than `than`; false where either is no version.
bool is_newer(std::string_view version, std::string_view than);

// What a container sees in a variable: the literal, or the key of the Secret or ConfigMap that it refers to. Empty
// where nothing tells.
std::string seen_env(sdk::Context& c, const Json& deployment_config, std::string_view container_name,
                     std::string_view variable);
// What AMP_RELEASE says in a running container: the literal, or through its ConfigMap.
std::string effective_release(sdk::Context& c, const Json& deployment_config, std::string_view container_name);

// The token that the pre hook of system-app hands to the first installation of the master account; empty without one.
std::string master_token_of_hook(const Json& system_app);

// The system image is built in the project, from the product's and Oracle's client.
bool uses_oracle(sdk::Context& c);
inline constexpr std::string_view kOracleBuild = "3scale-amp-system-oracle";
// The image that this build starts from, "amp-system:2.5.0"; empty without a build.
std::string oracle_base(sdk::Context& c);

// Whether a container asks for anything or is limited: the template for evaluation lets them all do without.
bool has_resources(const Json& deployment_config);
// As the template for high availability has it: a Redis at least is outside the project.
bool has_databases_outside(sdk::Context& c);

// How the installation differs from what the standard template makes, and where that was seen.
struct Variant {
  std::string name;      // "ha", "external-databases", "s3", "postgresql", "oracle", "eval", "subdomain", in this order
  std::string evidence;  // "there is no DeploymentConfig/backend-redis"
};
std::vector<Variant> variants_with_evidence(sdk::Context& c);
// Their names alone.
std::vector<std::string> variants(sdk::Context& c);

// The installed version in order of trust; "half-done" where the sources disagree.
sdk::DetectResult detect(sdk::Context& c);

}  // namespace upshift::threescale
