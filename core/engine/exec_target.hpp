// Which pod a command for a DeploymentConfig runs in.
#pragma once

#include "cluster/client.hpp"

namespace upshift::engine {

// A Ready pod of the newest version, no deployer or hook pod; `container` may be "" for its first one.
// NOT_FOUND: no such DeploymentConfig or container. FAILED_PRECONDITION: none of its pods is Ready.
struct ExecTarget {
  std::string pod, container;
};
Result<ExecTarget> find_exec_target(cluster::Client& client, const std::string& deployment_config,
                                    const std::string& container);

}  // namespace upshift::engine
