// The product's API over the routes that exist: without a route to the portal there is no answer.
#include "portal.hpp"
#include "routes.hpp"
#include "simulated_product.hpp"

namespace upshift::zync_routes {
namespace {

struct Address {
  std::string host, path, query;
};

Address parse(std::string_view url) {
  Address out;
  out.host = host_of_url(url);
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos) return out;
  url.remove_prefix(slash);
  const std::size_t question = url.find('?');
  out.path = std::string(url.substr(0, question));
  if (question != std::string_view::npos) out.query = std::string(url.substr(question + 1));
  return out;
}

bool has_route(sdk::Context& c, const std::string& host) {
  for (const Json& route : c.list("Route")) {
    if (host_of(route) == host) return true;
    const std::string wildcard = host_of(route);
    if (sdk::string_at(route, "/spec/wildcardPolicy") == "Subdomain" && host.find('.') != std::string::npos &&
        wildcard.find('.') != std::string::npos && host.substr(host.find('.')) == wildcard.substr(wildcard.find('.'))) {
      return true;
    }
  }
  return false;
}

sdk::HttpReply reply(int status, const Json& body) {
  return {status, sdk::to_text(body)};
}
sdk::HttpReply not_found() {
  return reply(404, {{"status", "Not found"}});
}

sdk::HttpReply list_accounts(const Json& state, const std::string& query) {
  Json accounts = Json::array();
  // Everything fits on one page.
  const bool is_first = query.find("page=") == std::string::npos || query.rfind("page=1&", 0) == 0 || query == "page=1";
  for (const Json& tenant : is_first ? sdk::array_at(state, "/tenants") : Json::array()) {
    accounts.push_back({{"account",
                         {{"id", tenant["id"]},
                          {"admin_domain", tenant["admin_domain"]},
                          {"domain", tenant["domain"]},
                          {"state", "approved"}}}});
  }
  return reply(200, {{"accounts", accounts}});
}

Json described(const Json& service) {
  return {{"service",
           {{"id", service["id"]},
            {"name", service["system_name"]},
            {"system_name", service["system_name"]},
            {"deployment_option", service["deployment_option"]}}}};
}

sdk::HttpReply list_services(const Json& state, const Json& tenant) {
  Json services = Json::array();
  for (const Json& service : sdk::array_at(state, "/services")) {
    if (service["tenant_id"] == tenant["id"]) services.push_back(described(service));
  }
  return reply(200, {{"services", services}});
}

// A changed option takes both base URLs with it: the product's own for hosted services, none for others.
void change_option(sdk::Context& c, Json& service, const Json& tenant, const std::string& option) {
  if (sdk::string_at(service, "/deployment_option") == option) return;
  const std::string domain = sdk::string_at(tenant, "/domain");
  const std::string base =
      "https://" + sdk::string_at(service, "/system_name") + "-" + domain.substr(0, domain.find('.')) + "-apicast-";
  service["deployment_option"] = option;
  service["endpoint"] = option == "hosted" ? Json(base + "production." + superdomain(c) + ":443") : Json();
  service["sandbox_endpoint"] = option == "hosted" ? Json(base + "staging." + superdomain(c) + ":443") : Json();
}

sdk::HttpReply one_service(sdk::Context& c, Json& service, const Json& tenant, const sdk::HttpRequest& request) {
  if (request.method == "PUT") change_option(c, service, tenant, sdk::string_at(request.form, "/deployment_option"));
  return reply(200, described(service));
}

sdk::HttpReply one_proxy(Json& service, const sdk::HttpRequest& request) {
  if (request.method != "GET") {
    for (const char* key : {"endpoint", "sandbox_endpoint"}) {
      if (const Json* value = sdk::find(request.form, std::string("/") + key)) service[key] = *value;
    }
  }
  return reply(200, {{"proxy",
                      {{"service_id", service["id"]},
                       {"endpoint", service["endpoint"]},
                       {"sandbox_endpoint", service["sandbox_endpoint"]},
                       {"deployment_option", service["deployment_option"]}}}});
}

sdk::HttpReply tenant_api(sdk::Context& c, Json& state, const Json& tenant, const Address& address,
                          const sdk::HttpRequest& request) {
  constexpr std::string_view kBase = "/admin/api/services";
  if (address.path == std::string(kBase) + ".json") return list_services(state, tenant);
  for (Json& service : state["services"]) {
    const std::string base = std::string(kBase) + "/" + std::to_string(sdk::int_at(service, "/id"));
    if (service["tenant_id"] != tenant["id"]) continue;
    if (address.path == base + ".json") return one_service(c, service, tenant, request);
    if (address.path == base + "/proxy.json") return one_proxy(service, request);
  }
  return not_found();
}

}  // namespace

std::optional<sdk::HttpReply> answer_api(sdk::Context& c, Json& state, const sdk::HttpRequest& request) {
  const Address address = parse(request.url);
  const bool is_master = address.host == sdk::string_at(state, "/master");
  const Json* tenant = sdk::named(sdk::array_at(state, "/tenants"), address.host, "admin_domain");
  if (!is_master && tenant == nullptr) return std::nullopt;
  // The router's own page.
  if (!has_route(c, address.host)) return sdk::HttpReply{503, "Application is not available"};
  if (sdk::string_at(request.secret_query, "/access_token").empty()) {
    return reply(403, {{"error", "Your access token does not have the correct permissions"}});
  }
  if (!is_master) {
    const Json copy = *tenant;
    return tenant_api(c, state, copy, address, request);
  }
  return address.path == "/admin/api/accounts.json" ? list_accounts(state, address.query) : not_found();
}

}  // namespace upshift::zync_routes
