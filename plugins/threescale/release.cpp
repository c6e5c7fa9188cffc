#include "threescale/release.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

#include "threescale/environment.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

constexpr std::string_view kEnvironment = "system-environment";

struct ReleasePlaces {
  std::string_view deployment;
  std::span<const Place> places;
  bool rolls_out;
};
// The template refers to the ConfigMap in all of them; earlier guides had a literal written into them.
constexpr std::array kSystemAppHook = {Place{kPreHook, ""}};
constexpr std::array kSystemAppContainers = {Place{kContainers, "system-master"}, Place{kContainers, "system-provider"},
                                             Place{kContainers, "system-developer"}};
constexpr std::array kSidekiqContainer = {Place{kContainers, "system-sidekiq"}};
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

// Newest image of a tag, with the time at which the stream got it ("2026-11-21T08:54:57Z", which sorts as text).
std::string created(const Json& image_stream, std::string_view tag) {
  const Json* status = sdk::named(sdk::array_at(image_stream, "/status/tags"), tag, "tag");
  return status != nullptr ? sdk::string_at(*status, "/items/0/created") : std::string{};
}

// The stream's `latest` has an image that came after the base it is built from.
bool is_built(sdk::Context& c, const Image& image) {
  const Json system = c.require("ImageStream", "amp-system");
  return !created(system, image.tag).empty() && created(system, "latest") > created(system, image.tag);
}

std::string base_of(const Image& image) {
  return "amp-system:" + std::string(image.tag);
}

// The version's image, or that of a later one.
bool is_base(const std::string& name, const Image& image) {
  const std::size_t colon = name.find(':');
  return name == base_of(image) ||
         (colon != std::string::npos && is_newer(std::string_view(name).substr(colon + 1), image.version));
}

// The images are of a later version: what is stated is that version's affair.
bool is_past(sdk::Context& c, const std::string& release) {
  const auto system = c.get("ImageStream", "amp-system");
  const Json* latest = system ? tag(*system, "latest") : nullptr;
  return latest != nullptr && is_newer(sdk::string_at(*latest, "/from/name"), release);
}

}  // namespace

sdk::CheckResult StateRelease::check(sdk::Context& c) {
  const auto environment = c.get("ConfigMap", kEnvironment);
  if (!environment) return sdk::blocked("there is no ConfigMap/system-environment to state the release in");
  const std::string stated = sdk::string_at(*environment, "/data/AMP_RELEASE");
  if (stated != release_ && !is_past(c, release_))
    return sdk::pending("ConfigMap/system-environment states " + (stated.empty() ? "nothing" : stated));
  if (const std::string dc = first_literal(c); !dc.empty()) {
    return sdk::pending("a literal AMP_RELEASE of DeploymentConfig/" + dc + " hides what the ConfigMap states");
  }
  return sdk::done("the release " + stated + " is stated and nothing hides it");
}

sdk::ApplyResult StateRelease::apply(sdk::Context& c) {
  if (!is_past(c, release_)) {
    c.patch_merge("ConfigMap", kEnvironment, {{"data", {{"AMP_RELEASE", release_}}}});
  }
  sdk::ApplyResult result = sdk::applied("ConfigMap/system-environment states AMP_RELEASE " + release_);
  for (const ReleasePlaces& row : kReleasePlaces) {
    const auto dc = c.get("DeploymentConfig", row.deployment);
    const Json operations = dc ? literals(*dc, row) : Json::array();
    if (operations.empty()) continue;
    const std::string name(row.deployment);
    c.patch_json("DeploymentConfig", name, operations);
    if (!row.rolls_out) continue;
    c.warn(
        "turning the literal AMP_RELEASE of DeploymentConfig/" + name + " into a reference costs a rollout of its own",
        "An earlier guide wrote it there, where it hides what the ConfigMap states.", name);
    result.await(sdk::rollout(name));
  }
  return result;
}

sdk::CheckResult OracleBase::check(sdk::Context& c) {
  if (!uses_oracle(c)) return sdk::not_applicable("the system database is not Oracle's");
  if (!c.get("BuildConfig", kOracleBuild)) {
    return sdk::blocked(
        "the database is Oracle's, but there is no BuildConfig/3scale-amp-system-oracle that would put its client into "
        "the new image; make it from build.yml of the product's folder amp/system-oracle, then go on");
  }
  const std::string base = oracle_base(c);
  return is_base(base, image_) ? sdk::done("the build starts from " + base)
                               : sdk::pending("the build starts from an old image");
}

sdk::ApplyResult OracleBase::apply(sdk::Context& c) {
  const std::string base = base_of(image_);
  c.patch_merge(
      "BuildConfig", kOracleBuild,
      {{"spec", {{"strategy", {{"dockerStrategy", {{"from", {{"kind", "ImageStreamTag"}, {"name", base}}}}}}}}}});
  return sdk::applied("BuildConfig/3scale-amp-system-oracle builds from " + base);
}

sdk::CheckResult OracleBuild::check(sdk::Context& c) {
  if (!uses_oracle(c)) return sdk::not_applicable("the system database is not Oracle's");
  const std::string base = base_of(image_);
  if (is_base(oracle_base(c), image_) && oracle_base(c) != base) {
    return sdk::done("the build starts from " + oracle_base(c) + " already");
  }
  if (is_built(c, image_)) return sdk::done("amp-system:latest was built after " + base + " was imported");
  return sdk::pending("amp-system:latest is older than " + base + ": the image with Oracle's client is not built yet");
}

sdk::ApplyResult OracleBuild::apply(sdk::Context& c) {
  if (is_built(c, image_)) return sdk::applied("the build has been pushed");
  const std::string base = base_of(image_);
  // Later steps need the version's code: an old image could not bring back what they delete.
  if (c.string_parameter("oracle-build", "check") != "trust") {
    throw sdk::Failure(
        sdk::Status::kFailedPrecondition,
        "amp-system:latest is older than " + base + ": the image with Oracle's client has not been pushed",
        "Build it from " + base +
            " (oc start-build 3scale-amp-system-oracle --from-dir=.), wait until it is "
            "pushed, then go on.",
        "amp-system");
  }
  c.warn("amp-system:latest still is the image of before; the build is taken on trust", {}, "amp-system");
  return sdk::applied("the build is taken on trust");
}

}  // namespace upshift::threescale
