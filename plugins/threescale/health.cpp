#include "threescale/health.hpp"

#include "threescale/deployments.hpp"
#include "threescale/objects.hpp"
#include "threescale/replicas.hpp"

namespace upshift::threescale {

Health health_of(sdk::Context& c) {
  Health health;
  for (const Deployment& row : kDeployments) {
    const auto dc = c.get("DeploymentConfig", row.name);
    if (!dc) continue;
    if (sdk::bool_at(*dc, "/spec/paused")) health.paused.emplace_back(row.name);
    if (sdk::int_at(*dc, "/spec/replicas") == 0 && !is_taken_down(*dc)) health.scaled_down.emplace_back(row.name);
  }
  return health;
}

std::optional<sdk::CheckResult> refuse_unhealthy(sdk::Context& c) {
  const Health health = health_of(c);
  for (const std::string& name : health.scaled_down) {
    c.warn("DeploymentConfig/" + name + " is scaled to zero: it is upgraded and stays at zero",
           name == "system-app" || name == "system-sidekiq" || name == "zync-database"
               ? "Steps that run a command in one of its pods will stop. Scale it up first: oc scale dc/" + name +
                     " --replicas=1"
               : "Its new version is not seen running before somebody scales it up.",
           name);
  }
  if (health.paused.empty()) return std::nullopt;
  std::string names;
  for (const std::string& name : health.paused) names += (names.empty() ? "" : ", ") + name;
  return sdk::blocked("rollouts are paused, so nothing new would ever start: " + names +
                      "; resume them first: oc rollout resume dc/" + health.paused.front());
}

}  // namespace upshift::threescale
