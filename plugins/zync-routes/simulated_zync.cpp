// Zync's side: routes that fit the product's tenants and services, owned by DeploymentConfig zync-que.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "routes.hpp"
#include "simulated_product.hpp"

namespace upshift::zync_routes {
namespace {

constexpr std::string_view kCreatedBy = "3scale.net/created-by";

// A route that Zync wants. record: the tenant or service it belongs to.
struct Wanted {
  std::string prefix, host, service, port, ingress, record;
  Json labels;
};

Wanted wanted(std::string prefix, std::string host, std::string_view service, std::string_view port,
              std::string_view ingress, std::string record, Json labels) {
  return {std::move(prefix),    std::move(host),   std::string(service), std::string(port),
          std::string(ingress), std::move(record), std::move(labels)};
}

std::vector<Wanted> wanted_routes(const Json& state) {
  std::vector<Wanted> out;
  const Json master = {{"3scale.net/tenant_id", "1"}, {"3scale.net/provider_id", "1"}};
  out.push_back(wanted("zync-3scale-master-", sdk::string_at(state, "/master"), kMaster, "http", "provider",
                       "provider-1", master));
  for (const Json& tenant : sdk::array_at(state, "/tenants")) {
    const std::string id = std::to_string(sdk::int_at(tenant, "/id"));
    const Json labels = {{"3scale.net/tenant_id", id}, {"3scale.net/provider_id", id}};
    const auto add = [&](const char* key, std::string_view service) {
      out.push_back(wanted("zync-3scale-provider-", sdk::string_at(tenant, key), service, "http", "provider",
                           "provider-" + id, labels));
    };
    add("/domain", kDeveloper);
    add("/admin_domain", kProvider);
  }
  for (const Json& service : sdk::array_at(state, "/services")) {
    if (sdk::string_at(service, "/deployment_option") != "hosted") continue;
    const std::string id = std::to_string(sdk::int_at(service, "/id"));
    const Json labels = {{"3scale.net/tenant_id", std::to_string(sdk::int_at(service, "/tenant_id"))},
                         {"3scale.net/service_id", id}};
    const auto add = [&](const char* key, std::string_view to) {
      const std::string host = host_of_url(sdk::string_at(service, key));
      if (!host.empty()) out.push_back(wanted("zync-3scale-api-", host, to, "gateway", "proxy", "proxy-" + id, labels));
    };
    add("/endpoint", kProduction);
    add("/sandbox_endpoint", kStaging);
  }
  return out;
}

// Five letters and digits that depend on what the route is for, as the server appends five to a generateName.
std::string suffix(const std::string& text) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char each : text) hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
  std::string out;
  for (int i = 0; i < 5; ++i, hash /= kAlphabet.size()) out += kAlphabet[hash % kAlphabet.size()];
  return out;
}

Json route_for(const Wanted& wanted_route, const Json& que) {
  Json labels = sdk::object_at(que, "/metadata/labels");
  labels.update(wanted_route.labels);
  labels[std::string(kCreatedBy)] = "zync";
  labels["zync.3scale.net/record"] = wanted_route.record;
  labels["zync.3scale.net/ingress"] = wanted_route.ingress;
  labels["zync.3scale.net/route-to"] = wanted_route.service;
  const std::string gid = "gid://zync/" + wanted_route.record;
  return {{"apiVersion", "route.openshift.io/v1"},
          {"kind", "Route"},
          {"metadata",
           {{"name", wanted_route.prefix + suffix(wanted_route.record + wanted_route.service)},
            {"labels", labels},
            {"annotations",
             {{"3scale.net/gid", gid}, {"zync.3scale.net/gid", gid}, {"zync.3scale.net/host", wanted_route.host}}},
            {"ownerReferences", Json::array({{{"apiVersion", "apps.openshift.io/v1"},
                                              {"kind", "DeploymentConfig"},
                                              {"name", "zync-que"},
                                              {"uid", sdk::string_at(que, "/metadata/uid")}}})}}},
          {"spec",
           {{"host", wanted_route.host},
            {"port", {{"targetPort", wanted_route.port}}},
            {"tls", {{"termination", "edge"}, {"insecureEdgeTerminationPolicy", "Redirect"}}},
            {"to", {{"kind", "Service"}, {"name", wanted_route.service}}}}}};
}

bool grants(const Json& role, std::string_view resource, std::string_view verb) {
  const auto has = [](const Json& list, std::string_view value) {
    return std::any_of(list.begin(), list.end(), [&](const Json& each) { return each == value || each == "*"; });
  };
  const Json& rules = sdk::array_at(role, "/rules");
  return std::any_of(rules.begin(), rules.end(), [&](const Json& rule) {
    return has(sdk::array_at(rule, "/apiGroups"), "route.openshift.io") &&
           has(sdk::array_at(rule, "/resources"), resource) && has(sdk::array_at(rule, "/verbs"), verb);
  });
}

// The account of zync-que's pods is bound to a role that lets it do all that it does with routes.
bool may_make_routes(sdk::Context& c, const Json& que) {
  const std::string account = threescale::service_account(que);
  for (const Json& binding : c.list("RoleBinding")) {
    const Json& subjects = sdk::array_at(binding, "/subjects");
    const bool bound = std::any_of(subjects.begin(), subjects.end(), [&](const Json& each) {
      return sdk::string_at(each, "/kind") == "ServiceAccount" && sdk::string_at(each, "/name") == account;
    });
    const auto role = bound ? c.get("Role", sdk::string_at(binding, "/roleRef/name")) : std::nullopt;
    if (!role || !grants(*role, "routes/custom-host", "create")) continue;
    bool all = true;
    for (const char* verb : {"get", "list", "create", "delete", "patch", "update"})
      all = all && grants(*role, "routes", verb);
    if (all) return true;
  }
  return false;
}

bool is_up(sdk::Context& c, const Json& que) {
  const Json* container = threescale::container(que, "que");
  return container != nullptr && sdk::int_at(que, "/status/availableReplicas") > 0 &&
         runs_image_of_2_6(c, *container, "3scale-amp26/zync", "amp-zync");
}

bool fits(const Json& route, const Wanted& wanted_route) {
  return sdk::string_at(route, "/metadata/labels/zync.3scale.net~1record") == wanted_route.record &&
         sdk::string_at(route, "/metadata/labels/zync.3scale.net~1route-to") == wanted_route.service;
}

bool is_refused(const Json& route) {
  for (const Json& ingress : sdk::array_at(route, "/status/ingress")) {
    const Json* admitted = sdk::named(sdk::array_at(ingress, "/conditions"), "Admitted", "type");
    if (admitted != nullptr && sdk::string_at(*admitted, "/status") == "False" &&
        sdk::string_at(*admitted, "/reason") == "HostAlreadyClaimed") {
      return true;
    }
  }
  return false;
}

}  // namespace

bool make_routes(sdk::Context& c, const Json& state) {
  const auto que = c.get("DeploymentConfig", "zync-que");
  if (!que || !is_up(c, *que) || !may_make_routes(c, *que)) return false;
  const std::vector<Wanted> all = wanted_routes(state);
  const std::vector<Json> present = routes_of_zync(c);
  for (const Json& route : present) {
    const bool is_wanted = std::any_of(all.begin(), all.end(), [&](const Wanted& each) { return fits(route, each); });
    if (!is_wanted) c.remove("Route", name_of(route));
  }
  for (const Wanted& each : all) {
    const auto found =
        std::find_if(present.begin(), present.end(), [&](const Json& route) { return fits(route, each); });
    if (found == present.end()) {
      c.create_missing(route_for(each, *que));
    } else if (host_of(*found) != each.host) {
      c.patch_merge("Route", name_of(*found), {{"spec", {{"host", each.host}}}});
    }
  }
  return true;
}

bool drop_refused_routes(sdk::Context& c) {
  const std::vector<Json> others = old_routes(c);
  bool dropped = false;
  for (const Json& route : routes_of_zync(c)) {
    // Routes of Zync that share a host among themselves are left as they are; so it is accepted upstream.
    const bool claimed =
        std::any_of(others.begin(), others.end(), [&](const Json& each) { return host_of(each) == host_of(route); });
    if (is_refused(route) && claimed) dropped = c.remove("Route", name_of(route)) || dropped;
  }
  return dropped;
}

}  // namespace upshift::zync_routes
