#include <string_view>

#include "objects.hpp"
#include "release.hpp"
#include "threescale/health.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"
#include "threescale/references.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

struct Needed {
  std::string_view kind, name;
};
// Later steps point pods at them: a pod whose secret is missing never starts.
constexpr Needed kNeeded[] = {{"ConfigMap", "system-environment"},
                              {"ConfigMap", "backend-environment"},
                              {"Secret", "system-redis"},
                              {"Secret", "backend-redis"},
                              {"Secret", "zync"},
                              {"DeploymentConfig", "backend-listener"},
                              {"DeploymentConfig", "system-app"},
                              {"DeploymentConfig", "system-sidekiq"},
                              {"DeploymentConfig", "zync"},
                              {"ImageStream", "amp-system"},
                              {"ImageStream", "amp-apicast"},
                              {"ImageStream", "amp-backend"},
                              {"ImageStream", "amp-zync"}};

// The keys of Secret/backend-redis that the new variables read.
constexpr std::string_view kBackendRedisKeys[] = {"REDIS_STORAGE_URL", "REDIS_STORAGE_SENTINEL_HOSTS",
                                                  "REDIS_STORAGE_SENTINEL_ROLE", "REDIS_QUEUES_SENTINEL_HOSTS",
                                                  "REDIS_QUEUES_SENTINEL_ROLE"};

std::string missing_object(sdk::Context& c) {
  for (const Needed& needed : kNeeded) {
    if (!c.get(needed.kind, needed.name)) return std::string(needed.kind) + "/" + std::string(needed.name);
  }
  return {};
}

void tell_about_service_discovery(sdk::Context& c) {
  const auto system = c.get("ConfigMap", "system");
  const std::string settings = system ? sdk::string_at(*system, "/data/service_discovery.yml") : "";
  if (settings.find("authentication_method: service_account") == std::string::npos) return;
  c.info("if service discovery is used, ServiceAccount/amp needs the cluster role 'view' that 'default' has",
         "It is granted outside the project, by a cluster administrator: oc adm policy add-cluster-role-to-user view "
         "system:serviceaccount:PROJECT:amp");
}

}  // namespace

sdk::CheckResult CheckInstallation::check(sdk::Context& c) {
  if (const std::string missing = missing_object(c); !missing.empty()) {
    return sdk::blocked(
        "there is no " + missing +
        ": an earlier upgrade has been left half-done, and 2.6 would not start; bring the installation to a "
        "whole 2.5 first");
  }
  if (auto refusal = threescale::refuse_unhealthy(c)) return *std::move(refusal);
  const Json environment = c.require("ConfigMap", "system-environment");
  if (sdk::string_at(environment, "/data/THREESCALE_SUPERDOMAIN").empty()) {
    return sdk::blocked(
        "ConfigMap/system-environment has no THREESCALE_SUPERDOMAIN; set it to the wildcard domain first");
  }
  const Json redis = c.require("Secret", "backend-redis");
  for (const std::string_view key : kBackendRedisKeys) {
    if (sdk::object_at(redis, "/data").contains(std::string(key))) continue;
    return sdk::blocked("Secret/backend-redis has no key " + std::string(key) +
                        ", which pods of 2.6 read; add it, empty unless sentinels are used");
  }
  if (const auto dangling = threescale::dangling_references(c); !dangling.empty()) {
    return sdk::blocked(threescale::describe(dangling) + "; create what is missing first");
  }
  if (read_settings(c).app_label.empty()) {
    return sdk::blocked(
        "the pods of DeploymentConfig/backend-listener have no label app, which the new objects take over");
  }
  const Json system = c.require("ImageStream", "amp-system");
  const Json* latest = threescale::tag(system, "latest");
  const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
  const std::string version = threescale::short_version(followed);
  if (!threescale::uses_oracle(c) && version != "2.5" && version != "2.6") {
    return sdk::blocked("amp-system:latest follows '" + followed + "', which is neither 2.5 nor 2.6");
  }
  tell_about_service_discovery(c);
  std::string said = "a whole installation";
  for (const std::string& variant : threescale::variants(c)) said += ", " + variant;
  return sdk::done(said);
}

sdk::ApplyResult CheckInstallation::apply(sdk::Context&) {
  return sdk::applied("nothing to change");
}

sdk::CheckResult ReadSettings::check(sdk::Context& c) {
  // Only objects that are still to be created need them.
  bool all_there = c.get("DeploymentConfig", "zync-que").has_value();
  for (const NewStream& stream : kNewStreams) {
    if (c.get("DeploymentConfig", stream.follower) && !c.get("ImageStream", stream.name)) all_there = false;
  }
  return all_there ? sdk::done("every new object is there already") : sdk::pending("new objects take them over");
}

sdk::ApplyResult ReadSettings::apply(sdk::Context& c) {
  const Settings read = read_settings(c);
  c.set_value("app-label", read.app_label);
  c.set_value("import-insecure", read.import_insecure);
  return sdk::applied("label app=" + read.app_label + ", images are imported " +
                      (read.import_insecure ? "without checking the registry's certificate" : "with TLS checks"));
}

}  // namespace upshift::hop_2_5_2_6
