// The concern `zync-routes`: section 2.9 of the guide.
#include "certificates.hpp"
#include "deployment_options.hpp"
#include "inventory.hpp"
#include "old_routes.hpp"
#include "resync.hpp"
#include "simulated_product.hpp"
#include "wildcard_router.hpp"

namespace {

upshift::sdk::Definition define() {
  using namespace upshift::zync_routes;
  upshift::sdk::Definition plugin;
  plugin.step<AwaitZync>("zync-routes/ready");
  plugin.step<TakeInventory>("zync-routes/inventory");
  plugin.step<SaveCertificates>("zync-routes/save-certificates");
  plugin.step<ChangeDeploymentOptions>("zync-routes/deployment-options");
  plugin.step<DeleteRoutes>("zync-routes/standard-routes", DeleteRoutes::Kind::kStandard);
  plugin.step<DeleteRoutes>("zync-routes/manual-routes", DeleteRoutes::Kind::kManual);
  plugin.step<Resync>("zync-routes/resync");
  plugin.step<RestoreCertificates>("zync-routes/certificates");
  plugin.step<RemoveLeftover>("zync-routes/wildcard-service", "Service", "apicast-wildcard-router");
  plugin.step<RemoveLeftover>("zync-routes/wildcard-deployment", "DeploymentConfig", "apicast-wildcard-router");
  plugin.step<RemoveLeftover>("zync-routes/wildcard-stream", "ImageStream", "amp-wildcard-router");
  plugin.simulate<SimulatedProduct>();
  return plugin;
}

}  // namespace

UPSHIFT_PLUGIN(define)
