#include "engine/exec_target.hpp"

#include <fmt/format.h>

#include "cluster/conditions.hpp"
#include "cluster/pod_trouble.hpp"

namespace upshift::engine {

Result<ExecTarget> find_exec_target(cluster::Client& client, const std::string& deployment_config,
                                    const std::string& container) {
  UPSHIFT_ASSIGN(const auto config, client.get({cluster::type_of("DeploymentConfig"), "", deployment_config}));
  if (!config) {
    return failure(StatusCode::kNotFound,
                   fmt::format("there is no DeploymentConfig/{} to run a command in", deployment_config),
                   "Look whether the installation is complete.");
  }
  const auto newest = fmt::format("{}-{}", deployment_config, int_at(*config, "/status/latestVersion"));
  // Its controller puts this label on every pod of every version.
  const cluster::ListOptions own{.labels = "deploymentconfig=" + deployment_config};
  UPSHIFT_ASSIGN(const auto pods, client.list(cluster::type_of("Pod"), own));
  for (const auto& pod : pods.items) {
    if (cluster::is_deployer_or_hook(pod) || cluster::controller_of(pod) != newest || !cluster::is_ready(pod)) continue;
    if (!string_at(pod, "/metadata/deletionTimestamp").empty()) continue;
    const Json& containers = array_at(pod, "/spec/containers");
    const auto name = string_at(pod, "/metadata/name");
    for (const auto& one : containers) {
      const auto candidate = string_at(one, "/name");
      if (container.empty() || candidate == container) return ExecTarget{name, candidate};
    }
    return failure(StatusCode::kNotFound, fmt::format("Pod/{} has no container '{}'", name, container),
                   "Report it to the plugin's author.");
  }
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("no pod of ReplicationController/{} is Ready to run a command in", newest),
      fmt::format("Look at `oc get pods` for DeploymentConfig/{}, bring one up and resume.", deployment_config));
}

}  // namespace upshift::engine
