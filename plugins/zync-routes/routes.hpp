// Routes of the product: where they lead, who made them, which hosts they serve.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "threescale/objects.hpp"
#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

using sdk::Json;

inline constexpr std::string_view kMaster = "system-master";
inline constexpr std::string_view kProvider = "system-provider";
inline constexpr std::string_view kDeveloper = "system-developer";
inline constexpr std::string_view kProduction = "apicast-production";
inline constexpr std::string_view kStaging = "apicast-staging";
inline constexpr std::string_view kWildcardRouter = "apicast-wildcard-router";

// A Service that Zync makes routes to, and the port by which it must be known: Zync finds it by that name.
struct Target {
  std::string_view service, port;
};
inline constexpr std::array kTargets = {Target{kMaster, "http"}, Target{kProvider, "http"}, Target{kDeveloper, "http"},
                                        Target{kProduction, "gateway"}, Target{kStaging, "gateway"}};

// Routes that the templates up to 2.5 make. The wildcard router has one whether it serves a subdomain or not.
inline constexpr std::array<std::string_view, 6> kStandardRoutes = {"system-master",       "system-provider-admin",
                                                                    "system-developer",    "api-apicast-production",
                                                                    "api-apicast-staging", kWildcardRouter};

std::string name_of(const Json& object);
std::string host_of(const Json& route);
// The Service that the route leads to.
std::string service_of(const Json& route);
// True where it leads to one of kTargets or to the wildcard router. Route `backend` does not.
bool leads_to_product(const Json& route);
bool is_admitted(const Json& route);
// "https://api.example.com:443/x" is at the host "api.example.com".
std::string host_of_url(std::string_view url);

// Routes that lead to the product and that Zync did not make.
std::vector<Json> old_routes(sdk::Context& c);
std::vector<Json> routes_of_zync(sdk::Context& c);
// True where `parameter`, a list of texts, has the text.
bool lists(const sdk::Context& c, std::string_view parameter, std::string_view text);

// Nothing where zync-que is up and able to make routes; else what is missing.
std::string zync_defect(sdk::Context& c);

}  // namespace upshift::zync_routes
