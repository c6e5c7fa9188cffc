// Whose log the log of a DeploymentConfig is.
#pragma once

#include <string>

#include "cluster/resource.hpp"
#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

struct DeploymentLog {
  cluster::Response refusal = {200, nullptr, {}};  // not ok() where there is none
  std::string pod;                                 // "": the rollout has not begun, and there is nothing to read yet
};

// The deployer's while a rollout is under way and once it has failed, else that of a pod of the version. The query may
// name a `version`, or ask for the one before the newest (`previous`).
DeploymentLog find_deployment_log(const Store& store, const ObjectRef& config, const cluster::Request& request);

}  // namespace upshift::emulator
