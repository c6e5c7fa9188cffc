// Real exports and templates, where they lie beside the source: they settle, and nothing moves that was at rest.
#include <chrono>
#include <filesystem>

#include "base/file.hpp"
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

const std::filesystem::path kShared = std::filesystem::path(UPSHIFT_SOURCE_DIR) / "../shared";

std::vector<std::string> existing(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    if (std::filesystem::exists(kShared / path)) out.push_back(path);
  }
  return out;
}

Json read_document(const std::string& path) {
  return parse_yaml(read_file(kShared / path).value(), path).value().at(0);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

std::vector<std::string> unready(const Store& store) {
  std::vector<std::string> out;
  for (const Json* config : store.list(*cluster::find_kind("DeploymentConfig"), {})) {
    const Json& status = object_at(*config, "/status");
    if (int_at(status, "/latestVersion") != 1 ||
        int_at(status, "/availableReplicas") != int_at(*config, "/spec/replicas")) {
      out.push_back(string_at(*config, "/metadata/name") + " " + status.dump());
    }
  }
  for (const Json* pod : store.list(*cluster::find_kind("Pod"), {})) {
    if (string_at(*pod, "/status/phase") == "Succeeded") continue;
    for (const Json& condition : array_at(*pod, "/status/conditions")) {
      if (string_at(condition, "/type") == "Ready" && string_at(condition, "/status") != "True") {
        out.push_back(string_at(*pod, "/metadata/name") + " " + object_at(*pod, "/status").dump());
      }
    }
  }
  return out;
}

class Templates : public testing::TestWithParam<std::string> {};

TEST_P(Templates, ComeUpWhole) {
  Emulator emulator({"threescale", kStart, 1});
  const Json document = read_document(GetParam());
  const auto begun = std::chrono::steady_clock::now();
  const Status loaded = emulator.load(document, {{"WILDCARD_DOMAIN", "example.com"}});
  ASSERT_TRUE(loaded) << loaded.error().summary;
  emulator.settle(2h, true);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  RecordProperty("milliseconds", fmt::format("{:.0f}", took.count()));
  EXPECT_THAT(unready(emulator.store()), testing::IsEmpty());
  EXPECT_GE(emulator.store().list(*cluster::find_kind("DeploymentConfig"), {}).size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Of3scale, Templates,
                         testing::ValuesIn(existing({"templates/amp-2.3.yml", "templates/amp-2.4.yml",
                                                     "templates/amp-2.5.yml", "templates/amp-2.6.yml"})),
                         test_name);

class LiveExports : public testing::TestWithParam<std::string> {};

// Objects as they are compared: without what loading gives anew.
std::map<std::string, Json> by_name(const Json& list) {
  std::map<std::string, Json> out;
  for (Json object : array_at(list, "/items")) {
    const std::string kind = string_at(object, "/kind");
    if (kind == "ImageStreamTag" || kind == "Namespace") continue;
    object["metadata"].erase("resourceVersion");
    out[kind + "/" + string_at(object, "/metadata/name")] = std::move(object);
  }
  return out;
}

TEST_P(LiveExports, StayAsTheyWere) {
  const Json document = read_document(GetParam());
  Emulator emulator({"elsewhere", {}, 1});
  const Status loaded = emulator.load(document, {});
  ASSERT_TRUE(loaded) << loaded.error().summary;
  EXPECT_EQ(emulator.name_space(), string_at(document, "/items/0/metadata/namespace"));
  emulator.settle(24h);
  const auto before = by_name(document);
  const auto after = by_name(emulator.snapshot());
  for (const auto& [name, object] : after) {
    const auto known = before.find(name);
    ASSERT_NE(known, before.end()) << name << " is new";
    EXPECT_EQ(object, known->second) << Json::diff(known->second, object).dump();
  }
  EXPECT_EQ(before.size(), after.size());
}

INSTANTIATE_TEST_SUITE_P(Of3scale, LiveExports, testing::ValuesIn(existing({"live/live23.json", "live/live25.json"})),
                         test_name);

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Templates);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LiveExports);

}  // namespace
}  // namespace upshift::emulator
