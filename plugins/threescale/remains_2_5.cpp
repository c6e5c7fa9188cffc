// What a project on the images of 2.6 still has of 2.5.
#include <algorithm>
#include <array>

#include "threescale/deployments.hpp"
#include "threescale/installation.hpp"
#include "threescale/objects.hpp"
#include "threescale/remains.hpp"

namespace upshift::threescale {
namespace {

using Words = std::vector<std::string>;

void find_wildcard_router(sdk::Context& c, Words& remains) {
  for (const auto& [kind, name] :
       {std::pair{"DeploymentConfig", "apicast-wildcard-router"}, std::pair{"Service", "apicast-wildcard-router"},
        std::pair{"ImageStream", "amp-wildcard-router"}}) {
    if (c.get(kind, name)) remains.push_back(std::string(kind) + "/" + name + " is still there");
  }
}

void find_old_images(sdk::Context& c, Words& remains) {
  for (const std::string_view stream : {"amp-system", "amp-apicast", "amp-backend", "amp-zync"}) {
    const auto object = c.get("ImageStream", stream);
    if (!object || (stream == "amp-system" && uses_oracle(c))) continue;
    const Json* latest = tag(*object, "latest");
    if (latest == nullptr || short_version(sdk::string_at(*latest, "/from/name")) != "2.6") {
      remains.push_back("ImageStream/" + std::string(stream) + " does not follow 2.6");
    }
  }
}

void find_old_databases(sdk::Context& c, Words& remains) {
  for (const std::string_view name : kDatabases) {
    const Deployment& facts = deployment_of(name);
    const auto object = c.get("DeploymentConfig", name);
    if (!object || image_trigger(*object, std::string(facts.stream) + ":latest")) continue;
    const auto other = trigger_of_container(*object, facts.container);
    // Somebody's own stream is kept; the old shared one is not.
    const std::string from =
        other ? sdk::string_at((*object)["spec"]["triggers"][*other], "/imageChangeParams/from/name") : "";
    if (!other || from.rfind("postgresql:", 0) == 0) {
      remains.push_back("DeploymentConfig/" + std::string(name) + " does not follow its image stream");
    }
  }
}

void find_old_release(sdk::Context& c, const Json& system_app, Words& remains) {
  const auto environment = c.get("ConfigMap", "system-environment");
  const std::string stated = environment ? sdk::string_at(*environment, "/data/AMP_RELEASE") : "";
  if (short_version(stated) != "2.6") remains.push_back("ConfigMap/system-environment states AMP_RELEASE " + stated);
  for (const Json& each : sdk::array_at(system_app, kContainers)) {
    const Json* env = sdk::named(sdk::array_at(each, "/env"), "AMP_RELEASE");
    if (env != nullptr && sdk::find(*env, "/value") != nullptr) {
      remains.push_back("DeploymentConfig/system-app has a literal AMP_RELEASE");
      return;
    }
  }
}

struct ExpectedEnv {
  std::string_view deployment, list, container, name;
};
constexpr std::array kExpectedEnv = {
    ExpectedEnv{"system-app", kContainers, "system-master", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"system-app", kContainers, "system-provider", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"system-app", kContainers, "system-developer", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"system-sidekiq", kInitContainers, "check-svc", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"system-sidekiq", kContainers, "system-sidekiq", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"system-sphinx", kContainers, "system-sphinx", "MESSAGE_BUS_REDIS_URL"},
    ExpectedEnv{"backend-worker", kInitContainers, "backend-redis-svc", "CONFIG_QUEUES_SENTINEL_HOSTS"},
    ExpectedEnv{"backend-cron", kInitContainers, "backend-redis-svc", "CONFIG_QUEUES_SENTINEL_HOSTS"},
    ExpectedEnv{"zync", kContainers, "zync", "POD_NAME"},
};

void find_missing_objects(sdk::Context& c, Words& remains) {
  for (const auto& [kind, name] : {std::pair{"DeploymentConfig", "zync-que"}, std::pair{"Role", "zync-que-role"},
                                   std::pair{"RoleBinding", "zync-que-rolebinding"},
                                   std::pair{"ServiceAccount", "zync-que-sa"}, std::pair{"ServiceAccount", "amp"}}) {
    if (!c.get(kind, name)) remains.push_back(std::string(kind) + "/" + name + " is missing");
  }
  const auto redis = c.get("Secret", "system-redis");
  if (redis && !sdk::object_at(*redis, "/data").contains("MESSAGE_BUS_URL")) {
    remains.push_back("Secret/system-redis lacks MESSAGE_BUS_URL");
  }
  for (const std::string_view name : kDatabases) {
    const std::string_view stream = deployment_of(name).stream;
    if (c.get("DeploymentConfig", name) && !c.get("ImageStream", stream)) {
      remains.push_back("ImageStream/" + std::string(stream) + " is missing");
    }
  }
}

void find_missing_env(sdk::Context& c, Words& remains) {
  for (const ExpectedEnv& row : kExpectedEnv) {
    const auto object = c.get("DeploymentConfig", row.deployment);
    const Json* found = object ? container(*object, row.container, row.list) : nullptr;
    if (found != nullptr && sdk::named(sdk::array_at(*found, "/env"), row.name) == nullptr) {
      remains.push_back("container " + std::string(row.container) + " of DeploymentConfig/" +
                        std::string(row.deployment) + " lacks " + std::string(row.name));
    }
  }
}

void find_old_routes(sdk::Context& c, Words& remains) {
  constexpr std::array<std::string_view, 6> kOld = {"system-master",       "system-provider-admin",
                                                    "system-developer",    "api-apicast-production",
                                                    "api-apicast-staging", "apicast-wildcard-router"};
  for (const std::string_view name : kOld) {
    const auto route = c.get("Route", name);
    if (route && !is_made_by_zync(*route)) remains.push_back("Route/" + std::string(name) + " is not Zync's");
  }
}

void find_default_accounts(sdk::Context& c, Words& remains) {
  for (const Deployment& row : kDeployments) {
    const auto object = row.last.empty() ? c.get("DeploymentConfig", row.name) : std::nullopt;
    if (object && service_account(*object).empty()) {
      remains.push_back("DeploymentConfig/" + std::string(row.name) + " runs as the default account");
    }
  }
}

}  // namespace

Words remains_of_2_5(sdk::Context& c) {
  Words remains;
  find_wildcard_router(c, remains);
  find_missing_objects(c, remains);
  find_old_images(c, remains);
  find_old_databases(c, remains);
  if (const auto app = c.get("DeploymentConfig", "system-app")) find_old_release(c, *app, remains);
  find_missing_env(c, remains);
  find_old_routes(c, remains);
  find_default_accounts(c, remains);
  return remains;
}

}  // namespace upshift::threescale
