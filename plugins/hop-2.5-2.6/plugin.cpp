// 3scale 2.5 to 2.6, section by section of the guide. Sections 2.1 (backup), 2.2 (registry) and 2.9 (routes) are
// concerns that manifest.json uses.
#include "annotations.hpp"
#include "create.hpp"
#include "facts.hpp"
#include "release.hpp"
#include "streams.hpp"
#include "threescale/image_steps.hpp"
#include "threescale/installation.hpp"
#include "threescale/release.hpp"
#include "threescale/streams.hpp"

namespace {

using namespace upshift::hop_2_5_2_6;
namespace threescale = upshift::threescale;
using upshift::sdk::Definition;

std::string in(std::string_view stage, std::string_view step) {
  return "2.5-2.6/" + std::string(stage) + "/" + std::string(step);
}

// Before 2.1.
void preflight(Definition& hop) {
  hop.step<CheckInstallation>(in("preflight", "installation"));
  hop.step<ReadSettings>(in("preflight", "settings"));
}

// 2.3: just the nine new objects. Processing the whole template again would bring back what the user has removed.
void objects(Definition& hop) {
  for (const NewStream& stream : kNewStreams) hop.step<CreateStream>(in("objects", stream.name), stream);
  hop.step<CreateZyncAccess>(in("objects", "zync-que-access"));
  hop.step<CreateZyncQue>(in("objects", "zync-que"));
}

// 2.4
void redis_secret(Definition& hop) {
  hop.step<CompleteSystemRedis>(in("redis-secret", "system-redis"));
}

// 2.5
constexpr Addition kHook[] = {{kSystemAppHook, kSystemRedis}, {kSystemAppHook, kSystemBackendRedis}};
constexpr Addition kApp[] = {{kSystemAppContainers, kSystemRedis}, {kSystemAppContainers, kSystemBackendRedis}};
constexpr Addition kSidekiq[] = {
    {kSidekiqInit, kSystemRedis}, {kSidekiqContainer, kSystemRedis}, {kSidekiqContainer, kSystemBackendRedis}};
constexpr Addition kSphinx[] = {{kSphinxContainer, kSystemRedisUrl}, {kSphinxContainer, kSystemRedis}};

void system_environment(Definition& hop) {
  hop.step<threescale::AddEnvironment>(in("system-env", "system-app-hook"), "system-app", kHook, kTo);
  hop.step<threescale::AddEnvironment>(in("system-env", "system-app"), "system-app", kApp, kTo);
  hop.step<threescale::AddEnvironment>(in("system-env", "system-sidekiq"), "system-sidekiq", kSidekiq, kTo);
  hop.step<threescale::AddEnvironment>(in("system-env", "system-sphinx"), "system-sphinx", kSphinx, kTo);
}

// 2.6, and what only the guide's later edition has: zync's own variables.
constexpr Addition kBackend[] = {{kBackendInitContainer, kBackendInit}};
constexpr Addition kZync[] = {{kZyncContainer, kZyncPod}};

void sentinel_fix(Definition& hop) {
  hop.step<threescale::AddEnvironment>(in("sentinel", "backend-worker"), "backend-worker", kBackend, kTo);
  hop.step<threescale::AddEnvironment>(in("sentinel", "backend-cron"), "backend-cron", kBackend, kTo);
  hop.step<threescale::AddEnvironment>(in("zync-env", "environment"), "zync", kZync, kTo);
  hop.step<AddAnnotations>(in("zync-env", "annotations"), "zync", kZyncAnnotations);
}

// 2.7: one at a time, so that what depends on a database fails for minutes, not for good.
void databases(Definition& hop) {
  for (const std::string_view name : threescale::kDatabases) {
    hop.step<FollowStream>(in("databases", name), threescale::deployment_of(name));
  }
  hop.step<DropPostgresqlStream>(in("databases", "postgresql-stream"));
}

// 2.8: all images first, so that nothing moves before everything can; then the release, then system, then the rest.
void images(Definition& hop) {
  threescale::add_image_steps(hop, in, kTo);
  hop.step<threescale::StateRelease>(in("images", "release"), kTo);
}

Definition define() {
  Definition hop;
  hop.detect("3scale", threescale::detect);
  preflight(hop);
  objects(hop);
  redis_secret(hop);
  system_environment(hop);
  sentinel_fix(hop);
  databases(hop);
  images(hop);
  return hop;
}

}  // namespace

UPSHIFT_PLUGIN(define)
