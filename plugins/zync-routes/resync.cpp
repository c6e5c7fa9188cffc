#include "resync.hpp"

#include <string>
#include <vector>

#include "inventory.hpp"
#include "routes.hpp"

namespace upshift::zync_routes {
namespace {

constexpr const char* kTask = "bundle exec rake zync:resync:domains";

// Hosts that lack an admitted route of Zync.
std::vector<std::string> missing_hosts(sdk::Context& c, const Inventory& inventory) {
  const std::vector<Json> routes = routes_of_zync(c);
  std::vector<std::string> missing;
  for (const auto& [host, service] : inventory.expected) {
    bool found = false;
    for (const Json& route : routes) {
      found = found || (host_of(route) == host && service_of(route) == service && is_admitted(route));
    }
    if (!found) missing.push_back(host);
  }
  return missing;
}

void refuse_claimed_hosts(sdk::Context& c, const Inventory& inventory) {
  for (const Json& route : old_routes(c)) {
    for (const auto& [host, service] : inventory.expected) {
      if (host_of(route) != host) continue;
      throw sdk::Failure(
          sdk::Status::kFailedPrecondition,
          "Route/" + name_of(route) + " still has the host " + host + ", so Zync's route would be refused",
          "Delete it, or run the steps that delete old routes.", name_of(route));
    }
  }
}

}  // namespace

sdk::CheckResult Resync::check(sdk::Context& c) {
  const Inventory inventory = load_inventory(c);
  if (inventory.expected.empty()) return sdk::pending("Zync has made no routes yet");
  const auto missing = missing_hosts(c, inventory);
  if (missing.empty()) {
    return sdk::done("each of the " + std::to_string(inventory.expected.size()) + " hosts has a route of Zync");
  }
  return sdk::pending(std::to_string(missing.size()) + " hosts have no route of Zync, " + missing.front() + " for one");
}

sdk::ApplyResult Resync::apply(sdk::Context& c) {
  const Inventory inventory = load_inventory(c);
  refuse_claimed_hosts(c, inventory);
  if (const std::string defect = zync_defect(c); !defect.empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition, "Zync cannot make routes: " + defect,
                       "See why its pods are not up, then run the step again.", "zync-que");
  }
  // The container's shell sets the Ruby environment up. Exit code 0 means that the work is queued, not that it is done.
  const sdk::ExecResult result = c.exec_in_deployment("system-sidekiq", "system-sidekiq", {"bash", "-c", kTask});
  if (result.exit_code != 0) {
    throw sdk::Failure(
        sdk::Status::kFailedPrecondition,
        "'" + std::string(kTask) + "' in system-sidekiq ended with exit code " + std::to_string(result.exit_code),
        "Run it by hand in a pod of system-sidekiq to see its output; it is safe to repeat.", "system-sidekiq");
  }
  sdk::ApplyResult out = sdk::applied("Zync makes " + std::to_string(inventory.expected.size()) + " routes");
  for (const auto& [host, service] : inventory.expected) out.await(sdk::route_admitted(host, service));
  return out;
}

sdk::VerifyResult Resync::verify(sdk::Context& c) {
  const auto missing = missing_hosts(c, load_inventory(c));
  if (!missing.empty()) return sdk::not_yet("no route of Zync for " + missing.front() + " yet");
  if (routes_of_zync(c).empty()) return sdk::not_yet("Zync has made no route yet");
  return sdk::verified(std::to_string(routes_of_zync(c).size()) + " routes of Zync, each host admitted");
}

sdk::UndoResult Resync::undo(sdk::Context& c) {
  // The old routes come back next and need their hosts. Zync makes its own again only when a tenant or service changes.
  std::size_t count = 0;
  for (const Json& route : routes_of_zync(c)) count += c.remove("Route", name_of(route)) ? 1U : 0U;
  return sdk::undone("deleted " + std::to_string(count) + " routes that Zync had made");
}

}  // namespace upshift::zync_routes
