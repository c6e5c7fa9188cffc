// Which hosts Zync is to serve, read while the old routes still lead to the product's API.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

using sdk::Json;

struct Service {
  std::string tenant, id, system_name;
  // planned: what the parameters want it to be; the same as `option` where they do not name the service.
  std::string option, planned;
  std::string endpoint, sandbox_endpoint;
};

struct Inventory {
  // Host and Service. Services that share a base URL share the host: it is one entry.
  std::set<std::pair<std::string, std::string>> expected;
  // Hosts of gateways that are not hosted: their routes are somebody else's.
  std::set<std::string> foreign;
  std::vector<Service> services;
  // False where a tenant's services could not be read: then the hosts of present routes count as expected.
  bool is_complete = true;

  Json json() const;
  static Inventory from(const Json& json);
};

// The inventory of this run; without one, what Zync's routes themselves tell.
Inventory load_inventory(sdk::Context& c);

struct TakeInventory : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::zync_routes
