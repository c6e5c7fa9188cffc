#include "threescale/health.hpp"

#include <algorithm>

#include "threescale/deployments.hpp"
#include "threescale/objects.hpp"
#include "threescale/replicas.hpp"

namespace upshift::threescale {

Health health_of(sdk::Context& c) {
  Health health;
  const auto is_of_product = [](const std::string& name) {
    return std::any_of(kDeployments.begin(), kDeployments.end(),
                       [&name](const Deployment& row) { return row.name == name; });
  };
  for (const Json& dc : c.list("DeploymentConfig")) {
    const std::string name = sdk::string_at(dc, "/metadata/name");
    if (!is_of_product(name)) continue;
    if (sdk::bool_at(dc, "/spec/paused")) health.paused.push_back(name);
    if (sdk::int_at(dc, "/spec/replicas") == 0 && !is_taken_down(dc)) health.scaled_down.push_back(name);
    const Json& triggers = sdk::array_at(dc, "/spec/triggers");
    const bool rolls_out = std::any_of(triggers.begin(), triggers.end(), [](const Json& trigger) {
      return sdk::string_at(trigger, "/type") == "ConfigChange";
    });
    if (!rolls_out) health.by_hand.push_back(name);
  }
  return health;
}

namespace {

// Databases as nobody has them on purpose for long: what is in them goes with their pods, and later steps restart them.
void warn_of_volatile_databases(sdk::Context& c) {
  for (const std::string name : {"system-mysql", "system-postgresql", "system-redis", "backend-redis"}) {
    const auto dc = c.get("DeploymentConfig", name);
    if (!dc) continue;
    for (const Json& volume : sdk::array_at(*dc, "/spec/template/spec/volumes")) {
      if (sdk::find(volume, "/emptyDir") == nullptr) continue;
      c.warn("DeploymentConfig/" + name + " keeps its data in the emptyDir volume " + sdk::string_at(volume, "/name") +
                 ": each rollout of it empties the database",
             "The upgrade rolls databases out. Save what is in it first, or give it a PersistentVolumeClaim.", name);
    }
  }
}

}  // namespace

std::optional<sdk::CheckResult> refuse_unhealthy(sdk::Context& c) {
  warn_of_volatile_databases(c);
  const Health health = health_of(c);
  for (const std::string& name : health.scaled_down) {
    c.warn("DeploymentConfig/" + name + " is scaled to zero: it is upgraded and stays at zero",
           name == "system-app" || name == "system-sidekiq" || name == "zync-database"
               ? "Steps that run a command in one of its pods will stop. Scale it up first: oc scale dc/" + name +
                     " --replicas=1"
               : "Its new version is not seen running before somebody scales it up.",
           name);
  }
  for (const std::string& name : health.by_hand) {
    c.warn("DeploymentConfig/" + name + " has no ConfigChange trigger: a step that changes its template stops there",
           "Give it one: oc set triggers dc/" + name +
               " --from-config. Or roll each change out by hand where the upgrade stops, "
               "oc rollout latest dc/" +
               name + ", and resume.",
           name);
  }
  if (health.paused.empty()) return std::nullopt;
  std::string names;
  for (const std::string& name : health.paused) names += (names.empty() ? "" : ", ") + name;
  return sdk::blocked("rollouts are paused, so nothing new would ever start: " + names +
                      "; resume them first: oc rollout resume dc/" + health.paused.front());
}

}  // namespace upshift::threescale
