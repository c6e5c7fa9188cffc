// What 3scale itself does in a rehearsal: its API answers, the resync command queues work, and Zync makes routes.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

// The state that the host keeps between events:
// {"master": HOST, "tenants": [{"id", "admin_domain", "domain"}],
//  "services": [{"id", "tenant_id", "system_name", "deployment_option", "endpoint", "sandbox_endpoint"}]}
class SimulatedProduct : public sdk::Simulation {
 public:
  void start(sdk::SimulationContext& c) override;
  std::optional<sdk::ExecResult> exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) override;
  std::optional<sdk::HttpReply> http(sdk::SimulationContext& c, const sdk::HttpRequest& request) override;
  void timer(sdk::SimulationContext& c, const sdk::Json& data) override;
};

// The tenants and services that an installation with these routes, seed and settings has.
sdk::Json state_of_project(sdk::Context& c);
// The product's API on the hosts that have routes. Changes the state as the product would change its database.
std::optional<sdk::HttpReply> answer_api(sdk::Context& c, sdk::Json& state, const sdk::HttpRequest& request);

// Whether the container's image is 2.6's of this repository ("3scale-amp26/zync"), by its own reference or as the
// stream's tag 2.6 that is pulled through the cluster's registry.
bool runs_image_of_2_6(sdk::Context& c, const sdk::Json& container, std::string_view repository,
                       const std::string& image_stream);
// Makes, moves and deletes routes so that they fit the state. False where zync-que is not up, or may not.
bool make_routes(sdk::Context& c, const sdk::Json& state);
// Deletes routes of Zync whose host somebody else's route has; true where there were any.
bool drop_refused_routes(sdk::Context& c);

}  // namespace upshift::zync_routes
