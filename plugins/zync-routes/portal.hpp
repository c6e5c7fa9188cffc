// The product's own API: tenants of the master account, services of a tenant, their gateways' public base URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

using sdk::Json;

struct Tenant {
  std::string admin_domain, domain;
};

// An answer of the API, or why there is none. Never holds a token.
template <typename T>
struct Answer {
  std::optional<T> value;
  std::string problem;
};

class Portal {
 public:
  explicit Portal(sdk::Context& c) : c_(c) {}

  // From the parameter, the installation's seed, or the pre hook of system-app; empty where none is known.
  std::string master_token() const;
  // A tenant's token works on that tenant's host alone.
  std::string tenant_token(std::string_view admin_domain) const;

  // All tenants of the installation whose accounts are approved.
  Answer<std::vector<Tenant>> tenants(const std::string& master_host, const std::string& token);
  // [{"id", "system_name", "deployment_option", …}]
  Answer<std::vector<Json>> services(const std::string& admin_domain, const std::string& token);
  Answer<Json> service(const std::string& admin_domain, const std::string& token, const std::string& id);
  // {"endpoint", "sandbox_endpoint", …}
  Answer<Json> proxy(const std::string& admin_domain, const std::string& token, const std::string& id);

  // Changing the option overwrites both public base URLs of the service.
  void set_deployment_option(const std::string& admin_domain, const std::string& token, const std::string& id,
                             const std::string& option);
  // Leaves an empty one out.
  void set_base_urls(const std::string& admin_domain, const std::string& token, const std::string& id,
                     const std::string& endpoint, const std::string& sandbox_endpoint);

 private:
  Answer<Json> get(const std::string& host, const std::string& path, const std::string& token);
  void send(const std::string& method, const std::string& host, const std::string& path, const std::string& token,
            const Json& form);

  sdk::Context& c_;
};

// The wildcard domain of the installation.
std::string superdomain(sdk::Context& c);
// A key of Secret/system-seed; empty without one.
std::string seed(sdk::Context& c, std::string_view key);

}  // namespace upshift::zync_routes
