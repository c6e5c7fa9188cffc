#include "certificates.hpp"

#include <string>
#include <vector>

#include "routes.hpp"

namespace upshift::zync_routes {
namespace {

constexpr const char* kValue = "route-certificates";
constexpr const char* kTlsKeys[] = {"certificate", "key", "caCertificate"};

// {"certificate", "key", "caCertificate"} as far as the route has them.
Json certificate_of(const Json& route) {
  Json out = Json::object();
  for (const char* key : kTlsKeys) {
    const std::string text = sdk::string_at(route, std::string("/spec/tls/") + key);
    if (!text.empty()) out[key] = text;
  }
  return out;
}

std::vector<Json> routes_with_certificates(sdk::Context& c) {
  std::vector<Json> out;
  for (Json& route : old_routes(c)) {
    if (!certificate_of(route).empty()) out.push_back(std::move(route));
  }
  return out;
}

bool is_in_subdomain(std::string_view host, std::string_view wildcard_host) {
  const std::size_t dot = host.find('.'), wildcard_dot = wildcard_host.find('.');
  return dot != std::string_view::npos && wildcard_dot != std::string_view::npos &&
         host.substr(dot) == wildcard_host.substr(wildcard_dot);
}

// The saved certificate for a host: the one of the same host, else one of a route that served the whole subdomain.
const Json* saved_for(const Json& saved, const std::string& host) {
  const Json* subdomain = nullptr;
  for (const Json& each : saved) {
    const std::string saved_host = sdk::string_at(each, "/host");
    if (saved_host == host) return &each;
    if (sdk::bool_at(each, "/subdomain") && is_in_subdomain(host, saved_host)) subdomain = &each;
  }
  return subdomain;
}

struct Placement {
  std::string route;
  Json tls;
};

std::vector<Placement> placements(sdk::Context& c, const Json& saved) {
  std::vector<Placement> out;
  for (const Json& route : routes_of_zync(c)) {
    const Json* found = saved_for(saved, host_of(route));
    // One that somebody has put there since is newer than the saved one.
    if (found == nullptr || !certificate_of(route).empty()) continue;
    out.push_back({name_of(route), sdk::object_at(*found, "/tls")});
  }
  return out;
}

void warn_of_lost(sdk::Context& c, const Json& saved) {
  const std::vector<Json> routes = routes_of_zync(c);
  for (const Json& each : saved) {
    const std::string host = sdk::string_at(each, "/host");
    bool found = sdk::bool_at(each, "/subdomain");
    for (const Json& route : routes) found = found || host_of(route) == host;
    if (!found) c.warn("the certificate of " + host + " has no route to go on: Zync made none with that host");
  }
}

}  // namespace

sdk::CheckResult SaveCertificates::check(sdk::Context& c) {
  const auto routes = routes_with_certificates(c);
  if (routes.empty()) return sdk::not_applicable("no route that goes has a certificate of its own");
  return sdk::pending(std::to_string(routes.size()) + " routes have certificates of their own");
}

sdk::ApplyResult SaveCertificates::apply(sdk::Context& c) {
  Json saved = Json::array();
  for (const Json& route : routes_with_certificates(c)) {
    saved.push_back({{"route", name_of(route)},
                     {"host", host_of(route)},
                     {"subdomain", sdk::string_at(route, "/spec/wildcardPolicy") == "Subdomain"},
                     {"tls", certificate_of(route)}});
  }
  c.write_file("routes/certificates.json", sdk::to_text(saved, 2) + "\n");
  c.set_value(kValue, saved, true);
  return sdk::applied("saved " + std::to_string(saved.size()) + " certificates to routes/certificates.json");
}

sdk::CheckResult RestoreCertificates::check(sdk::Context& c) {
  const auto saved = c.value(kValue);
  if (!saved || saved->empty()) return sdk::not_applicable("no certificate was saved");
  warn_of_lost(c, *saved);
  const auto missing = placements(c, *saved);
  if (missing.empty()) return sdk::done("the saved certificates are on Zync's routes");
  return sdk::pending(std::to_string(missing.size()) + " routes of Zync lack their certificate");
}

sdk::ApplyResult RestoreCertificates::apply(sdk::Context& c) {
  std::string names;
  for (const Placement& each : placements(c, c.value(kValue).value_or(Json::array()))) {
    // Termination and the policy for plain http stay Zync's.
    c.patch_merge("Route", each.route, {{"spec", {{"tls", each.tls}}}});
    names += (names.empty() ? "" : ", ") + each.route;
  }
  c.info("when Zync has to make one of these routes anew, its certificate is lost",
         "Set KUBERNETES_ROUTE_TLS on zync-que to keep Zync from it.");
  return sdk::applied("certificates put on " + names);
}

}  // namespace upshift::zync_routes
