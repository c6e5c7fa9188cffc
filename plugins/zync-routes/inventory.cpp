#include "inventory.hpp"

#include "portal.hpp"
#include "routes.hpp"

namespace upshift::zync_routes {
namespace {

constexpr const char* kValue = "route-inventory";
constexpr std::string_view kHosted = "hosted";

std::string planned_option(const sdk::Context& c, const Service& service) {
  const Json* options = c.optional_parameter("deployment-options");
  if (options == nullptr) return service.option;
  for (const std::string& key : {service.tenant + "/" + service.system_name, service.system_name}) {
    if (const auto found = options->find(key); found != options->end()) return found->get<std::string>();
  }
  return service.option;
}

// Reads one installation; remembers what it could not read.
class Reader {
 public:
  explicit Reader(sdk::Context& c) : c_(c), portal_(c), domain_(superdomain(c)) {}

  Inventory read() {
    const std::string master = master_host();
    expect(master, kMaster);
    const auto tenants = portal_.tenants(master, portal_.master_token());
    if (tenants.value) {
      for (const Tenant& tenant : *tenants.value) add_tenant(tenant);
    } else {
      c_.warn("the tenants cannot be listed: " + tenants.problem,
              "Hosts are taken from the routes that exist now. Give a token with zync-routes.master-access-token to be "
              "sure of "
              "tenants without routes of their own.");
      out_.is_complete = false;
      add_seeded_tenant();
    }
    if (!out_.is_complete) add_hosts_of_routes(!tenants.value);
    for (const std::string& host : out_.foreign) {
      std::erase_if(out_.expected, [&](const auto& each) { return each.first == host; });
    }
    return std::move(out_);
  }

 private:
  std::string master_host() const {
    for (const Json& route : c_.list("Route")) {
      if (service_of(route) == kMaster) return host_of(route);
    }
    const std::string name = seed(c_, "MASTER_DOMAIN");
    return (name.empty() ? "master" : name) + "." + domain_;
  }

  void expect(const std::string& host, std::string_view service) {
    if (!host.empty() && !lists(c_, "ignore-hosts", host)) out_.expected.emplace(host, service);
  }

  void add_tenant(const Tenant& tenant) {
    expect(tenant.domain, kDeveloper);
    expect(tenant.admin_domain, kProvider);
    const std::string token = portal_.tenant_token(tenant.admin_domain);
    const auto services = portal_.services(tenant.admin_domain, token);
    std::string problem = services.problem;
    for (const Json& each : services.value.value_or(std::vector<Json>{})) {
      if (const std::string defect = add_service(tenant, token, each); !defect.empty()) problem = defect;
    }
    if (problem.empty()) return;
    out_.is_complete = false;
    c_.warn("the services of " + tenant.admin_domain + " cannot be read: " + problem,
            "Their hosts are taken from the routes that exist now. Give a token of the tenant with "
            "zync-routes.tenant-access-tokens.",
            tenant.admin_domain);
  }

  std::string add_service(const Tenant& tenant, const std::string& token, const Json& listed) {
    Service service;
    service.tenant = tenant.admin_domain;
    service.id = std::to_string(sdk::int_at(listed, "/id"));
    service.system_name = sdk::string_at(listed, "/system_name");
    service.option = sdk::string_at(listed, "/deployment_option");
    service.planned = planned_option(c_, service);
    const auto proxy = portal_.proxy(tenant.admin_domain, token, service.id);
    if (!proxy.value) return proxy.problem;
    service.endpoint = sdk::string_at(*proxy.value, "/endpoint");
    service.sandbox_endpoint = sdk::string_at(*proxy.value, "/sandbox_endpoint");
    if (service.planned == kHosted) {
      expect(host_of_url(service.endpoint), kProduction);
      expect(host_of_url(service.sandbox_endpoint), kStaging);
    } else {
      for (const std::string& url : {service.endpoint, service.sandbox_endpoint}) {
        if (!url.empty()) out_.foreign.insert(host_of_url(url));
      }
    }
    out_.services.push_back(std::move(service));
    return {};
  }

  void add_seeded_tenant() {
    const std::string name = seed(c_, "TENANT_NAME");
    if (name.empty() || domain_.empty()) return;
    expect(name + "-admin." + domain_, kProvider);
    expect(name + "." + domain_, kDeveloper);
  }

  void add_hosts_of_routes(bool with_portals) {
    for (const Json& route : c_.list("Route")) {
      const std::string service = service_of(route);
      const bool is_gateway = service == kProduction || service == kStaging;
      const bool is_portal = service == kProvider || service == kDeveloper;
      if (!lists(c_, "keep-routes", name_of(route)) && (is_gateway || (with_portals && is_portal))) {
        expect(host_of(route), service);
      }
    }
  }

  sdk::Context& c_;
  Portal portal_;
  std::string domain_;
  Inventory out_;
};

}  // namespace

Json Inventory::json() const {
  Json out = {
      {"expected", Json::array()}, {"foreign", foreign}, {"services", Json::array()}, {"complete", is_complete}};
  for (const auto& [host, service] : expected) out["expected"].push_back({{"host", host}, {"service", service}});
  for (const Service& each : services) {
    out["services"].push_back({{"tenant", each.tenant},
                               {"id", each.id},
                               {"system_name", each.system_name},
                               {"deployment_option", each.option},
                               {"planned", each.planned},
                               {"endpoint", each.endpoint},
                               {"sandbox_endpoint", each.sandbox_endpoint}});
  }
  return out;
}

Inventory Inventory::from(const Json& json) {
  Inventory out;
  out.is_complete = sdk::bool_at(json, "/complete");
  for (const Json& each : sdk::array_at(json, "/expected")) {
    out.expected.emplace(sdk::string_at(each, "/host"), sdk::string_at(each, "/service"));
  }
  for (const Json& each : sdk::array_at(json, "/foreign")) out.foreign.insert(each.get<std::string>());
  for (const Json& each : sdk::array_at(json, "/services")) {
    out.services.push_back({sdk::string_at(each, "/tenant"), sdk::string_at(each, "/id"),
                            sdk::string_at(each, "/system_name"), sdk::string_at(each, "/deployment_option"),
                            sdk::string_at(each, "/planned"), sdk::string_at(each, "/endpoint"),
                            sdk::string_at(each, "/sandbox_endpoint")});
  }
  return out;
}

Inventory load_inventory(sdk::Context& c) {
  if (const auto value = c.value(kValue)) return Inventory::from(*value);
  Inventory out;
  out.is_complete = false;
  for (const Json& route : routes_of_zync(c)) out.expected.emplace(host_of(route), service_of(route));
  return out;
}

// The wildcard router goes last of all, after every host has been seen on a route of Zync: without it, without old
// routes and with routes of Zync there is nothing left that an inventory would serve.
sdk::CheckResult TakeInventory::check(sdk::Context& c) {
  const Json* options = c.optional_parameter("deployment-options");
  const bool has_wish = options != nullptr && !options->empty();
  const bool router_is_gone = !c.get("DeploymentConfig", kWildcardRouter) && !c.get("Service", kWildcardRouter) &&
                              !c.get("ImageStream", "amp-wildcard-router");
  if (!has_wish && router_is_gone && old_routes(c).empty() && !routes_of_zync(c).empty()) {
    return sdk::done("Zync has taken over all routes");
  }
  return sdk::pending("the hosts of tenants and services are read");
}

sdk::ApplyResult TakeInventory::apply(sdk::Context& c) {
  const Inventory inventory = Reader(c).read();
  c.write_file("routes/inventory.json", sdk::to_text(inventory.json(), 2) + "\n");
  c.set_value(kValue, inventory.json());
  return sdk::applied(std::to_string(inventory.expected.size()) + " hosts, " +
                      std::to_string(inventory.services.size()) + " services" +
                      (inventory.is_complete ? "" : "; hosts of present routes are among them"));
}

}  // namespace upshift::zync_routes
