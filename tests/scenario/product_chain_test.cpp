// The product's real templates from hop to hop: the end of each against a fresh installation of the next version, and
// the whole way from 2.3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/product_templates.hpp"
#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

void expect_like_fresh(const Rehearsal& rehearsal, const std::string& version) {
  ASSERT_EQ(rehearsal.process.exit_status, 0) << rehearsal.process.standard_output << rehearsal.process.standard_error;
  ASSERT_FALSE(rehearsal.project.is_null());
  ASSERT_FALSE(fresh(version).project.is_null()) << fresh(version).process.standard_error;
  for (const auto& difference : differences(rehearsal.project, fresh(version).project, differences_of(version))) {
    ADD_FAILURE() << difference.text();
  }
}

struct Way {
  const char *from, *to;
};
const std::vector<Way> kWays = {{"2.3", "2.4"}, {"2.4", "2.5"}, {"2.5", "2.6"}, {"2.3", "2.6"}, {"2.4", "2.6"}};
void PrintTo(const Way& way, std::ostream* out) {
  *out << way.from << " to " << way.to;
}
class ProductTemplateChain : public ::testing::TestWithParam<Way> {};

TEST_P(ProductTemplateChain, EndsLikeAFreshInstallationApartFromTheLastingDifferences) {
  expect_like_fresh(upgraded(GetParam().from, GetParam().to), GetParam().to);
}

// Keys of a secret that only the upgraded one lacks would be hidden by their generated values.
TEST_P(ProductTemplateChain, LacksNoObjectAndNoKeyThatAFreshInstallationHas) {
  const Json end = upgraded(GetParam().from, GetParam().to).project;
  ASSERT_FALSE(end.is_null());
  const auto objects = comparable_objects(end);
  for (const auto& [name, wanted] : comparable_objects(fresh(GetParam().to).project)) {
    const auto found = objects.find(name);
    if (name.starts_with("Route/zync-")) continue;
    ASSERT_NE(found, objects.end()) << name;
    for (const auto& [key, value] : object_at(wanted, "/data").items()) {
      EXPECT_TRUE(object_at(found->second, "/data").contains(key)) << name << " lacks " << key;
    }
  }
}

// Texts of YAML that are allowed to differ say the same.
TEST_P(ProductTemplateChain, HasTheSwitchesOfAFreshInstallation) {
  const auto switches = [](Json project) {
    const Json* system = project.is_null() ? nullptr : object_in(project, "ConfigMap", "system");
    if (system == nullptr) return Json("there is no ConfigMap/system");
    const auto documents = parse_yaml(string_at(*system, "/data/rolling_updates.yml"), "rolling_updates.yml");
    return documents && documents->size() == 1 ? documents->front() : Json("cannot be read");
  };
  EXPECT_EQ(switches(upgraded(GetParam().from, GetParam().to).project), switches(fresh(GetParam().to).project));
}

TEST_P(ProductTemplateChain, EndsWithEveryPodReady) {
  const Json end = upgraded(GetParam().from, GetParam().to).project;
  ASSERT_FALSE(end.is_null());
  std::size_t looked_at = 0;
  for (const auto& item : array_at(end, "/items")) {
    if (string_at(item, "/kind") != "DeploymentConfig") continue;
    ++looked_at;
    EXPECT_EQ(int_at(item, "/status/availableReplicas"), int_at(item, "/spec/replicas"))
        << string_at(item, "/metadata/name");
  }
  EXPECT_GE(looked_at, 15U);
}

TEST_P(ProductTemplateChain, ChangesNothingASecondTime) {
  const auto& first = upgraded(GetParam().from, GetParam().to);
  ASSERT_FALSE(first.project.is_null());
  const auto second = rehearse_project(first.project, {"--to", GetParam().to});
  EXPECT_EQ(second.process.exit_status, 0) << second.process.standard_error;
  EXPECT_THAT(string_at(second.report, "/summary"), HasSubstr("nothing to do"));
  for (const auto& difference : differences(first.project, second.project, {})) ADD_FAILURE() << difference.text();
}

INSTANTIATE_TEST_SUITE_P(EveryWay, ProductTemplateChain, ::testing::ValuesIn(kWays), [](const auto& instance) {
  std::string name = std::string("From") + instance.param.from + "To" + instance.param.to;
  std::erase(name, '.');
  return name;
});

TEST(ProductTemplateChainAllowed, DifferencesAreAllNeeded) {
  for (const char* version : {"2.4", "2.5", "2.6"}) {
    std::set<std::size_t> used;
    for (const Way& way : kWays) {
      if (std::string(way.to) != version) continue;
      differences(upgraded(way.from, way.to).project, fresh(version).project, differences_of(version), &used);
    }
    const auto& allowed = differences_of(version);
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      EXPECT_TRUE(used.contains(i)) << version << ": " << allowed[i].object << " " << allowed[i].pointer;
    }
  }
}

// The secrets hold what the containers ran with, not something new.
TEST(ProductTemplateChainSettings, AreTakenFromTheRunningContainers) {
  Json before = fresh("2.3").project, after = upgraded("2.3", "2.6").project;
  ASSERT_FALSE(before.is_null() || after.is_null());
  const auto literal = [&before](const std::string& dc, const std::string& container, const std::string& variable) {
    for (const auto& each : array_at(*object_in(before, "DeploymentConfig", dc), "/spec/template/spec/containers")) {
      if (string_at(each, "/name") != container) continue;
      for (const auto& env : array_at(each, "/env")) {
        if (string_at(env, "/name") == variable) return string_at(env, "/value");
      }
    }
    return std::string("there is none");
  };
  const auto secret = [&after](const std::string& name, const std::string& key) {
    return decode_base64(string_at(*object_in(after, "Secret", name), "/data/" + key)).value_or("not base64");
  };
  EXPECT_EQ(secret("system-database", "URL"), literal("system-app", "system-provider", "DATABASE_URL"));
  EXPECT_EQ(secret("system-database", "DB_PASSWORD"), literal("system-mysql", "system-mysql", "MYSQL_PASSWORD"));
  EXPECT_EQ(secret("system-app", "SECRET_KEY_BASE"), literal("system-app", "system-provider", "SECRET_KEY_BASE"));
  EXPECT_EQ(secret("system-seed", "ADMIN_PASSWORD"), literal("system-app", "system-provider", "USER_PASSWORD"));
  EXPECT_EQ(secret("backend-internal-api", "password"),
            literal("backend-listener", "backend-listener", "CONFIG_INTERNAL_API_PASSWORD"));
  EXPECT_EQ(secret("system-events-hook", "PASSWORD"),
            literal("backend-worker", "backend-worker", "CONFIG_EVENTS_HOOK_SHARED_SECRET"));
  EXPECT_EQ(secret("system-master-apicast", "BASE_URL"),
            literal("apicast-wildcard-router", "apicast-wildcard-router", "API_HOST"));
}

// An installation of 2.3 whose next versions were installed by the guide's first edition: newer images on the literals
// of 2.3, and the release written as a literal.
TEST(ProductTemplateChainOrigin, Of23OnNewerImagesGetsWhatTheGuideNeverMade) {
  Json project = fresh("2.3").project;
  ASSERT_FALSE(project.is_null());
  for (auto& item : project["items"]) {
    const auto name = string_at(item, "/metadata/name");
    if (string_at(item, "/kind") != "ImageStream" || name == "amp-wildcard-router" || !name.starts_with("amp-"))
      continue;
    const std::string repository = name == "amp-apicast" ? "apicast-gateway" : name.substr(4);
    item["spec"]["tags"].push_back(
        {{"name", "2.5.0"},
         {"from", {{"kind", "DockerImage"}, {"name", "registry.access.redhat.com/3scale-amp25/" + repository}}}});
    for (auto& tag : item["spec"]["tags"]) {
      if (tag["name"] == "latest") tag["from"]["name"] = "2.5.0";
    }
  }
  const auto whole = rehearse_project(project, {"--to", "2.6"});
  ASSERT_EQ(whole.process.exit_status, 0) << whole.process.standard_output << whole.process.standard_error;
  EXPECT_EQ(string_at(whole.report, "/detection/version"), "2.3");
  EXPECT_THAT(to_text(object_at(whole.report, "/detection")), HasSubstr("2.3-origin"));
  // New switches came after the images: nothing but a restart of their own makes the application read them.
  auto allowed = differences_of("2.6");
  allowed.push_back({"ConfigMap/system", "/metadata/annotations", "what its readers were restarted for"});
  allowed.push_back({"DeploymentConfig/system-*", "/spec/template/metadata/annotations", "likewise"});
  for (const auto& difference : differences(whole.project, fresh("2.6").project, allowed)) {
    ADD_FAILURE() << difference.text();
  }
}

TEST(ProductTemplateChainOrigin, ExportOfALiveProjectOf23ReachesTheEnd) {
  const auto live = rehearse({"--manifest", shared("live/live23.json"), "--to", "2.6"});
  ASSERT_EQ(live.process.exit_status, 0) << live.process.standard_output << live.process.standard_error;
  EXPECT_THAT(string_at(rehearse_project(live.project, {"--to", "2.6"}).report, "/summary"),
              HasSubstr("nothing to do"));
}

}  // namespace
}  // namespace upshift::testing
