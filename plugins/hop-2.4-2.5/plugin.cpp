// 3scale 2.4 to 2.5, by the guide's chapter 1 and sections 2.1 to 2.5.
#include "accounts.hpp"
#include "database.hpp"
#include "postgresql.hpp"
#include "simulation.hpp"
#include "threescale/image_steps.hpp"
#include "threescale/installation.hpp"
#include "threescale/preflight.hpp"
#include "threescale/release.hpp"
#include "threescale/replicas.hpp"
#include "threescale/streams.hpp"
#include "threescale/system_files.hpp"

namespace {

using namespace upshift::hop_2_4_2_5;
namespace threescale = upshift::threescale;
using upshift::sdk::Definition;

constexpr std::string_view kTo = "2.5";

std::string in(std::string_view stage, std::string_view step) {
  return "2.4-2.5/" + std::string(stage) + "/" + std::string(step);
}

constexpr threescale::Needed kNeeded[] = {{"ConfigMap", "system-environment"},    {"Secret", "system-database"},
                                          {"DeploymentConfig", "system-app"},     {"DeploymentConfig", "zync"},
                                          {"ImageStream", "amp-system"},          {"ImageStream", "amp-apicast"},
                                          {"ImageStream", "amp-backend"},         {"ImageStream", "amp-zync"},
                                          {"DeploymentConfig", "system-sidekiq"}, {"Secret", "zync"}};

void preflight(Definition& hop) {
  hop.step<threescale::CheckInstallation>(in("preflight", "installation"), "2.4", kNeeded);
}

// Chapter 1: before 2.5 the flow that Zync pushed to the identity provider was another one. It stays off until a person
// has looked at the flows of each service.
void identity_provider(Definition& hop) {
  hop.step<threescale::ScaleDown>(in("oidc", "zync-off"), "zync", "oidc-review");
  hop.step<threescale::ScaleBack>(in("oidc-review", "zync-on"), "zync", "oidc-review");
}

// 2.2, before the images: they start the application anew, and it reads the file then.
void settings(Definition& hop) {
  hop.step<threescale::SwitchOn>(in("settings", "rolling-updates"),
                                 std::vector<std::string_view>{"policy_registry", "service_mesh_integration"}, kTo);
  hop.step<CompleteSeed>(in("settings", "system-seed"));
}

// 2.1, with 2.4 as soon as the new image runs.
void images(Definition& hop) {
  threescale::add_image_steps(hop, in, kTo, "components");
  hop.step<threescale::StateRelease>(in("images", "release"), "2.5.0");
  hop.step<UpdateAccounts>(in("accounts", "first-admin"));
}

// 2.3
void mysql(Definition& hop) {
  hop.step<CopyCredentials>(in("mysql", "credentials"));
  hop.step<ReferToCredentials>(in("mysql", "system-mysql"));
}

// 2.5
void postgresql(Definition& hop) {
  hop.step<threescale::ImportImage>(in("postgresql", "import"), threescale::image_of("postgresql", kTo));
  hop.step<threescale::ScaleDown>(in("postgresql", "zync-off"), "zync", "postgresql");
  hop.step<DumpDatabase>(in("postgresql", "dump"));
  hop.step<FollowPostgresql10>(in("postgresql", "zync-database"));
  hop.step<RestoreDatabase>(in("postgresql", "restore"));
  hop.step<threescale::ScaleBack>(in("postgresql", "zync-on"), "zync", "postgresql");
  hop.step<DropOldTag>(in("postgresql", "old-tag"));
}

Definition define() {
  Definition hop;
  hop.detect("3scale", threescale::detect);
  preflight(hop);
  identity_provider(hop);
  settings(hop);
  images(hop);
  mysql(hop);
  postgresql(hop);
  hop.simulate<SimulatedProduct>();
  return hop;
}

}  // namespace

UPSHIFT_PLUGIN(define)
