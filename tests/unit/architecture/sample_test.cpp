// The sample installation holds together: what refers to something in it finds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"
#include "base/json.hpp"

namespace upshift {
namespace {

class SampleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto text = read_file(std::string(UPSHIFT_SOURCE_DIR) + "/config/samples/threescale-2.5.yaml");
    ASSERT_TRUE(text) << text.error().summary;
    const auto documents = parse_yaml(*text, "the sample");
    ASSERT_TRUE(documents) << documents.error().detail;
    ASSERT_EQ(documents->size(), 1U);
    template_ = documents->front();
    for (const Json& object : array_at(template_, "/objects")) {
      EXPECT_TRUE(objects_.emplace(name_of(object), object).second) << name_of(object) << " stands twice";
    }
  }

  static std::string name_of(const Json& object) {
    return string_at(object, "/kind") + "/" + string_at(object, "/metadata/name");
  }

  std::set<std::string> keys_of(const std::string& object) const {
    std::set<std::string> keys;
    const auto found = objects_.find(object);
    if (found == objects_.end()) return keys;
    for (const char* member : {"/data", "/stringData"}) {
      for (const auto& [key, value] : object_at(found->second, member).items()) keys.insert(key);
    }
    return keys;
  }

  // Every env entry anywhere below.
  void check_env(const Json& value, const std::string& where) const {
    if (value.is_object() && value.contains("valueFrom")) {
      for (const auto& [member, kind] :
           {std::pair{"secretKeyRef", "Secret"}, std::pair{"configMapKeyRef", "ConfigMap"}}) {
        const Json* ref = find(value, std::string("/valueFrom/") + member);
        if (ref == nullptr) continue;
        const std::string object = std::string(kind) + "/" + string_at(*ref, "/name");
        EXPECT_TRUE(keys_of(object).contains(string_at(*ref, "/key"))) << where << " needs " << ref->dump();
      }
    }
    if (value.is_structured()) {
      for (const auto& item : value.items()) check_env(item.value(), where);
    }
  }

  Json template_;
  std::map<std::string, Json> objects_;
};

TEST_F(SampleTest, IsATemplateWithADefaultForEveryParameter) {
  EXPECT_EQ(template_["kind"], "Template");
  for (const Json& parameter : template_["parameters"]) {
    EXPECT_TRUE(parameter.contains("value") || parameter.contains("generate")) << parameter;
  }
}

TEST_F(SampleTest, TakesVariablesOnlyFromKeysThatAreThere) {
  for (const auto& [name, object] : objects_) check_env(object, name);
}

TEST_F(SampleTest, LeadsRoutesToServicesAndServicesToDeploymentConfigs) {
  for (const auto& [name, object] : objects_) {
    if (name.starts_with("Route/")) {
      EXPECT_TRUE(objects_.contains("Service/" + string_at(object, "/spec/to/name"))) << name;
    }
    if (name.starts_with("Service/")) {
      EXPECT_TRUE(objects_.contains("DeploymentConfig/" + string_at(object, "/spec/selector/deploymentConfig")))
          << name;
    }
  }
}

TEST_F(SampleTest, FollowsImageStreamTagsThatAreThereIntoContainersThatAreThere) {
  for (const auto& [name, object] : objects_) {
    std::set<std::string> containers;
    for (const char* list : {"/spec/template/spec/containers", "/spec/template/spec/initContainers"}) {
      for (const Json& container : array_at(object, list)) containers.insert(string_at(container, "/name"));
    }
    for (const Json& trigger : array_at(object, "/spec/triggers")) {
      if (string_at(trigger, "/type") != "ImageChange") continue;
      const auto from = string_at(trigger, "/imageChangeParams/from/name");
      EXPECT_TRUE(objects_.contains("ImageStream/" + from.substr(0, from.find(':')))) << name << " follows " << from;
      for (const Json& container : array_at(trigger, "/imageChangeParams/containerNames")) {
        EXPECT_TRUE(containers.contains(container.get<std::string>())) << name << " has no container " << container;
      }
    }
  }
}

TEST_F(SampleTest, MountsOnlyVolumesThatAreThere) {
  for (const auto& [name, object] : objects_) {
    std::set<std::string> volumes;
    for (const Json& volume : array_at(object, "/spec/template/spec/volumes")) {
      volumes.insert(string_at(volume, "/name"));
      const auto claim = string_at(volume, "/persistentVolumeClaim/claimName");
      EXPECT_TRUE(claim.empty() || objects_.contains("PersistentVolumeClaim/" + claim)) << name;
      const auto map = string_at(volume, "/configMap/name");
      EXPECT_TRUE(map.empty() || objects_.contains("ConfigMap/" + map)) << name;
    }
    for (const Json& container : array_at(object, "/spec/template/spec/containers")) {
      for (const Json& mount : array_at(container, "/volumeMounts")) {
        EXPECT_TRUE(volumes.contains(string_at(mount, "/name"))) << name << " mounts " << mount;
      }
    }
  }
}

}  // namespace
}  // namespace upshift
