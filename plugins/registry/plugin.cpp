// The concern `registry`: credentials in a Secret, an account that pulls with them, and the DeploymentConfigs moved to
// the account in waves. All pods at once would mean an outage while the databases are down.
#include "account.hpp"
#include "credentials.hpp"
#include "wave.hpp"

namespace {

upshift::sdk::Definition define() {
  using namespace upshift::registry;
  upshift::sdk::Definition plugin;
  plugin.step<Credentials>("registry/credentials");
  plugin.step<ServiceAccount>("registry/service-account");
  plugin.step<Grants>("registry/grants");
  for (const char* wave : {"databases", "application", "others"}) {
    plugin.step<Wave>(std::string("registry/") + wave, wave);
  }
  return plugin;
}

}  // namespace

UPSHIFT_PLUGIN(define)
