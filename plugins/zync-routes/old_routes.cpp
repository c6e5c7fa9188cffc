#include "old_routes.hpp"

#include <algorithm>

#include "inventory.hpp"

namespace upshift::zync_routes {
namespace {

// Zync makes routes only for Services whose ports have these names; it reads them when its pods start.
std::string unnamed_port(sdk::Context& c) {
  for (const Target& target : kTargets) {
    const auto service = c.get("Service", target.service);
    if (!service || sdk::named(sdk::array_at(*service, "/spec/ports"), target.port) == nullptr) {
      return "Service/" + std::string(target.service) + " with a port named " + std::string(target.port);
    }
  }
  return {};
}

// The resync command runs in system-sidekiq, and zync takes what it sends: without them the routes would be gone for
// long before new ones come.
std::string silent_source(sdk::Context& c) {
  for (const std::string name : {"system-sidekiq", "zync"}) {
    const auto dc = c.get("DeploymentConfig", name);
    if (!dc || sdk::int_at(*dc, "/spec/replicas") != 0) continue;
    return "DeploymentConfig/" + name +
           " is scaled to 0, so nobody tells Zync which routes to make; scale it up first: oc scale dc/" + name +
           " --replicas=1";
  }
  return {};
}

bool is_standard(const Json& route) {
  return std::find(kStandardRoutes.begin(), kStandardRoutes.end(), name_of(route)) != kStandardRoutes.end();
}

// Why the route stays; empty where it goes.
std::string reason_to_keep(const sdk::Context& c, const Inventory& inventory, const Json& route) {
  const std::string host = host_of(route);
  if (lists(c, "keep-routes", name_of(route))) return "zync-routes.keep-routes names it";
  if (inventory.foreign.contains(host)) return "its service is not hosted, so the route is its gateway's own";
  const bool serves_expected = std::any_of(inventory.expected.begin(), inventory.expected.end(),
                                           [&](const auto& each) { return each.first == host; });
  // Only a host that is known to be nobody's is safe to leave: it cannot claim what Zync needs.
  if (inventory.is_complete && !serves_expected && !is_standard(route) && service_of(route) != kWildcardRouter) {
    return "no tenant and no service has the host " + host + ", so Zync would not make the route again";
  }
  return {};
}

}  // namespace

sdk::CheckResult AwaitZync::check(sdk::Context& c) {
  if (!c.get("DeploymentConfig", "zync-que")) {
    return sdk::blocked(
        "there is no DeploymentConfig/zync-que, which makes the routes; run the steps of section 2.3 first");
  }
  if (const std::string missing = unnamed_port(c); !missing.empty()) {
    return sdk::blocked("there is no " + missing + ", without which Zync makes no routes");
  }
  if (const std::string silent = silent_source(c); !silent.empty()) return sdk::blocked(silent);
  if (const std::string defect = zync_defect(c); !defect.empty()) return sdk::pending(defect);
  return sdk::done("zync-que is up");
}

sdk::ApplyResult AwaitZync::apply(sdk::Context& c) {
  if (const Json que = c.require("DeploymentConfig", "zync-que"); sdk::int_at(que, "/spec/replicas") == 0) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       "DeploymentConfig/zync-que is scaled to 0, so nobody makes routes",
                       "Scale it up: oc scale dc/zync-que --replicas=1", "zync-que");
  }
  return sdk::applied("wait for zync and zync-que").await(sdk::rollout("zync")).await(sdk::rollout("zync-que"));
}

DeleteRoutes::Choice DeleteRoutes::choose(sdk::Context& c) const {
  const Inventory inventory = load_inventory(c);
  Choice choice;
  for (Json& route : old_routes(c)) {
    if (is_standard(route) != (kind_ == Kind::kStandard)) continue;
    std::string reason = reason_to_keep(c, inventory, route);
    if (reason.empty()) {
      choice.to_delete.push_back(std::move(route));
    } else {
      choice.kept.emplace_back(std::move(route), std::move(reason));
    }
  }
  return choice;
}

sdk::CheckResult DeleteRoutes::check(sdk::Context& c) {
  const Choice choice = choose(c);
  for (const auto& [route, reason] : choice.kept) {
    c.warn("Route/" + name_of(route) + " stays: " + reason, {}, name_of(route));
  }
  if (choice.to_delete.empty()) {
    return kind_ == Kind::kStandard ? sdk::done("the routes of the template are gone")
                                    : sdk::done("no route made by hand is in Zync's way");
  }
  if (const std::string defect = zync_defect(c); !defect.empty()) {
    return sdk::blocked("routes are deleted only when Zync can make new ones, and " + defect);
  }
  if (const std::string silent = silent_source(c); !silent.empty()) return sdk::blocked(silent);
  std::string names;
  for (const Json& route : choice.to_delete)
    names += (names.empty() ? "" : ", ") + name_of(route) + " (" + host_of(route) + ")";
  return sdk::pending("to delete: " + names);
}

sdk::ApplyResult DeleteRoutes::apply(sdk::Context& c) {
  sdk::ApplyResult result = sdk::applied("");
  std::string names;
  for (const Json& route : choose(c).to_delete) {
    c.remove("Route", name_of(route));
    result.await(sdk::absent("Route", name_of(route)));
    names += (names.empty() ? "" : ", ") + name_of(route);
  }
  result.summary = names.empty() ? "no route is left to delete" : "deleted " + names;
  return result;
}

}  // namespace upshift::zync_routes
