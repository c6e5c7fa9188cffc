#include "release.hpp"

#include <string>
#include <vector>

#include "environment.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

constexpr std::string_view kEnvironment = "system-environment";

struct ReleasePlaces {
  std::string_view deployment;
  std::span<const Place> places;
  bool rolls_out;
};
// The template refers to the ConfigMap in all of them; earlier guides had a literal written into them.
constexpr ReleasePlaces kReleasePlaces[] = {{"system-app", kSystemAppHook, false},
                                            {"system-app", kSystemAppContainers, true},
                                            {"system-sidekiq", kSidekiqContainer, true}};

Json literals(const Json& deployment_config, const ReleasePlaces& row) {
  Json operations = Json::array();
  for (const Place& place : row.places) {
    for (const Json& each : unliteral_release(deployment_config, place)) operations.push_back(each);
  }
  return operations;
}

std::string first_literal(sdk::Context& c) {
  for (const ReleasePlaces& row : kReleasePlaces) {
    const auto dc = c.get("DeploymentConfig", row.deployment);
    if (dc && !literals(*dc, row).empty()) return std::string(row.deployment);
  }
  return {};
}

std::vector<std::string> missing_redis_keys(const Json& secret) {
  std::vector<std::string> missing;
  for (const std::string_view key : kSecretSystemRedisKeys) {
    if (!sdk::object_at(secret, "/data").contains(std::string(key))) missing.emplace_back(key);
  }
  return missing;
}

// Newest image of a tag, with the time at which the stream got it ("2026-11-21T08:54:57Z", which sorts as text).
std::string created(const Json& image_stream, std::string_view tag) {
  const Json* status = sdk::named(sdk::array_at(image_stream, "/status/tags"), tag, "tag");
  return status != nullptr ? sdk::string_at(*status, "/items/0/created") : std::string{};
}

// The stream's `latest` has an image that came after the base it is built from.
bool is_built(sdk::Context& c) {
  const Json system = c.require("ImageStream", "amp-system");
  return !created(system, kTo).empty() && created(system, "latest") > created(system, kTo);
}

}  // namespace

sdk::CheckResult CompleteSystemRedis::check(sdk::Context& c) {
  const auto secret = c.get("Secret", "system-redis");
  if (!secret) return sdk::blocked("there is no Secret/system-redis; the upgrade to 2.4 has been left half-done");
  const auto missing = missing_redis_keys(*secret);
  if (missing.empty()) return sdk::done("Secret/system-redis has all keys");
  return sdk::pending("Secret/system-redis lacks " + std::to_string(missing.size()) + " keys");
}

sdk::ApplyResult CompleteSystemRedis::apply(sdk::Context& c) {
  Json data = Json::object();
  std::string names;
  for (const std::string& key : missing_redis_keys(c.require("Secret", "system-redis"))) {
    data[key] = "";
    names += (names.empty() ? "" : ", ") + key;
  }
  c.patch_merge("Secret", "system-redis", {{"data", data}});
  return sdk::applied("added to Secret/system-redis, empty: " + names);
}

sdk::CheckResult StateRelease::check(sdk::Context& c) {
  const auto environment = c.get("ConfigMap", kEnvironment);
  if (!environment) return sdk::blocked("there is no ConfigMap/system-environment to state the release in");
  const std::string stated = sdk::string_at(*environment, "/data/AMP_RELEASE");
  if (stated != kTo)
    return sdk::pending("ConfigMap/system-environment states " + (stated.empty() ? "nothing" : stated));
  if (const std::string dc = first_literal(c); !dc.empty()) {
    return sdk::pending("a literal AMP_RELEASE of DeploymentConfig/" + dc + " hides what the ConfigMap states");
  }
  return sdk::done("the release 2.6 is stated and nothing hides it");
}

sdk::ApplyResult StateRelease::apply(sdk::Context& c) {
  c.patch_merge("ConfigMap", kEnvironment, {{"data", {{"AMP_RELEASE", kTo}}}});
  sdk::ApplyResult result = sdk::applied("ConfigMap/system-environment states AMP_RELEASE 2.6");
  for (const ReleasePlaces& row : kReleasePlaces) {
    const auto dc = c.get("DeploymentConfig", row.deployment);
    const Json operations = dc ? literals(*dc, row) : Json::array();
    if (operations.empty()) continue;
    const std::string name(row.deployment);
    c.patch_json("DeploymentConfig", name, operations);
    if (!row.rolls_out) continue;
    c.warn(
        "turning the literal AMP_RELEASE of DeploymentConfig/" + name + " into a reference costs a rollout of its own",
        "Together with the steps of section 2.5 it would have cost none.", name);
    result.await(sdk::rollout(name));
  }
  return result;
}

sdk::CheckResult OracleBase::check(sdk::Context& c) {
  if (!threescale::uses_oracle(c)) return sdk::not_applicable("the system database is not Oracle's");
  const auto build = c.get("BuildConfig", threescale::kOracleBuild);
  if (!build) return sdk::blocked("the database is Oracle's, but there is no BuildConfig/3scale-amp-system-oracle");
  const bool is_new = sdk::string_at(*build, "/spec/strategy/dockerStrategy/from/name") == "amp-system:2.6";
  return is_new ? sdk::done("the build starts from amp-system:2.6")
                : sdk::pending("the build starts from an old image");
}

sdk::ApplyResult OracleBase::apply(sdk::Context& c) {
  c.patch_merge(
      "BuildConfig", threescale::kOracleBuild,
      {{"spec",
        {{"strategy", {{"dockerStrategy", {{"from", {{"kind", "ImageStreamTag"}, {"name", "amp-system:2.6"}}}}}}}}}});
  return sdk::applied("BuildConfig/3scale-amp-system-oracle builds from amp-system:2.6");
}

sdk::CheckResult OracleBuild::check(sdk::Context& c) {
  if (!threescale::uses_oracle(c)) return sdk::not_applicable("the system database is not Oracle's");
  if (is_built(c)) return sdk::done("amp-system:latest was built after amp-system:2.6 was imported");
  return sdk::pending(
      "amp-system:latest is older than amp-system:2.6: the image with Oracle's client is not built yet");
}

sdk::ApplyResult OracleBuild::apply(sdk::Context& c) {
  if (is_built(c)) return sdk::applied("the build has been pushed");
  // Going on would delete routes that an image of 2.5 cannot bring back.
  if (c.string_parameter("oracle-build", "check") != "trust") {
    throw sdk::Failure(
        sdk::Status::kFailedPrecondition,
        "amp-system:latest is older than amp-system:2.6: the image with Oracle's client has not been pushed",
        "Build it from amp-system:2.6 (oc start-build 3scale-amp-system-oracle --from-dir=.), wait until it is "
        "pushed, then go on. In a rehearsal set 2.5-2.6.oracle-build to trust.",
        "amp-system");
  }
  c.warn("amp-system:latest still is the image of before; the build is taken on trust", {}, "amp-system");
  return sdk::applied("the build is taken on trust");
}

}  // namespace upshift::hop_2_5_2_6
