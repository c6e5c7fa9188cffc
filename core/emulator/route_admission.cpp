#include "emulator/route_admission.hpp"

#include <fmt/format.h>

namespace upshift::emulator {
namespace {

constexpr const char* kRouter = "default";
constexpr const char* kRouterHost = "router-default.apps.example.com";

// What a route wants for itself: its host and path, or with a wildcard policy everything beside its host.
std::string claim_of(const Json& route) {
  std::string host = string_at(route, "/spec/host");
  if (string_at(route, "/spec/wildcardPolicy") == "Subdomain") {
    const auto dot = host.find('.');
    host = "*" + (dot == std::string::npos ? std::string{} : host.substr(dot));
  }
  return host + "/" + string_at(route, "/spec/path");
}

const Json* own_ingress(const Json& route) {
  for (const Json& ingress : array_at(route, "/status/ingress")) {
    if (string_at(ingress, "/routerName") == kRouter) return &ingress;
  }
  return nullptr;
}

bool is_admitted(const Json& route) {
  const Json* ingress = own_ingress(route);
  return ingress != nullptr && string_at(*ingress, "/conditions/0/status") == "True" &&
         string_at(*ingress, "/host") == string_at(route, "/spec/host");
}

// Whether `a` goes before `b`: by age; of the same second by who is admitted already.
bool goes_before(const Json& a, const Json& b) {
  const std::string created_a = string_at(a, "/metadata/creationTimestamp");
  const std::string created_b = string_at(b, "/metadata/creationTimestamp");
  if (created_a != created_b) return created_a < created_b;
  if (is_admitted(a) != is_admitted(b)) return is_admitted(a);
  return string_at(a, "/metadata/name") < string_at(b, "/metadata/name");
}

Json admission(const Json* older, const std::string& host, const std::string& now) {
  if (older == nullptr) return {{"type", "Admitted"}, {"status", "True"}, {"lastTransitionTime", now}};
  return {
      {"type", "Admitted"},
      {"status", "False"},
      {"reason", "HostAlreadyClaimed"},
      {"message", fmt::format("route {} already exposes {} and is older", string_at(*older, "/metadata/name"), host)},
      {"lastTransitionTime", now}};
}

}  // namespace

void RouteAdmission::observe(const StoredEvent& event) {
  if (event.type.kind != "Route") return;
  const ObjectName name = name_of(event.event.object);
  const bool gone = event.event.type == WatchEvent::Type::kDeleted;
  claim(name, gone ? std::set<std::string>{} : std::set<std::string>{claim_of(event.event.object)});
  if (!gone) enqueue(name);
}

// Notes what a route wants now; whoever else wants that, or what it wanted before, is looked at again.
void RouteAdmission::claim(const ObjectName& route, const std::set<std::string>& claims) {
  std::set<std::string>& known = claims_[route];
  if (known == claims) return;
  for (const std::string& old : known) {
    claimants_[old].erase(route);
    for (const ObjectName& other : claimants_[old]) enqueue(other);
  }
  for (const std::string& wanted : claims) {
    claimants_[wanted].insert(route);
    for (const ObjectName& other : claimants_[wanted]) enqueue(other);
  }
  known = claims;
  if (known.empty()) claims_.erase(route);
}

const Json* RouteAdmission::winner(const std::string& claim, const ObjectName& besides) const {
  const Json* out = nullptr;
  const auto found = claimants_.find(claim);
  if (found == claimants_.end()) return nullptr;
  for (const ObjectName& name : found->second) {
    const Json* route = name == besides ? nullptr : store_.get(ref_to("Route", name));
    if (route != nullptr && (out == nullptr || goes_before(*route, *out))) out = route;
  }
  return out;
}

void RouteAdmission::reconcile(const ObjectName& name) {
  const Json* stored = store_.get(ref_to("Route", name));
  if (stored == nullptr) return;
  const std::string host = string_at(*stored, "/spec/host");
  if (host.empty()) return;
  const Json* other = winner(claim_of(*stored), name);
  const Json* older = other != nullptr && goes_before(*other, *stored) ? other : nullptr;
  Json ingress = {{"host", host},
                  {"routerName", kRouter},
                  {"routerCanonicalHostname", kRouterHost},
                  {"wildcardPolicy", string_at(*stored, "/spec/wildcardPolicy", "None")},
                  {"conditions", Json::array({admission(older, host, plane_.now_text())})}};
  const Json* present = own_ingress(*stored);
  if (present != nullptr) {
    const Json& condition = object_at(*present, "/conditions/0");
    const bool same = string_at(condition, "/status") == (older == nullptr ? "True" : "False");
    if (same && string_at(*present, "/host") == host &&
        string_at(*present, "/wildcardPolicy") == string_at(ingress, "/wildcardPolicy")) {
      return;
    }
    if (same) ingress["conditions"][0]["lastTransitionTime"] = string_at(condition, "/lastTransitionTime");
  }
  modify(store_, ref_to("Route", name), [&](Json& route) {
    Json& entries = route["status"]["ingress"];
    if (!entries.is_array()) entries = Json::array();
    for (Json& entry : entries) {
      if (string_at(entry, "/routerName") != kRouter) continue;
      entry = ingress;
      return;
    }
    entries.push_back(ingress);
  });
  // Whether this one is admitted may decide between others of the same second.
  for (const ObjectName& claimant : claimants_[claim_of(*store_.get(ref_to("Route", name)))]) {
    if (claimant != name) enqueue(claimant);
  }
}

}  // namespace upshift::emulator
