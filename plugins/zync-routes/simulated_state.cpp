// Tenants and services as the routes of the project tell them.
#include <algorithm>
#include <optional>
#include <set>

#include "portal.hpp"
#include "routes.hpp"
#include "simulated_product.hpp"
#include "threescale/installation.hpp"

namespace upshift::zync_routes {
namespace {

using Hosts = std::set<std::string>;

Hosts hosts_of(sdk::Context& c, std::string_view service) {
  Hosts out;
  for (const Json& route : c.list("Route")) {
    if (service_of(route) == service && !host_of(route).empty()) out.insert(host_of(route));
  }
  return out;
}

std::optional<std::string> replaced(const std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) return std::nullopt;
  return text.substr(0, at) + std::string(to) + text.substr(at + from.size());
}

std::string url_of(const std::string& host) {
  return host.empty() ? "" : "https://" + host + ":443";
}

std::string tenant_name(const Json& tenant) {
  const std::string domain = sdk::string_at(tenant, "/domain");
  return domain.substr(0, domain.find('.'));
}

Json tenants_of(sdk::Context& c, const std::string& domain) {
  Json tenants = Json::array();
  const auto add = [&](const std::string& admin_domain, const std::string& developer) {
    tenants.push_back({{"id", tenants.size() + 2}, {"admin_domain", admin_domain}, {"domain", developer}});
  };
  Hosts developers = hosts_of(c, kDeveloper);
  for (const std::string& admin : hosts_of(c, kProvider)) {
    const std::string developer = replaced(admin, "-admin.", ".").value_or("portal." + admin);
    developers.erase(developer);
    add(admin, developer);
  }
  for (const std::string& developer : developers)
    add(replaced(developer, ".", "-admin.").value_or(developer), developer);
  if (tenants.empty() && !domain.empty()) {
    const std::string seeded = seed(c, "TENANT_NAME");
    const std::string name = seeded.empty() ? "3scale" : seeded;
    add(name + "-admin." + domain, name + "." + domain);
  }
  return tenants;
}

class Services {
 public:
  Services(const Json& tenants, std::string domain) : tenants_(tenants), domain_(std::move(domain)) {}

  // One of the hosts may be empty: the product gives every hosted service both.
  void add(const std::string& production, const std::string& staging) {
    if (tenants_.empty()) return;
    const std::string& known = production.empty() ? staging : production;
    const Json& tenant = tenant_of(known);
    const std::string name = system_name(known, tenant);
    const std::string standard = name + "-" + tenant_name(tenant) + "-apicast-";
    list_.push_back({{"id", list_.size() + 2},
                     {"tenant_id", tenant["id"]},
                     {"system_name", name},
                     {"deployment_option", "hosted"},
                     {"endpoint", url_of(production.empty() ? standard + "production." + domain_ : production)},
                     {"sandbox_endpoint", url_of(staging.empty() ? standard + "staging." + domain_ : staging)}});
  }
  Json take() { return std::move(list_); }

 private:
  const Json& tenant_of(const std::string& host) const {
    for (const Json& each : tenants_) {
      if (host.find("-" + tenant_name(each) + "-apicast-") != std::string::npos) return each;
    }
    return tenants_.front();
  }
  static std::string system_name(const std::string& host, const Json& tenant) {
    const std::size_t end = host.find("-" + tenant_name(tenant) + "-apicast-");
    return end == std::string::npos ? host.substr(0, host.find('.')) : host.substr(0, end);
  }

  const Json& tenants_;
  std::string domain_;
  Json list_ = Json::array();
};

// The host of the master portal's route. Before 2.4 the route led to a host that the product itself did not know.
std::string master_of(sdk::Context& c, const std::string& domain) {
  std::string name = seed(c, "MASTER_DOMAIN");
  const auto app = c.get("DeploymentConfig", "system-app");
  if (name.empty() && app) name = threescale::seen_env(c, *app, "system-master", "MASTER_DOMAIN");
  if (name.empty()) name = "master";
  Hosts routed = hosts_of(c, kMaster);
  routed.erase(name + "-admin." + domain);
  return routed.empty() ? name + "." + domain : *routed.begin();
}

}  // namespace

Json state_of_project(sdk::Context& c) {
  const std::string domain = superdomain(c);
  Json state;
  state["master"] = master_of(c, domain);
  state["tenants"] = tenants_of(c, domain);
  Services services(state["tenants"], domain);
  Hosts staging = hosts_of(c, kStaging);
  for (const std::string& production : hosts_of(c, kProduction)) {
    const std::string partner = replaced(production, "-apicast-production", "-apicast-staging").value_or("");
    services.add(production, staging.erase(partner) > 0 ? partner : "");
  }
  for (const std::string& each : staging) services.add("", each);
  state["services"] = services.take();
  if (state["services"].empty() && !state["tenants"].empty()) {
    Services standard(state["tenants"], domain);
    const std::string base = "api-" + tenant_name(state["tenants"].front()) + "-apicast-";
    standard.add(base + "production." + domain, base + "staging." + domain);
    state["services"] = standard.take();
  }
  return state;
}

}  // namespace upshift::zync_routes
