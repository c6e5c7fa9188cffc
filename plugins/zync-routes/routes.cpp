#include "routes.hpp"

#include <algorithm>

namespace upshift::zync_routes {

std::string name_of(const Json& object) {
  return sdk::string_at(object, "/metadata/name");
}
std::string host_of(const Json& route) {
  return sdk::string_at(route, "/spec/host");
}

std::string service_of(const Json& route) {
  return sdk::string_at(route, "/spec/to/kind", "Service") == "Service" ? sdk::string_at(route, "/spec/to/name") : "";
}

bool leads_to_product(const Json& route) {
  const std::string service = service_of(route);
  return service == kWildcardRouter ||
         std::any_of(kTargets.begin(), kTargets.end(), [&](const Target& each) { return each.service == service; });
}

bool is_admitted(const Json& route) {
  for (const Json& ingress : sdk::array_at(route, "/status/ingress")) {
    const Json* condition = sdk::named(sdk::array_at(ingress, "/conditions"), "Admitted", "type");
    if (condition != nullptr && sdk::string_at(*condition, "/status") == "True") return true;
  }
  return false;
}

std::string host_of_url(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find_first_of(":/?")));
}

std::vector<Json> old_routes(sdk::Context& c) {
  std::vector<Json> out;
  for (Json& route : c.list("Route")) {
    if (leads_to_product(route) && !threescale::is_made_by_zync(route)) out.push_back(std::move(route));
  }
  return out;
}

std::vector<Json> routes_of_zync(sdk::Context& c) {
  std::vector<Json> out;
  for (Json& route : c.list("Route")) {
    if (threescale::is_made_by_zync(route)) out.push_back(std::move(route));
  }
  return out;
}

bool lists(const sdk::Context& c, std::string_view parameter, std::string_view text) {
  const Json* list = c.optional_parameter(parameter);
  return list != nullptr && list->is_array() &&
         std::find(list->begin(), list->end(), Json(std::string(text))) != list->end();
}

std::string zync_defect(sdk::Context& c) {
  const auto que = c.get("DeploymentConfig", "zync-que");
  if (!que) return "there is no DeploymentConfig/zync-que";
  if (sdk::int_at(*que, "/spec/replicas") == 0) return "DeploymentConfig/zync-que is scaled to 0";
  const auto stream = c.get("ImageStream", "amp-zync");
  if (!stream || !threescale::runs(*que, *stream, "latest"))
    return "zync-que is not up on the image of amp-zync:latest";
  return {};
}

}  // namespace upshift::zync_routes
