// The sample installations hold together: what refers to something in one finds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.hpp"
#include "cli/sample_versions.hpp"
#include "cli/samples.hpp"

namespace upshift {
namespace {

class SampleTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto text = cli::sample_text(GetParam());
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

TEST_P(SampleTest, IsATemplateWithADefaultForEveryParameter) {
  EXPECT_EQ(template_["kind"], "Template");
  for (const Json& parameter : template_["parameters"]) {
    EXPECT_TRUE(parameter.contains("value") || parameter.contains("generate")) << parameter;
  }
}

TEST_P(SampleTest, TakesVariablesOnlyFromKeysThatAreThere) {
  for (const auto& [name, object] : objects_) check_env(object, name);
}

TEST_P(SampleTest, LeadsRoutesToServicesAndServicesToDeploymentConfigs) {
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

TEST_P(SampleTest, FollowsImageStreamTagsThatAreThereIntoContainersThatAreThere) {
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

TEST_P(SampleTest, MountsOnlyVolumesThatAreThere) {
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

TEST_P(SampleTest, HasNothingLeftOfTheDescriptionsOwnMembers) {
  for (const char* member : {"x-versions", "x-only-in", "x-by-version", "x-inlined-in"}) {
    EXPECT_THAT(template_.dump(), ::testing::Not(::testing::HasSubstr(member)));
  }
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, SampleTest, ::testing::ValuesIn(cli::sample_names()), [](const auto& instance) {
  std::string name = instance.param;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

TEST(SampleNames, AreTheVersionsOfTheDescription) {
  EXPECT_THAT(cli::sample_names(), ::testing::ElementsAre("threescale-2.3", "threescale-2.4", "threescale-2.5"));
}

Json rendered(const char* description, const std::string& version) {
  const auto documents = parse_yaml(description, "a description");
  if (!documents) return documents.error().summary;
  const auto result = cli::render_version(documents->front(), version);
  return result ? *result : Json(result.error().summary);
}

TEST(SampleVersions, RenderRangesChoicesAndInlinedObjects) {
  constexpr const char* kDescription = R"(
x-versions: ["1.9", "1.10", "2.0"]
name: {x-by-version: {until 1.10: old, 2.0 on: new}}
list: [{x-only-in: "1.10", a: 1}, {x-only-in: 2.0 on, b: 2}, {c: 3}]
objects:
  - {kind: Secret, x-inlined-in: until 1.10, metadata: {name: s}, stringData: {k: word}}
  - {kind: Thing, env: [{name: E, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
)";
  EXPECT_EQ(rendered(kDescription, "1.9"),
            Json({{"name", "old"},
                  {"list", Json::array({{{"c", 3}}})},
                  {"objects",
                   Json::array({{{"kind", "Thing"}, {"env", Json::array({{{"name", "E"}, {"value", "word"}}})}}})}}));
  EXPECT_EQ(rendered(kDescription, "1.10")["list"], Json::array({{{"a", 1}}, {{"c", 3}}}));
  const Json newest = rendered(kDescription, "2.0");
  EXPECT_EQ(newest["name"], "new");
  EXPECT_EQ(newest["list"], Json::array({{{"b", 2}}, {{"c", 3}}}));
  EXPECT_EQ(newest["objects"].size(), 2U);
  EXPECT_TRUE(newest["objects"][1]["env"][0].contains("valueFrom"));
}

TEST(SampleVersions, RefuseWhatHasNoValueForAVersion) {
  EXPECT_EQ(rendered("a: {x-by-version: {\"1\": x}}", "2"), "the sample has no value for version 2");
  EXPECT_EQ(rendered("objects:\n- {kind: Secret, x-inlined-in: \"1\", metadata: {name: s}, stringData: {}}\n"
                     "- {env: [{valueFrom: {secretKeyRef: {name: s, key: k}}}]}",
                     "1"),
            "Secret/s of the sample has no key k");
}

}  // namespace
}  // namespace upshift
