#include "deployment_options.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "inventory.hpp"
#include "portal.hpp"

namespace upshift::zync_routes {
namespace {

// The services that the parameter names, as they were before.
std::vector<Service> wanted(sdk::Context& c) {
  std::vector<Service> out;
  const Json& options = c.parameter("deployment-options");
  for (Service& each : load_inventory(c).services) {
    if (options.contains(each.system_name) || options.contains(each.tenant + "/" + each.system_name)) {
      out.push_back(std::move(each));
    }
  }
  return out;
}

std::string unknown_service(sdk::Context& c) {
  const std::vector<Service> known = wanted(c);
  for (const auto& item : c.parameter("deployment-options").items()) {
    const bool found = std::any_of(known.begin(), known.end(), [&](const Service& each) {
      return item.key() == each.system_name || item.key() == each.tenant + "/" + each.system_name;
    });
    if (!found) return item.key();
  }
  return {};
}

// What the service still lacks, or empty. An empty base URL was not there before and need not come back.
std::string difference(Portal& portal, const Service& service) {
  const std::string token = portal.tenant_token(service.tenant);
  const auto present = portal.service(service.tenant, token, service.id);
  const auto proxy = portal.proxy(service.tenant, token, service.id);
  if (!present.value || !proxy.value) return "cannot be read: " + present.problem + proxy.problem;
  if (sdk::string_at(*present.value, "/deployment_option") != service.planned) return "is not " + service.planned;
  const bool same_url = service.endpoint.empty() || sdk::string_at(*proxy.value, "/endpoint") == service.endpoint;
  const bool same_sandbox =
      service.sandbox_endpoint.empty() || sdk::string_at(*proxy.value, "/sandbox_endpoint") == service.sandbox_endpoint;
  return same_url && same_sandbox ? "" : "has lost a public base URL";
}

}  // namespace

sdk::CheckResult ChangeDeploymentOptions::check(sdk::Context& c) {
  const Json* options = c.optional_parameter("deployment-options");
  if (options == nullptr || options->empty()) return sdk::not_applicable("no service is to change");
  if (const std::string name = unknown_service(c); !name.empty()) {
    return sdk::blocked("zync-routes.deployment-options names '" + name +
                        "', which no service has that could be read; give the system name, and a token of its tenant");
  }
  Portal portal(c);
  for (const Service& service : wanted(c)) {
    if (const std::string text = difference(portal, service); !text.empty()) {
      return sdk::pending("service " + service.system_name + " of " + service.tenant + " " + text);
    }
  }
  return sdk::done("the services have their deployment options and base URLs");
}

sdk::ApplyResult ChangeDeploymentOptions::apply(sdk::Context& c) {
  Portal portal(c);
  std::string names;
  for (const Service& service : wanted(c)) {
    const std::string token = portal.tenant_token(service.tenant);
    const auto present = portal.service(service.tenant, token, service.id);
    if (present.value && sdk::string_at(*present.value, "/deployment_option") != service.planned) {
      portal.set_deployment_option(service.tenant, token, service.id, service.planned);
    }
    portal.set_base_urls(service.tenant, token, service.id, service.endpoint, service.sandbox_endpoint);
    c.warn("the gateway configuration of service " + service.system_name + " of " + service.tenant +
               " is deployed to staging only",
           "Promote it to production in the admin portal.", service.tenant);
    names += (names.empty() ? "" : ", ") + service.system_name + " " + service.planned;
  }
  return sdk::applied("changed: " + names);
}

sdk::VerifyResult ChangeDeploymentOptions::verify(sdk::Context& c) {
  Portal portal(c);
  for (const Service& service : wanted(c)) {
    if (const std::string text = difference(portal, service); !text.empty()) {
      throw sdk::Failure(sdk::Status::kFailedPrecondition,
                         "service " + service.system_name + " of " + service.tenant + " " + text,
                         "Its former values stand in routes/inventory.json of the backup.", service.tenant);
    }
  }
  return sdk::verified("deployment options and base URLs are as wanted");
}

sdk::UndoResult ChangeDeploymentOptions::undo(sdk::Context& c) {
  Portal portal(c);
  std::string names;
  for (const Service& service : wanted(c)) {
    const std::string token = portal.tenant_token(service.tenant);
    portal.set_deployment_option(service.tenant, token, service.id, service.option);
    portal.set_base_urls(service.tenant, token, service.id, service.endpoint, service.sandbox_endpoint);
    names += (names.empty() ? "" : ", ") + service.system_name + " " + service.option;
  }
  return sdk::undone("changed back: " + names);
}

}  // namespace upshift::zync_routes
