#include "components.hpp"

#include <algorithm>
#include <string>

#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_3_2_4 {
namespace {

using sdk::Json;

constexpr std::string_view kMemcached = "/3scale-amp20/memcached";

// The image without the tag, where it is the product's with one of the tags of 1.4.15; else empty.
std::string untagged_memcached(const std::string& image) {
  const std::size_t at = image.find(kMemcached);
  if (at == std::string::npos) return {};
  const std::string tag = image.substr(at + kMemcached.size());
  return tag.compare(0, 7, ":1.4.15") == 0 ? image.substr(0, at + kMemcached.size()) : std::string{};
}

bool names_threads(const Json& sidekiq) {
  for (const char* list : {"/command", "/args"}) {
    for (const Json& word : sdk::array_at(sidekiq, list)) {
      if (word.is_string() && word.get<std::string>().find("RAILS_MAX_THREADS=") != std::string::npos) return true;
    }
  }
  return sdk::named(sdk::array_at(sidekiq, "/env"), "RAILS_MAX_THREADS") != nullptr;
}

// Why system-resque cannot go yet; empty where it can.
std::string keeps_resque(sdk::Context& c) {
  const auto sidekiq = c.get("DeploymentConfig", "system-sidekiq");
  if (!sidekiq) return "there is no DeploymentConfig/system-sidekiq that would take over its jobs";
  const auto system = c.get("ImageStream", "amp-system");
  const Json* latest = system ? threescale::tag(*system, "latest") : nullptr;
  const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
  if (!threescale::uses_oracle(c) && !threescale::is_newer(followed, "2.3")) {
    return "amp-system:latest follows " + followed + "; system-sidekiq takes over its jobs with 2.4";
  }
  if (!threescale::runs(*sidekiq, *system, "latest")) return "system-sidekiq does not run amp-system:latest yet";
  return {};
}

}  // namespace

sdk::CheckResult MemcachedImage::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", "system-memcache");
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/system-memcache");
  if (threescale::trigger_of_container(*dc, "memcache")) {
    return sdk::not_applicable("DeploymentConfig/system-memcache follows an image stream");
  }
  const Json* memcache = threescale::container(*dc, "memcache");
  if (memcache == nullptr) return sdk::blocked("DeploymentConfig/system-memcache has no container memcache");
  const std::string image = sdk::string_at(*memcache, "/image");
  if (!untagged_memcached(image).empty()) return sdk::pending("memcached still is " + image);
  if (!image.ends_with(kMemcached)) c.info("memcached is an image of the user's own and is kept: " + image);
  if (!threescale::is_settled(*dc)) return sdk::pending("system-memcache is still rolling out");
  return sdk::done("memcached is " + image);
}

sdk::ApplyResult MemcachedImage::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", "system-memcache");
  const std::string image = sdk::string_at(*threescale::container(dc, "memcache"), "/image");
  const std::string wanted = untagged_memcached(image);
  if (!wanted.empty()) {
    c.patch_strategic(
        "DeploymentConfig", "system-memcache",
        {{"spec",
          {{"template", {{"spec", {{"containers", Json::array({{{"name", "memcache"}, {"image", wanted}}})}}}}}}}});
  }
  return sdk::applied("memcached is " + (wanted.empty() ? image : wanted)).await(sdk::rollout("system-memcache"));
}

sdk::CheckResult SidekiqThreads::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", "system-sidekiq");
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/system-sidekiq");
  const Json* sidekiq = threescale::container(*dc, "system-sidekiq");
  if (sidekiq == nullptr) return sdk::blocked("DeploymentConfig/system-sidekiq has no container system-sidekiq");
  if (!names_threads(*sidekiq)) return sdk::pending("system-sidekiq does not say how many threads it has");
  if (!threescale::is_settled(*dc)) return sdk::pending("system-sidekiq is still rolling out");
  return sdk::done("system-sidekiq says how many threads it has");
}

sdk::ApplyResult SidekiqThreads::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", "system-sidekiq");
  if (!names_threads(*threescale::container(dc, "system-sidekiq"))) {
    const Json variable = {{"name", "RAILS_MAX_THREADS"}, {"value", "25"}};
    const Json sidekiq = {{"name", "system-sidekiq"}, {"env", Json::array({variable})}};
    c.patch_strategic("DeploymentConfig", "system-sidekiq",
                      {{"spec", {{"template", {{"spec", {{"containers", Json::array({sidekiq})}}}}}}}});
  }
  return sdk::applied("system-sidekiq works with 25 threads").await(sdk::rollout("system-sidekiq"));
}

sdk::CheckResult RemoveResque::check(sdk::Context& c) {
  if (!c.get("DeploymentConfig", "system-resque")) return sdk::done("there is no DeploymentConfig/system-resque");
  if (const std::string why = keeps_resque(c); !why.empty()) return sdk::blocked("system-resque has to stay: " + why);
  return sdk::pending("system-sidekiq has taken over the jobs of system-resque");
}

sdk::ApplyResult RemoveResque::apply(sdk::Context& c) {
  sdk::ApplyResult result = sdk::applied("deleted DeploymentConfig/system-resque with its pods");
  for (const Json& pod : c.list("Pod", "deploymentConfig=system-resque")) {
    result.await(sdk::absent("Pod", sdk::string_at(pod, "/metadata/name")));
  }
  c.remove("DeploymentConfig", "system-resque", "Background");
  result.await(sdk::absent("DeploymentConfig", "system-resque"));
  return result;
}

}  // namespace upshift::hop_2_3_2_4
