// What a user changed in an installation survives the upgrade.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"

namespace upshift::testing {
namespace {

// The settled sample as its own version: a project to change by hand.
const Json& installed_sample() {
  static const Json kProject = rehearse({"--to", "2.5"}).project;
  return kProject;
}

Json* container_in(Json& project, const std::string& deployment_config, const std::string& container) {
  Json* object = object_in(project, "DeploymentConfig", deployment_config);
  if (object == nullptr) return nullptr;
  for (const char* list : {"containers", "initContainers"}) {
    for (auto& item : (*object)["spec"]["template"]["spec"][list]) {
      if (string_at(item, "/name") == container) return &item;
    }
  }
  return nullptr;
}

std::size_t count_env(const Json& container, const std::string& name) {
  std::size_t count = 0;
  for (const auto& variable : array_at(container, "/env")) count += string_at(variable, "/name") == name ? 1U : 0U;
  return count;
}

Json customised() {
  Json project = installed_sample();
  Json& app = *object_in(project, "DeploymentConfig", "system-app");
  app["metadata"]["labels"]["team"] = "payments";
  app["spec"]["replicas"] = 2;
  app["spec"]["template"]["spec"]["containers"].push_back(
      {{"name", "log-shipper"}, {"image", "registry.example.com/tools/shipper:1"}, {"resources", Json::object()}});
  container_in(project, "system-app", "system-provider")
      ->at("env")
      .push_back({{"name", "HTTP_PROXY"}, {"value", "http://proxy:3128"}});
  (*container_in(project, "zync", "zync"))["resources"] = {{"limits", {{"cpu", "3"}}}};
  // Already set by hand, with a value of the user's own.
  container_in(project, "system-sphinx", "system-sphinx")
      ->at("env")
      .push_back({{"name", "REDIS_NAMESPACE"}, {"value", "mine"}});
  Json& redis = *object_in(project, "Secret", "system-redis");
  redis["data"]["MESSAGE_BUS_URL"] = encode_base64("redis://bus.example.com:6379/3");
  redis["data"]["OWN"] = encode_base64("kept");
  return project;
}

const Rehearsal& upgraded_customised() {
  static const Rehearsal kRehearsal = rehearse_project(customised(), {"--to", "2.6"});
  return kRehearsal;
}

TEST(Customised, InstallationIsUpgradedToTheEnd) {
  ASSERT_FALSE(installed_sample().is_null());
  EXPECT_EQ(upgraded_customised().process.exit_status, 0) << upgraded_customised().process.standard_error;
}

TEST(Customised, KeepsLabelsReplicasContainersEnvAndResources) {
  Json project = upgraded_customised().project;
  ASSERT_FALSE(project.is_null());
  const Json& app = *object_in(project, "DeploymentConfig", "system-app");
  EXPECT_EQ(string_at(app, "/metadata/labels/team"), "payments");
  EXPECT_EQ(int_at(app, "/spec/replicas"), 2);
  ASSERT_NE(container_in(project, "system-app", "log-shipper"), nullptr);
  EXPECT_EQ(string_at(*container_in(project, "system-app", "log-shipper"), "/image"),
            "registry.example.com/tools/shipper:1");
  EXPECT_EQ(count_env(*container_in(project, "system-app", "system-provider"), "HTTP_PROXY"), 1U);
  EXPECT_EQ(string_at(*container_in(project, "zync", "zync"), "/resources/limits/cpu"), "3");
}

TEST(Customised, KeepsValuesThatTheUserSetAndAddsOnlyMissingKeys) {
  Json project = upgraded_customised().project;
  ASSERT_FALSE(project.is_null());
  const Json& redis = *object_in(project, "Secret", "system-redis");
  EXPECT_EQ(decode_base64(string_at(redis, "/data/MESSAGE_BUS_URL")).value(), "redis://bus.example.com:6379/3");
  EXPECT_EQ(decode_base64(string_at(redis, "/data/OWN")).value(), "kept");
  for (const char* key : {"NAMESPACE", "SENTINEL_HOSTS", "SENTINEL_ROLE", "MESSAGE_BUS_NAMESPACE",
                          "MESSAGE_BUS_SENTINEL_HOSTS", "MESSAGE_BUS_SENTINEL_ROLE"}) {
    EXPECT_TRUE(object_at(redis, "/data").contains(key)) << key;
  }
  const Json& sphinx = *container_in(project, "system-sphinx", "system-sphinx");
  ASSERT_EQ(count_env(sphinx, "REDIS_NAMESPACE"), 1U);
  for (const auto& variable : array_at(sphinx, "/env")) {
    if (string_at(variable, "/name") == "REDIS_NAMESPACE") {
      EXPECT_EQ(string_at(variable, "/value"), "mine");
    }
  }
}

TEST(Customised, HasNoVariableOrTriggerTwice) {
  Json project = upgraded_customised().project;
  ASSERT_FALSE(project.is_null());
  for (const auto& item : array_at(project, "/items")) {
    if (string_at(item, "/kind") != "DeploymentConfig") continue;
    std::set<std::string> triggers;
    for (const auto& trigger : array_at(item, "/spec/triggers")) {
      const std::string key = string_at(trigger, "/type") + string_at(trigger, "/imageChangeParams/from/name");
      EXPECT_TRUE(triggers.insert(key).second)
          << string_at(item, "/metadata/name") << " has trigger " << key << " twice";
    }
    Json lists = Json::array({array_at(item, "/spec/strategy/rollingParams/pre/execNewPod/env")});
    for (const char* kind : {"/spec/template/spec/containers", "/spec/template/spec/initContainers"}) {
      for (const auto& container : array_at(item, kind)) lists.push_back(array_at(container, "/env"));
    }
    for (const auto& list : lists) {
      std::set<std::string> names;
      for (const auto& variable : list) {
        EXPECT_TRUE(names.insert(string_at(variable, "/name")).second)
            << string_at(item, "/metadata/name") << " has " << string_at(variable, "/name") << " twice";
      }
    }
  }
}

TEST(Customised, ImagesMayBePulledThroughTheClustersOwnRegistry) {
  Json project = installed_sample();
  for (Json& item : project["items"]) {
    if (string_at(item, "/kind") != "ImageStream") continue;
    for (Json& tag : item["spec"]["tags"]) tag["referencePolicy"] = {{"type", "Local"}};
  }
  const Rehearsal upgraded = rehearse_project(project, {"--to", "2.6"});
  EXPECT_EQ(upgraded.process.exit_status, 0) << upgraded.process.standard_error;
}

}  // namespace
}  // namespace upshift::testing
