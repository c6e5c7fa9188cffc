// What the user did to DeploymentConfigs that an upgrade depends on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

struct Health {
  std::vector<std::string> paused;       // rollouts of these never come
  std::vector<std::string> scaled_down;  // no pod is wanted
};
// Of the product's DeploymentConfigs that the project has.
Health health_of(sdk::Context& c);

// Blocked where a DeploymentConfig is paused, with what to do; nothing where all can roll out. Tells of those that are
// scaled to zero: they are upgraded and stay at zero.
std::optional<sdk::CheckResult> refuse_unhealthy(sdk::Context& c);

}  // namespace upshift::threescale
