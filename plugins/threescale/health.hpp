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
  std::vector<std::string> by_hand;      // no trigger rolls out a changed template
};
// Of the product's DeploymentConfigs that the project has.
Health health_of(sdk::Context& c);

// Blocked where a DeploymentConfig is paused, with what to do; nothing where all can roll out. Tells of those that are
// scaled to zero, which are upgraded and stay at zero, and of those that wait for a person to roll them out.
std::optional<sdk::CheckResult> refuse_unhealthy(sdk::Context& c);

}  // namespace upshift::threescale
