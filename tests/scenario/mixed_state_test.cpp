// Installations that are not as their version is: half-done upgrades, contradictions, DeploymentConfigs that the user
// has paused, scaled down or taken away. Each is recognised and said, and goes as far as it can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "scenario/variants.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

const Json& sample(const std::string& version) {
  static std::map<std::string, Json> kept;
  auto at = kept.find(version);
  if (at == kept.end()) {
    at = kept.emplace(version, rehearse({"--sample", "threescale-" + version, "--to", version}).project).first;
  }
  return at->second;
}

void follow(Json& project, const std::string& stream, const std::string& tag, const std::string& image) {
  Json& object = *object_in(project, "ImageStream", stream);
  if (!image.empty()) {
    object["spec"]["tags"].push_back({{"name", tag}, {"from", {{"kind", "DockerImage"}, {"name", image}}}});
  }
  for (auto& each : object["spec"]["tags"]) {
    if (each["name"] == "latest") each["from"]["name"] = tag;
  }
}

void drop_env(Json& owner) {
  Json kept = Json::array();
  for (const auto& variable : array_at(owner, "/env")) {
    if (string_at(variable, "/name") != "SECRET_KEY_BASE") kept.push_back(variable);
  }
  owner["env"] = kept;
}

struct Mixed {
  const char* case_name;
  const char* version;  // of the sample
  std::function<void(Json&)> change;
  const char* detected;
  const char* said;          // within summary and evidence
  int exit_status;           // of an upgrade to 2.5
  const char* outcome = "";  // within the report, where the upgrade stops
};
void PrintTo(const Mixed& mixed, std::ostream* out) {
  *out << mixed.case_name;
}

const std::vector<Mixed>& mixed_states() {
  static const std::vector<Mixed> kStates = {
      {"ImagesOf24OnSettingsOf23", "2.3",
       [](Json& project) { follow(project, "amp-system", "2.4.0", "registry.access.redhat.com/3scale-amp24/system"); },
       "2.3", "half-done upgrade to 2.4", 0},
      {"TagOf24IsThereAndNothingElse", "2.3",
       [](Json& project) {
         (*object_in(project, "ImageStream", "amp-system"))["spec"]["tags"].push_back(
             {{"name", "2.4.0"},
              {"from", {{"kind", "DockerImage"}, {"name", "registry.access.redhat.com/3scale-amp24/system"}}}});
       },
       "2.3", "half-done upgrade to 2.4", 0},
      {"ImagesOf25OnSettingsOf24", "2.4",
       [](Json& project) { follow(project, "amp-system", "2.5.0", "registry.access.redhat.com/3scale-amp25/system"); },
       "2.4", "amp-apicast is at 2.4.0", 0},
      {"TagsOfTwoVersions", "2.5",
       [](Json& project) { follow(project, "amp-zync", "2.4.0", "registry.access.redhat.com/3scale-amp24/zync"); },
       "2.4", "amp-zync is at 2.4.0", 0},
      {"ReleaseThatLies", "2.4",
       [](Json& project) { (*object_in(project, "ConfigMap", "system-environment"))["data"]["AMP_RELEASE"] = "2.6"; },
       "2.4", "AMP_RELEASE says 2.6, the images are 2.4", 0},
      {"ScaledToZero", "2.4",
       [](Json& project) { (*object_in(project, "DeploymentConfig", "apicast-staging"))["spec"]["replicas"] = 0; },
       "2.4", "apicast-staging is scaled to zero", 0},
      {"ScaledToZeroWhereACommandMustRun", "2.4",
       [](Json& project) { (*object_in(project, "DeploymentConfig", "system-app"))["spec"]["replicas"] = 0; }, "2.4",
       "system-app is scaled to zero", 3, "scale it up first"},
      {"Paused", "2.4",
       [](Json& project) { (*object_in(project, "DeploymentConfig", "backend-worker"))["spec"]["paused"] = true; },
       "2.4", "backend-worker is paused", 3, "oc rollout resume dc/backend-worker"},
      {"WithoutSphinx", "2.4", [](Json& project) { remove_object(project, "DeploymentConfig", "system-sphinx"); },
       "2.4", "DeploymentConfig/system-sphinx", 0},
      {"WithoutTheWildcardRouter", "2.3",
       [](Json& project) {
         for (const char* kind : {"DeploymentConfig", "Service", "Route"}) {
           remove_object(project, kind, "apicast-wildcard-router");
         }
       },
       "2.3", "DeploymentConfig/apicast-wildcard-router", 0},
      {"SecretOf23ThatNothingTells", "2.3",
       [](Json& project) {
         for (const char* dc : {"system-app", "system-sidekiq", "system-resque", "system-sphinx"}) {
           Json& spec = (*object_in(project, "DeploymentConfig", dc))["spec"];
           if (spec["strategy"]["rollingParams"].contains("pre"))
             drop_env(spec["strategy"]["rollingParams"]["pre"]["execNewPod"]);
           for (auto& container : spec["template"]["spec"]["containers"]) drop_env(container);
         }
       },
       "2.3", "3scale 2.3", 3, "SECRET_KEY_BASE"},
      {"ReleaseThatLiesOnOracle", "2.4",
       [](Json& project) {
         make_oracle(project, "2.4");
         (*object_in(project, "ConfigMap", "system-environment"))["data"]["AMP_RELEASE"] = "2.6";
       },
       "2.4", "AMP_RELEASE says 2.6, the images are 2.4", 0},
      {"OracleWithoutItsBuild", "2.4",
       [](Json& project) {
         make_oracle(project, "2.4");
         remove_object(project, "BuildConfig", "3scale-amp-system-oracle");
       },
       "2.4", "the address in Secret/system-database", 3, "make it from build.yml"},
      {"S3WithoutItsCredentials", "2.4",
       [](Json& project) {
         make_s3(project, "2.4");
         remove_object(project, "Secret", "aws-auth");
       },
       "2.4", "FILE_UPLOAD_STORAGE", 3, "Secret/aws-auth does not exist"},
      {"S3OnImagesOf24AndSettingsOf23", "2.3",
       [](Json& project) {
         make_s3(project, "2.3");
         follow(project, "amp-system", "2.4.0", "registry.access.redhat.com/3scale-amp24/system");
       },
       "2.3", "half-done upgrade to 2.4", 0},
      {"HighAvailabilityWithEveryDatabaseOutside", "2.4",
       [](Json& project) {
         make_highly_available(project, "2.4");
         for (const char* name : {"zync-database", "system-memcache"}) {
           for (const char* kind : {"DeploymentConfig", "Service"}) remove_object(project, kind, name);
         }
         remove_object(project, "ImageStream", "postgresql");
       },
       "2.4", "external-databases", 0},
      {"HighAvailabilityThatIsPaused", "2.4",
       [](Json& project) {
         make_highly_available(project, "2.4");
         (*object_in(project, "DeploymentConfig", "zync"))["spec"]["paused"] = true;
       },
       "2.4", "zync is paused", 3, "oc rollout resume dc/zync"},
  };
  return kStates;
}

class MixedState : public ::testing::TestWithParam<Mixed> {};

TEST_P(MixedState, IsRecognisedAndSaid) {
  const auto& mixed = GetParam();
  Json project = sample(mixed.version);
  ASSERT_FALSE(project.is_null());
  mixed.change(project);
  const auto upgrade = rehearse_project(project, {"--to", "2.5"});
  EXPECT_EQ(upgrade.process.exit_status, mixed.exit_status)
      << upgrade.process.standard_output << upgrade.process.standard_error;
  EXPECT_EQ(string_at(upgrade.report, "/detection/version"), mixed.detected);
  EXPECT_THAT(to_text(object_at(upgrade.report, "/detection")), HasSubstr(mixed.said));
  EXPECT_THAT(to_text(upgrade.report), HasSubstr(mixed.outcome));
  if (mixed.exit_status != 0) return;
  const auto again = rehearse_project(upgrade.project, {"--to", "2.5"});
  EXPECT_THAT(string_at(again.report, "/summary"), HasSubstr("nothing to do"));
}

INSTANTIATE_TEST_SUITE_P(Upgrade, MixedState, ::testing::ValuesIn(mixed_states()),
                         [](const auto& instance) { return std::string(instance.param.case_name); });

TEST(MixedStateScaledToZero, StaysAtZeroWithTheNewImage) {
  Json project = sample("2.4");
  ASSERT_FALSE(project.is_null());
  (*object_in(project, "DeploymentConfig", "apicast-staging"))["spec"]["replicas"] = 0;
  Json end = rehearse_project(project, {"--to", "2.5"}).project;
  ASSERT_FALSE(end.is_null());
  const Json& staging = *object_in(end, "DeploymentConfig", "apicast-staging");
  EXPECT_EQ(int_at(staging, "/spec/replicas"), 0);
  EXPECT_THAT(string_at(staging, "/spec/template/spec/containers/0/image"), HasSubstr("3scale-amp25/apicast-gateway"));
}

// The routes would be gone, and nobody would tell Zync to make new ones.
TEST(MixedStateScaledToZero, KeepsEveryRouteWhereTheResyncCouldNotRun) {
  Json project = sample("2.5");
  ASSERT_FALSE(project.is_null());
  (*object_in(project, "DeploymentConfig", "system-sidekiq"))["spec"]["replicas"] = 0;
  const auto upgrade = rehearse_project(project, {"--to", "2.6"});
  EXPECT_EQ(upgrade.process.exit_status, 3);
  EXPECT_THAT(string_at(upgrade.report, "/summary"), HasSubstr("oc scale dc/system-sidekiq --replicas=1"));
  Json end = upgrade.project;
  ASSERT_FALSE(end.is_null());
  for (const char* name : {"system-master", "system-developer", "api-apicast-production"}) {
    EXPECT_NE(object_in(end, "Route", name), nullptr) << name;
  }
}

TEST(MixedStateGeneratedSecret, IsReplacedByWhatTheContainersRunWith) {
  Json project = sample("2.3");
  ASSERT_FALSE(project.is_null());
  project["items"].push_back({{"apiVersion", "v1"},
                              {"kind", "Secret"},
                              {"metadata", {{"name", "system-app"}}},
                              {"stringData", {{"SECRET_KEY_BASE", "made-at-random"}}}});
  const auto upgrade = rehearse_project(project, {"--to", "2.4"});
  ASSERT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_error;
  EXPECT_THAT(to_text(upgrade.report), HasSubstr("Secret/system-app gets other values than it has"));
  Json end = upgrade.project;
  const auto value = decode_base64(string_at(*object_in(end, "Secret", "system-app"), "/data/SECRET_KEY_BASE"));
  for (const auto& env :
       array_at(*object_in(project, "DeploymentConfig", "system-app"), "/spec/template/spec/containers/0/env")) {
    if (string_at(env, "/name") == "SECRET_KEY_BASE") {
      EXPECT_EQ(value.value_or(""), string_at(env, "/value"));
    }
  }
}

TEST(MixedStateOverride, TakesTheUsersWordForTheVersionWithAWarning) {
  const auto upgrade = rehearse_project(sample("2.5"), {"--from", "2.4", "--to", "2.5"});
  EXPECT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_error;
  EXPECT_THAT(to_text(upgrade.report), HasSubstr("taken as 3scale 2.4, as --from says"));
  for (const auto& difference : differences(sample("2.5"), upgrade.project, {})) ADD_FAILURE() << difference.text();
}

TEST(MixedStateOptional, StepsMoveZyncsDatabaseWithItsContent) {
  const auto upgrade = rehearse_project(sample("2.4"), {"--to", "2.5", "--with", "postgresql", "--with", "oidc"});
  ASSERT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_output << upgrade.process.standard_error;
  EXPECT_THAT(to_text(upgrade.report), HasSubstr("put back 4 rows, and found every one of them"));
  Json end = upgrade.project;
  EXPECT_EQ(int_at(*object_in(end, "DeploymentConfig", "zync"), "/spec/replicas"), 1);
  EXPECT_THAT(to_text(*object_in(end, "DeploymentConfig", "zync-database")), HasSubstr("postgresql-10-rhel7"));
  EXPECT_THAT(to_text((*object_in(end, "ImageStream", "postgresql"))["spec"]), ::testing::Not(HasSubstr("9.5")));
  EXPECT_TRUE(object_at(*object_in(end, "DeploymentConfig", "zync"), "/metadata/annotations").empty());
}

TEST(MixedStateOptional, StepsRenameTheImpersonatingAdministrator) {
  const auto upgrade = rehearse_project(
      sample("2.3"), {"--to", "2.4", "--with", "impersonation", "--set", "2.3-2.4.impersonation-username=root", "--set",
                      "2.3-2.4.impersonation-domain=example.org"});
  ASSERT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_output << upgrade.process.standard_error;
  Json end = upgrade.project;
  EXPECT_EQ(decode_base64(string_at(*object_in(end, "Secret", "system-impersonation"), "/data/username")).value(),
            "root");
  for (const char* name : {"system-app", "system-sidekiq"}) {
    EXPECT_THAT(to_text(*object_in(end, "DeploymentConfig", name)), HasSubstr("IMPERSONATION_ADMIN_DOMAIN")) << name;
  }
  const auto unset = rehearse_project(sample("2.3"), {"--to", "2.4", "--with", "impersonation"});
  EXPECT_EQ(unset.process.exit_status, 3);
  EXPECT_THAT(to_text(unset.report), HasSubstr("2.3-2.4.impersonation-username"));
}

}  // namespace
}  // namespace upshift::testing
