#include "master_route.hpp"

#include <optional>
#include <string>
#include <vector>

#include "threescale/installation.hpp"

namespace upshift::hop_2_3_2_4 {
namespace {

using sdk::Json;

constexpr std::string_view kService = "system-master";

struct Hosts {
  std::string now, before;
};

std::optional<Hosts> hosts(sdk::Context& c) {
  const auto app = c.get("DeploymentConfig", "system-app");
  if (!app) return std::nullopt;
  const std::string master = threescale::seen_env(c, *app, "system-master", "MASTER_DOMAIN");
  const std::string domain = threescale::seen_env(c, *app, "system-master", "THREESCALE_SUPERDOMAIN");
  if (master.empty() || domain.empty()) return std::nullopt;
  return Hosts{master + "." + domain, master + "-admin." + domain};
}

std::vector<std::string> routes_to_portal(sdk::Context& c, const std::string& host) {
  std::vector<std::string> names;
  for (const Json& route : c.list("Route")) {
    if (sdk::string_at(route, "/spec/to/name") == kService && sdk::string_at(route, "/spec/host") == host) {
      names.push_back(sdk::string_at(route, "/metadata/name"));
    }
  }
  return names;
}

}  // namespace

sdk::CheckResult CreateMasterRoute::check(sdk::Context& c) {
  const auto wanted = hosts(c);
  if (!wanted) {
    return sdk::blocked(
        "container system-master of DeploymentConfig/system-app does not tell MASTER_DOMAIN and "
        "THREESCALE_SUPERDOMAIN, of which the route's host is made");
  }
  if (!routes_to_portal(c, wanted->now).empty()) return sdk::done("there is a route for " + wanted->now);
  const auto taken = c.get("Route", kService);
  if (taken) {
    return sdk::blocked("Route/system-master is for " + sdk::string_at(*taken, "/spec/host") + " and not for " +
                        wanted->now + ", which 2.4 serves; rename or delete it first");
  }
  if (!c.get("Service", kService)) return sdk::blocked("there is no Service/system-master to lead a route to");
  return sdk::pending("there is no route for " + wanted->now);
}

sdk::ApplyResult CreateMasterRoute::apply(sdk::Context& c) {
  const Hosts wanted = hosts(c).value();
  if (!c.get("Route", kService)) {
    const Json service = c.require("Service", kService);
    c.create({{"apiVersion", "route.openshift.io/v1"},
              {"kind", "Route"},
              {"metadata", {{"name", kService}, {"labels", sdk::object_at(service, "/metadata/labels")}}},
              {"spec",
               {{"host", wanted.now},
                {"port", {{"targetPort", "http"}}},
                // As the template has it: plain HTTP is served too.
                {"tls", {{"termination", "edge"}, {"insecureEdgeTerminationPolicy", "Allow"}}},
                {"to", {{"kind", "Service"}, {"name", kService}}}}}});
  }
  return sdk::applied("created Route/system-master for " + wanted.now)
      .await(sdk::route_admitted(wanted.now, std::string(kService)));
}

sdk::CheckResult DeleteOldMasterRoute::check(sdk::Context& c) {
  const auto known = hosts(c);
  if (!known) return sdk::not_applicable("DeploymentConfig/system-app does not tell the portal's host");
  const auto old = routes_to_portal(c, known->before);
  if (old.empty()) return sdk::done("there is no route for " + known->before + " any more");
  if (routes_to_portal(c, known->now).empty()) {
    return sdk::blocked("there is no route for " + known->now +
                        " yet: without the old one nobody would reach the master portal");
  }
  return sdk::pending("Route/" + old.front() + " still is for " + known->before);
}

sdk::ApplyResult DeleteOldMasterRoute::apply(sdk::Context& c) {
  const std::string host = hosts(c).value().before;
  sdk::ApplyResult result = sdk::applied("no route is left for " + host);
  for (const std::string& name : routes_to_portal(c, host)) {
    c.remove("Route", name);
    result.await(sdk::absent("Route", name));
  }
  return result;
}

}  // namespace upshift::hop_2_3_2_4
