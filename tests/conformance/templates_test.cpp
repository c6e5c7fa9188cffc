// The product's real templates, and what a real server made of one of them.
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "base/text.hpp"
#include "conformance/differences.hpp"
#include "emulator/api.hpp"
#include "emulator/template.hpp"

namespace upshift::conformance {
namespace {

using cluster::Response;

const std::filesystem::path kShared = std::filesystem::path(UPSHIFT_SOURCE_DIR) / "../shared";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Project {
  VirtualClock clock{TimePoint{}};
  emulator::Store store{clock, 1};
  emulator::Api api{store};
};

Response create(Project& project, const std::string& name_space, Json object) {
  const auto ref = cluster::ref_of(object);
  if (!ref) return Response{0, ref.error().summary, {}};
  return project.api.handle({"POST", cluster::collection_path(ref->type, name_space), {}, {}, std::move(object)});
}

// Every object of the template, created in `name_space`; what was refused, in words.
std::string create_all(Project& project, const std::string& name_space, const std::string& file,
                       const emulator::Parameters& parameters) {
  const auto documents = parse_yaml(read(kShared / "templates" / file), file);
  if (!documents) return documents.error().summary;
  const auto processed = emulator::process_template(documents->front(), parameters, 1);
  if (!processed) return processed.error().summary;
  std::string refused;
  for (const Json& object : (*processed)["objects"]) {
    const Response response = create(project, name_space, object);
    if (response.status != 201) refused += to_text(response.body) + "\n";
  }
  return refused;
}

class ProductTemplate : public testing::TestWithParam<const char*> {};

TEST_P(ProductTemplate, IsAcceptedObjectByObject) {
  Project project;
  EXPECT_EQ(create_all(project, "3scale", GetParam(), {{"WILDCARD_DOMAIN", "example.com"}}), "");
  EXPECT_GT(project.store.all().size(), 50U);
}

INSTANTIATE_TEST_SUITE_P(All, ProductTemplate,
                         testing::Values("amp-2.3.yml", "amp-2.4.yml", "amp-2.5.yml", "amp-2.6.yml"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                           return name;
                         });

// The template writes two of its generated values into DeploymentConfigs as they are.
void hide_generated_values(Json& config) {
  Json& spec = config["spec"];
  if (find(spec, "/strategy/rollingParams/pre/execNewPod/command/2") != nullptr) {
    Json& command = spec["strategy"]["rollingParams"]["pre"]["execNewPod"]["command"][2];
    const std::string text = command;
    const std::string token = "MASTER_ACCESS_TOKEN=\"";
    if (const auto at = text.find(token); at != std::string::npos) {
      const auto value = at + token.size();
      command = text.substr(0, value) + "<any>" + text.substr(text.find('"', value));
    }
  }
  for (Json& container : spec["template"]["spec"]["containers"]) {
    if (!container.contains("env")) continue;
    for (Json& variable : container["env"]) {
      if (variable["name"] == "MYSQL_ROOT_PASSWORD" && variable.contains("value")) variable["value"] = "<any>";
    }
  }
}

// Takes out what controllers write, and what is random.
Json comparable(Json object) {
  object.erase("status");
  for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"}) {
    object["metadata"].erase(field);
  }
  const std::string kind = string_at(object, "/kind");
  if (kind == "Secret") {
    for (auto& [key, value] : object["data"].items()) value = "<any>";
  }
  if (kind == "Service") {
    object["spec"]["clusterIP"] = "<any>";
    object["spec"]["clusterIPs"] = Json::array({"<any>"});
  }
  if (object["metadata"].contains("annotations")) {
    Json& annotations = object["metadata"]["annotations"];
    std::vector<std::string> written;
    for (const auto& [key, value] : annotations.items()) {
      if (key.starts_with("pv.kubernetes.io/") || key == "openshift.io/image.dockerRepositoryCheck")
        written.push_back(key);
    }
    for (const std::string& key : written) annotations.erase(key);
  }
  if (kind == "PersistentVolumeClaim") object["spec"].erase("volumeName");
  if (kind == "ImageStream") {
    for (Json& tag : object["spec"]["tags"]) tag.erase("generation");
  }
  if (kind == "DeploymentConfig") {
    hide_generated_values(object);
    for (Json& trigger : object["spec"]["triggers"]) {
      if (!trigger.contains("imageChangeParams")) continue;
      trigger["imageChangeParams"].erase("lastTriggeredImage");
      for (const char* list : {"containers", "initContainers"}) {
        if (!object["spec"]["template"]["spec"].contains(list)) continue;
        for (Json& container : object["spec"]["template"]["spec"][list]) {
          const Json& names = trigger["imageChangeParams"]["containerNames"];
          const bool set = std::find(names.begin(), names.end(), container["name"]) != names.end();
          if (set) container["image"] = "<any>";
        }
      }
    }
  }
  return object;
}

TEST(ProductTemplate, LooksAsTheRecordedServerMadeIt) {
  Project project;
  const std::string name_space = "live25";
  ASSERT_EQ(create_all(project, name_space, "amp-2.5.yml", {{"WILDCARD_DOMAIN", "live25.example.com"}}), "");
  const Json live = Json::parse(read(kShared / "live" / "live25.json"));
  std::vector<std::string> found;
  std::size_t compared = 0;
  for (const Json& item : live["items"]) {
    const auto ref = cluster::ref_of(item);
    ASSERT_TRUE(ref);
    const Json* made = project.store.get(*ref);
    if (made == nullptr) continue;
    ++compared;
    for (const std::string& difference : differences(comparable(item), comparable(*made))) {
      found.push_back(ref->display() + difference);
    }
  }
  EXPECT_GE(compared, project.store.all().size() * 9 / 10);
  EXPECT_EQ(join(found, "\n"), "");
}

}  // namespace
}  // namespace upshift::conformance
