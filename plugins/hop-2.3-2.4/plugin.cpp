// 3scale 2.3 to 2.4, by the guide's steps 1 to 9 and its section 1.3, together with what only the revised edition has:
// the objects to which the containers of 2.4 refer, without which later versions do not start.
#include "components.hpp"
#include "environment.hpp"
#include "impersonation.hpp"
#include "master_route.hpp"
#include "settings.hpp"
#include "simulation.hpp"
#include "threescale/image_steps.hpp"
#include "threescale/installation.hpp"
#include "threescale/preflight.hpp"
#include "threescale/release.hpp"
#include "threescale/settings_2_4.hpp"
#include "threescale/streams.hpp"
#include "threescale/system_files.hpp"

namespace {

using namespace upshift::hop_2_3_2_4;
namespace threescale = upshift::threescale;
using threescale::kContainers;
using threescale::kPreHook;
using threescale::Place;
using upshift::sdk::Definition;

constexpr std::string_view kTo = "2.4";

std::string in(std::string_view stage, std::string_view step) {
  return "2.3-2.4/" + std::string(stage) + "/" + std::string(step);
}

constexpr threescale::Needed kNeeded[] = {{"DeploymentConfig", "system-app"},
                                          {"DeploymentConfig", "system-sidekiq"},
                                          {"DeploymentConfig", "backend-listener"},
                                          {"DeploymentConfig", "backend-worker"},
                                          {"DeploymentConfig", "zync"},
                                          {"Secret", "zync"},
                                          {"ImageStream", "amp-system"},
                                          {"ImageStream", "amp-apicast"},
                                          {"ImageStream", "amp-backend"},
                                          {"ImageStream", "amp-zync"},
                                          {"Service", "system-master"}};

void preflight(Definition& hop) {
  hop.step<threescale::CheckInstallation>(in("preflight", "installation"), "2.3", kNeeded);
}

// Revised edition, 1.2.1 to 1.2.4 and 1.2.7.
void settings(Definition& hop) {
  hop.step<CreateSettings>(in("settings", "config-maps"), "ConfigMap");
  hop.step<CreateSettings>(in("settings", "secrets"), "Secret");
  hop.step<AddServiceDiscovery>(in("settings", "service-discovery"));
  hop.step<threescale::SwitchOn>(in("settings", "rolling-updates"),
                                 std::vector<std::string_view>{"proxy_private_base_path"}, kTo);
}

// Step 1
void master_route(Definition& hop) {
  hop.step<CreateMasterRoute>(in("master-route", "system-master"));
  hop.step<DeleteOldMasterRoute>(in("master-route", "system-master-admin"));
}

// Steps 2 to 5, and 6.
void images(Definition& hop) {
  threescale::add_image_steps(hop, in, kTo);
  hop.step<MemcachedImage>(in("memcached", "system-memcache"));
}

// Steps 7 and 8.
void sidekiq(Definition& hop) {
  hop.step<RemoveResque>(in("sidekiq", "system-resque"));
  hop.step<SidekiqThreads>(in("sidekiq", "threads"));
}

// Revised edition, 1.2.5; then step 9.
void environment(Definition& hop) {
  for (const threescale::DeploymentChange& change : threescale::changes_of_2_4()) {
    hop.step<ReferToSettings>(in("environment", change.name), change.name);
  }
  hop.step<threescale::StateRelease>(in("release", "release"), "2.4.0");
}

// 1.3: the containers, then the hook in the same patch. The guide leaves out the hook and sidekiq.
constexpr Place kSystemApp[] = {Place{kContainers, "system-master"}, Place{kContainers, "system-provider"},
                                Place{kContainers, "system-developer"}, Place{kPreHook, ""}};
constexpr Place kSidekiq[] = {Place{kContainers, "system-sidekiq"}};
constexpr threescale::Addition kSystemAppNames[] = {{kSystemApp, kImpersonation}};
constexpr threescale::Addition kSidekiqNames[] = {{kSidekiq, kImpersonation}};

void impersonation(Definition& hop) {
  hop.step<ImpersonationSecret>(in("impersonation", "secret"));
  hop.step<threescale::AddEnvironment>(in("impersonation", "system-app"), "system-app", kSystemAppNames, kTo);
  hop.step<threescale::AddEnvironment>(in("impersonation", "system-sidekiq"), "system-sidekiq", kSidekiqNames, kTo);
  hop.step<RenameUsers>(in("impersonation", "users"));
}

Definition define() {
  Definition hop;
  hop.detect("3scale", threescale::detect);
  preflight(hop);
  settings(hop);
  master_route(hop);
  images(hop);
  sidekiq(hop);
  environment(hop);
  impersonation(hop);
  hop.simulate<SimulatedProduct>();
  return hop;
}

}  // namespace

UPSHIFT_PLUGIN(define)
