#include "wildcard_router.hpp"

#include "routes.hpp"

namespace upshift::zync_routes {
namespace {

std::string route_to_router(sdk::Context& c) {
  for (const Json& route : c.list("Route")) {
    if (service_of(route) == kWildcardRouter) return name_of(route);
  }
  return {};
}

}  // namespace

sdk::CheckResult RemoveLeftover::check(sdk::Context& c) {
  if (!c.get(kind_, name_)) return sdk::done("there is no " + kind_ + "/" + name_ + " any more");
  if (const std::string route = route_to_router(c); !route.empty()) {
    return sdk::not_applicable(kind_ + "/" + name_ + " stays: Route/" + route + " still leads to the wildcard router");
  }
  return sdk::pending(kind_ + "/" + name_ + " is not needed any more");
}

sdk::ApplyResult RemoveLeftover::apply(sdk::Context& c) {
  // Said outright: one of the API's endpoints would leave the pods of a DeploymentConfig behind.
  c.remove(kind_, name_, kind_ == "DeploymentConfig" ? "Background" : "");
  return sdk::applied("deleted " + kind_ + "/" + name_).await(sdk::absent(kind_, name_));
}

}  // namespace upshift::zync_routes
