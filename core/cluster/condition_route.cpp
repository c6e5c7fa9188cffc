#include <fmt/format.h>

#include "cluster/conditions.hpp"

namespace upshift::cluster {
namespace {

struct Admission {
  std::string status;  // True, False, or "" where no router has answered
  std::string reason, message;
};

Admission admission_of(const Json& route, std::string_view host) {
  Admission last;
  for (const auto& ingress : array_at(route, "/status/ingress")) {
    if (string_at(ingress, "/host") != host) continue;
    for (const auto& condition : array_at(ingress, "/conditions")) {
      if (string_at(condition, "/type") != "Admitted") continue;
      last = {string_at(condition, "/status"), string_at(condition, "/reason"), string_at(condition, "/message")};
      if (last.status == "True") return last;
    }
  }
  return last;
}

class RouteCondition final : public Condition {
 public:
  RouteCondition(std::string host, std::string service, Cache& cache)
      : host_(std::move(host)), service_(std::move(service)), cache_(cache) {}

  std::string text() const override {
    return service_.empty() ? fmt::format("a route for {}", host_)
                            : fmt::format("a route for {} to Service/{}", host_, service_);
  }

  Result<Verdict> judge() override {
    UPSHIFT_ASSIGN(const auto routes, cache_.list(type_of("Route")));
    const Json* refused = nullptr;
    const Json* waiting = nullptr;
    const Json* other = nullptr;
    for (const Json* route : routes) {
      if (string_at(*route, "/spec/host") != host_) continue;
      if (!service_.empty() && string_at(*route, "/spec/to/name") != service_) {
        other = route;
        continue;
      }
      const auto admission = admission_of(*route, host_);
      if (admission.status == "True") return met(fmt::format("Route/{} is admitted", name_of(*route)));
      (admission.status.empty() ? waiting : refused) = route;
    }
    if (waiting != nullptr) {
      return pending(fmt::format("Route/{} for {} has not been looked at by a router yet", name_of(*waiting), host_),
                     "look at the routers of the cluster");
    }
    if (refused != nullptr) return refusal_of(*refused, routes);
    if (other != nullptr) {
      return pending(fmt::format("Route/{} has the host {} but leads to Service/{}", name_of(*other), host_,
                                 string_at(*other, "/spec/to/name")),
                     fmt::format("look whether Route/{} should be there", name_of(*other)));
    }
    return pending(fmt::format("no route has the host {} yet", host_), "look at who should create it");
  }

  Duration budget() override { return std::chrono::minutes(5); }

 private:
  static std::string name_of(const Json& route) { return string_at(route, "/metadata/name"); }

  Verdict refusal_of(const Json& route, const std::vector<const Json*>& routes) const {
    const auto admission = admission_of(route, host_);
    const auto name = name_of(route);
    if (admission.reason != "HostAlreadyClaimed") {
      return hopeless(fmt::format("Route/{} is refused ({}): {}", name, admission.reason, admission.message),
                      fmt::format("correct Route/{} and resume", name));
    }
    for (const Json* claiming : routes) {
      if (claiming == &route || string_at(*claiming, "/spec/host") != host_) continue;
      if (admission_of(*claiming, host_).status != "True") continue;
      if (!string_at(*claiming, "/metadata/deletionTimestamp").empty()) {
        return pending(fmt::format("Route/{} waits for {}, which Route/{} gives up", name, host_, name_of(*claiming)));
      }
      return hopeless(fmt::format("Route/{} is refused: {} is claimed by Route/{}", name, host_, name_of(*claiming)),
                      fmt::format("delete Route/{} or give it another host, then resume", name_of(*claiming)));
    }
    // The claim may just have ended with the deletion of a route: routers take a moment to see it.
    auto verdict = pending(fmt::format("Route/{} is refused: {} is claimed by a route that is not in this project ({})",
                                       name, host_, admission.message),
                           "find the route with `oc get routes --all-namespaces` and remove it, then resume");
    verdict.quiet_limit = std::chrono::minutes(1);
    return verdict;
  }

  std::string host_;
  std::string service_;
  Cache& cache_;
};

}  // namespace

std::unique_ptr<Condition> make_route_condition(std::string host, std::string service, Cache& cache) {
  return std::make_unique<RouteCondition>(std::move(host), std::move(service), cache);
}

}  // namespace upshift::cluster
