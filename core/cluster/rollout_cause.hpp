// Why a rollout does not get on, from everything around the DeploymentConfig that shows it.
#pragma once

#include "cluster/condition.hpp"
#include "cluster/rollout_memory.hpp"
#include "cluster/rollout_view.hpp"

namespace upshift::cluster {

// What stands in the way of a version that is under way; nullopt where all is as it should be.
std::optional<RememberedTrouble> obstacle_of(const RolloutView& view, const RolloutMemory& memory, TimePoint now);
// Why a version that failed did, as far as anything tells.
Trouble cause_of_failure(const RolloutView& view, const RolloutMemory& memory);

}  // namespace upshift::cluster
