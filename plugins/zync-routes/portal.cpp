#include "portal.hpp"

#include "threescale/installation.hpp"

namespace upshift::zync_routes {
namespace {

constexpr std::size_t kPage = 500;

}  // namespace

std::string superdomain(sdk::Context& c) {
  const auto environment = c.get("ConfigMap", "system-environment");
  if (environment) return sdk::string_at(*environment, "/data/THREESCALE_SUPERDOMAIN");
  // Before 2.4 it was a literal.
  const auto app = c.get("DeploymentConfig", "system-app");
  return app ? threescale::seen_env(c, *app, "system-master", "THREESCALE_SUPERDOMAIN") : std::string{};
}

std::string seed(sdk::Context& c, std::string_view key) {
  const auto secret = c.get("Secret", "system-seed");
  return secret ? sdk::secret_value(*secret, key).value_or("") : std::string{};
}

std::string Portal::master_token() const {
  if (std::string given = c_.string_parameter("master-access-token"); !given.empty()) return given;
  if (std::string seeded = seed(c_, "MASTER_ACCESS_TOKEN"); !seeded.empty()) return seeded;
  const auto app = c_.get("DeploymentConfig", "system-app");
  return app ? threescale::master_token_of_hook(*app) : std::string{};
}

std::string Portal::tenant_token(std::string_view admin_domain) const {
  if (const Json* tokens = c_.optional_parameter("tenant-access-tokens")) {
    const auto found = tokens->find(std::string(admin_domain));
    if (found != tokens->end() && found->is_string()) return found->get<std::string>();
  }
  const std::string seeded = seed(c_, "TENANT_NAME") + "-admin." + superdomain(c_);
  return admin_domain == seeded ? seed(c_, "ADMIN_ACCESS_TOKEN") : std::string{};
}

Answer<Json> Portal::get(const std::string& host, const std::string& path, const std::string& token) {
  sdk::HttpRequest request;
  request.url = "https://" + host + path;
  request.secret_query = {{"access_token", token}};
  try {
    const sdk::HttpReply reply = c_.http(request);
    if (reply.status == 403) return {std::nullopt, host + " refuses the access token (403)"};
    if (reply.status != 200) return {std::nullopt, host + path + " answers " + std::to_string(reply.status)};
    Json body = Json::parse(reply.body, nullptr, false);
    if (!body.is_object()) return {std::nullopt, host + path + " does not answer with JSON"};
    return {std::move(body), {}};
  } catch (const sdk::HostFailure& failure) {
    return {std::nullopt, host + " cannot be reached: " + failure.summary()};
  }
}

Answer<std::vector<Tenant>> Portal::tenants(const std::string& master_host, const std::string& token) {
  if (token.empty()) return {std::nullopt, "no access token of the master account is known"};
  std::vector<Tenant> out;
  // A page does not say whether there are more; a short one is the last.
  for (std::size_t page = 1;; ++page) {
    const auto body =
        get(master_host, "/admin/api/accounts.json?page=" + std::to_string(page) + "&per_page=" + std::to_string(kPage),
            token);
    if (!body.value) return {std::nullopt, body.problem};
    const Json& accounts = sdk::array_at(*body.value, "/accounts");
    for (const Json& each : accounts) {
      const std::string admin_domain = sdk::string_at(each, "/account/admin_domain");
      // Without one it is a customer of the master account, no tenant.
      if (admin_domain.empty() || sdk::string_at(each, "/account/state", "approved") != "approved") continue;
      out.push_back({admin_domain, sdk::string_at(each, "/account/domain")});
    }
    if (accounts.size() < kPage) return {std::move(out), {}};
  }
}

Answer<std::vector<Json>> Portal::services(const std::string& admin_domain, const std::string& token) {
  if (token.empty()) return {std::nullopt, "no access token of " + admin_domain + " is known"};
  const auto body = get(admin_domain, "/admin/api/services.json", token);
  if (!body.value) return {std::nullopt, body.problem};
  std::vector<Json> out;
  for (const Json& each : sdk::array_at(*body.value, "/services")) out.push_back(sdk::object_at(each, "/service"));
  return {std::move(out), {}};
}

Answer<Json> Portal::service(const std::string& admin_domain, const std::string& token, const std::string& id) {
  auto body = get(admin_domain, "/admin/api/services/" + id + ".json", token);
  if (body.value) body.value = Json(sdk::object_at(*body.value, "/service"));
  return body;
}

Answer<Json> Portal::proxy(const std::string& admin_domain, const std::string& token, const std::string& id) {
  auto body = get(admin_domain, "/admin/api/services/" + id + "/proxy.json", token);
  if (body.value) body.value = Json(sdk::object_at(*body.value, "/proxy"));
  return body;
}

void Portal::send(const std::string& method, const std::string& host, const std::string& path, const std::string& token,
                  const Json& form) {
  sdk::HttpRequest request;
  request.method = method;
  request.url = "https://" + host + path;
  request.form = form;
  request.secret_query = {{"access_token", token}};
  const sdk::HttpReply reply = c_.http(request);
  if (reply.status >= 200 && reply.status < 300) return;
  const bool refused = reply.status == 401 || reply.status == 403;
  throw sdk::Failure(refused ? sdk::Status::kPermissionDenied : sdk::Status::kFailedPrecondition,
                     method + " " + host + path + " was answered with " + std::to_string(reply.status),
                     refused ? "The access token needs the scope Account Management and the permission to write."
                             : "See the log of system-app, container system-provider.",
                     host);
}

void Portal::set_deployment_option(const std::string& admin_domain, const std::string& token, const std::string& id,
                                   const std::string& option) {
  send("PUT", admin_domain, "/admin/api/services/" + id + ".json", token, {{"deployment_option", option}});
}

void Portal::set_base_urls(const std::string& admin_domain, const std::string& token, const std::string& id,
                           const std::string& endpoint, const std::string& sandbox_endpoint) {
  Json form = Json::object();
  if (!endpoint.empty()) form["endpoint"] = endpoint;
  if (!sandbox_endpoint.empty()) form["sandbox_endpoint"] = sandbox_endpoint;
  if (!form.empty()) send("PATCH", admin_domain, "/admin/api/services/" + id + "/proxy.json", token, form);
}

}  // namespace upshift::zync_routes
