// Each variant of the product over the whole chain, from 2.3 and from 2.4: detected as what it is, its own steps left
// out or done, its settings carried over, every pod ready at the end, nothing left to do.
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "scenario/variants.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;

struct Variant {
  const char* name;
  std::function<void(Json& project, const std::string& version)> make;
  Words detected;
  Words left_out;  // steps that do not concern it
  Words done;      // steps that do
  std::function<void(Json& end)> look_at;
  const char* wildcard_policy = "Subdomain";
};

std::string secret(Json& project, const std::string& name, const std::string& key) {
  const Json* object = object_in(project, "Secret", name);
  return object == nullptr ? "there is none" : decode_base64(string_at(*object, "/data/" + key)).value_or("not base64");
}

// Where the application's containers take a variable from: each source once.
std::set<std::string> sources_of(Json& project, const std::string& variable) {
  std::set<std::string> out;
  for_each_container(project, [&](const std::string& name, Json& container) {
    if (!is_of_application(name, container)) return;
    std::string source = "none";
    for (const auto& each : array_at(container, "/env")) {
      if (string_at(each, "/name") != variable) continue;
      source = string_at(each, "/valueFrom/secretKeyRef/name",
                         string_at(each, "/valueFrom/configMapKeyRef/name", "literal"));
    }
    out.insert(source);
  });
  return out;
}

void expect_no_database_inside(Json& end, const Words& names) {
  for (const auto& name : names) {
    for (const char* kind : {"DeploymentConfig", "ImageStream", "Service"}) {
      EXPECT_EQ(object_in(end, kind, name), nullptr) << kind << " " << name;
    }
  }
}

void look_at_high_availability(Json& end) {
  expect_no_database_inside(end, {"backend-redis", "system-redis", "system-mysql"});
  EXPECT_EQ(secret(end, "system-database", "URL"), kMysqlOutside);
  EXPECT_EQ(secret(end, "system-redis", "URL"), std::string(kRedisOutside) + "1");
  EXPECT_EQ(secret(end, "backend-redis", "REDIS_STORAGE_URL"), std::string(kRedisOutside) + "0");
  EXPECT_EQ(secret(end, "backend-redis", "REDIS_QUEUES_URL"), std::string(kRedisOutside) + "1");
  for (const char* variable : {"DATABASE_URL", "REDIS_URL", "BACKEND_REDIS_URL"}) {
    EXPECT_THAT(sources_of(end, variable), Not(::testing::Contains("literal"))) << variable;
  }
  EXPECT_EQ(int_at(*object_in(end, "DeploymentConfig", "zync-que"), "/spec/replicas"), 2);
  EXPECT_EQ(int_at(*object_in(end, "DeploymentConfig", "system-app"), "/spec/replicas"), 2);
}

void look_at_s3_for_evaluation(Json& end) {
  EXPECT_EQ(object_in(end, "PersistentVolumeClaim", "system-storage"), nullptr);
  const Json& settings = (*object_in(end, "ConfigMap", "system-environment"))["data"];
  EXPECT_EQ(string_at(settings, "/FILE_UPLOAD_STORAGE"), "s3");
  EXPECT_EQ(string_at(settings, "/AWS_BUCKET"), "files");
  EXPECT_EQ(string_at(settings, "/AWS_REGION"), "eu-central-1");
  EXPECT_EQ(secret(end, "aws-auth", "AWS_SECRET_ACCESS_KEY"), "hidden-word");
  for (const char* variable : {"FILE_UPLOAD_STORAGE", "AWS_BUCKET", "AWS_REGION"}) {
    EXPECT_THAT(sources_of(end, variable), ::testing::ElementsAre("system-environment")) << variable;
  }
  EXPECT_THAT(sources_of(end, "AWS_ACCESS_KEY_ID"), ::testing::ElementsAre("aws-auth"));
  for_each_container(end, [](const std::string& name, Json& container) {
    EXPECT_TRUE(object_at(container, "/resources").empty()) << name;
  });
}

void look_at_oracle(Json& end) {
  expect_no_database_inside(end, {"system-mysql"});
  EXPECT_EQ(secret(end, "system-database", "URL"), kOracleOutside);
  EXPECT_EQ(
      string_at(*object_in(end, "BuildConfig", "3scale-amp-system-oracle"), "/spec/strategy/dockerStrategy/from/name"),
      "amp-system:2.6");
  for (const auto& tag : array_at(*object_in(end, "ImageStream", "amp-system"), "/spec/tags")) {
    if (string_at(tag, "/name") == "latest") {
      EXPECT_NE(string_at(tag, "/from/name"), "2.6") << "the build moves it, nobody else";
    }
  }
}

void look_at_postgresql(Json& end) {
  expect_no_database_inside(end, {"system-mysql"});
  EXPECT_EQ(secret(end, "system-database", "URL"), kPostgresql);
  EXPECT_EQ(secret(end, "system-database", "DB_PASSWORD"), "") << "it has MySQL's";
  EXPECT_EQ(int_at(*object_in(end, "DeploymentConfig", "system-postgresql"), "/status/latestVersion"), 1)
      << "it is not the upgrade's to restart";
}

const Words kMysqlSteps = {"2.4-2.5/mysql/credentials", "2.4-2.5/mysql/system-mysql", "2.5-2.6/objects/system-mysql",
                           "2.5-2.6/databases/system-mysql"};

Words operator+(Words left, const Words& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

const std::vector<Variant>& variants() {
  static const std::vector<Variant> kVariants = {
      {"ForHighAvailability",
       make_highly_available,
       {"ha", "external-databases", "subdomain"},
       kMysqlSteps +
           Words{"2.5-2.6/objects/backend-redis", "2.5-2.6/databases/backend-redis", "2.5-2.6/databases/system-redis"},
       {"2.5-2.6/databases/system-memcache", "2.5-2.6/databases/zync-database"},
       look_at_high_availability},
      {"WithFilesInS3ForEvaluationWithoutSubdomain",
       [](Json& project, const std::string& version) {
         make_s3(project, version);
         make_evaluation(project, version);
       },
       {"s3", "eval"},
       {"2.4-2.5/images/oracle-build"},
       {"2.4-2.5/mysql/credentials", "2.5-2.6/databases/system-mysql", "2.5-2.6/routes/resync"},
       look_at_s3_for_evaluation,
       "None"},
      {"OnOracle",
       make_oracle,
       {"oracle", "subdomain"},
       kMysqlSteps,
       {"2.4-2.5/images/oracle-base", "2.4-2.5/images/oracle-build", "2.5-2.6/images/oracle-base",
        "2.5-2.6/images/oracle-build"},
       look_at_oracle},
      {"OnPostgresql",
       make_postgresql,
       {"postgresql", "subdomain"},
       kMysqlSteps,
       {"2.5-2.6/databases/system-redis"},
       look_at_postgresql},
  };
  return kVariants;
}

struct Case {
  const Variant* variant;
  std::string version;
};
void PrintTo(const Case& each, std::ostream* out) {
  *out << each.variant->name << " from " << each.version;
}

std::vector<Case> every_case() {
  std::vector<Case> out;
  for (const auto& variant : variants()) {
    for (const char* version : {"2.3", "2.4"}) out.push_back({&variant, version});
  }
  return out;
}

Json installation(const Variant& variant, const std::string& version) {
  const std::string policy = std::string("WILDCARD_POLICY=") + variant.wildcard_policy;
  Json project = rehearse({"--sample", "threescale-" + version, "--param", policy, "--to", version}).project;
  if (!project.is_null()) variant.make(project, version);
  return project;
}

std::string state_of(const Rehearsal& rehearsal, const std::string& step) {
  for (const auto& each : array_at(rehearsal.report, "/steps")) {
    if (string_at(each, "/id") == step) return string_at(each, "/state");
  }
  return "absent";
}

void expect_every_pod_ready(const Json& end) {
  for (const auto& item : array_at(end, "/items")) {
    if (string_at(item, "/kind") != "DeploymentConfig") continue;
    EXPECT_EQ(int_at(item, "/status/availableReplicas"), int_at(item, "/spec/replicas"))
        << string_at(item, "/metadata/name");
  }
}

class VariantChain : public ::testing::TestWithParam<Case> {};

TEST_P(VariantChain, ReachesTheEndAsWhatItIs) {
  const auto& [variant, version] = GetParam();
  const Json project = installation(*variant, version);
  ASSERT_FALSE(project.is_null());
  auto upgrade = rehearse_project(project, {"--to", "2.6"});
  ASSERT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_output << upgrade.process.standard_error;
  EXPECT_EQ(string_at(upgrade.report, "/detection/version"), version);
  EXPECT_EQ(string_at(upgrade.report, "/detection/summary"), "3scale " + version);
  EXPECT_THAT(upgrade.report["detection"]["variants"].get<Words>(), ElementsAreArray(variant->detected));
  for (const auto& step : variant->left_out) EXPECT_EQ(state_of(upgrade, step), "skipped") << step;
  for (const auto& step : variant->done) EXPECT_EQ(state_of(upgrade, step), "done") << step;
  EXPECT_THAT(upgrade.process.standard_output, Not(HasSubstr("hidden-word")));
  expect_every_pod_ready(upgrade.project);
  variant->look_at(upgrade.project);

  const auto again = rehearse_project(upgrade.project, {"--to", "2.6"});
  EXPECT_EQ(again.process.exit_status, 0) << again.process.standard_error;
  EXPECT_THAT(string_at(again.report, "/summary"), HasSubstr("nothing to do"));
  for (const auto& difference : differences(upgrade.project, again.project, {})) ADD_FAILURE() << difference.text();
}

INSTANTIATE_TEST_SUITE_P(EveryWay, VariantChain, ::testing::ValuesIn(every_case()), [](const auto& instance) {
  std::string name = instance.param.variant->name + std::string("From") + instance.param.version;
  std::erase(name, '.');
  return name;
});

// The gate of each hop waits for the operator's build; declined, the upgrade is half-done and taken up from there.
TEST(VariantChainOracle, IsTakenUpAfterTheGateThatWasDeclined) {
  const Json project = installation(variants()[2], "2.4");
  ASSERT_FALSE(project.is_null());
  const auto stopped = rehearse_project(project, {"--to", "2.5", "--decline", "*/oracle-build"});
  EXPECT_EQ(stopped.process.exit_status, 3);
  EXPECT_EQ(state_of(stopped, "2.4-2.5/images/oracle-build"), "blocked");
  EXPECT_EQ(state_of(stopped, "2.4-2.5/images/amp-system"), "not_reached");
  const auto rest = rehearse_project(stopped.project, {"--to", "2.5"});
  EXPECT_EQ(rest.process.exit_status, 0) << rest.process.standard_output;
  EXPECT_EQ(string_at(rest.report, "/detection/version"), "2.4");
  EXPECT_THAT(string_at(rest.report, "/detection/summary"), HasSubstr("half-done upgrade to 2.5"));
  EXPECT_THAT(to_text(rest.report), HasSubstr("the build is taken on trust"));
}

// As a run does, unless it is told otherwise.
TEST(VariantChainOracle, StopsWhereTheBuildWasNotPushedWhateverTheGateWasTold) {
  const auto stopped =
      rehearse_project(installation(variants()[2], "2.4"), {"--to", "2.5", "--set", "2.4-2.5.oracle-build=check"});
  EXPECT_EQ(stopped.process.exit_status, 1);
  EXPECT_EQ(state_of(stopped, "2.4-2.5/images/oracle-build"), "failed");
  EXPECT_THAT(string_at(stopped.report, "/summary"), HasSubstr("amp-system:latest is older than amp-system:2.5.0"));
}

// Newer images on the literals of 2.3, as the first edition of the guide leaves it, with files in S3.
TEST(VariantChainOrigin, Of23IsFoundBehindNewerImagesAndItsFileStorageCarriedOver) {
  Json project = installation(variants()[1], "2.3");
  ASSERT_FALSE(project.is_null());
  for (const auto& [stream, repository] :
       {std::pair{"amp-system", "system"}, std::pair{"amp-apicast", "apicast-gateway"},
        std::pair{"amp-backend", "backend"}, std::pair{"amp-zync", "zync"}}) {
    Json& tags = (*object_in(project, "ImageStream", stream))["spec"]["tags"];
    const std::string image = std::string("registry.access.redhat.com/3scale-amp25/") + repository;
    tags.push_back({{"name", "2.5.0"}, {"from", {{"kind", "DockerImage"}, {"name", image}}}});
    for (auto& tag : tags) {
      if (tag["name"] == "latest") tag["from"]["name"] = "2.5.0";
    }
  }
  auto upgrade = rehearse_project(project, {"--to", "2.6"});
  ASSERT_EQ(upgrade.process.exit_status, 0) << upgrade.process.standard_output;
  EXPECT_EQ(string_at(upgrade.report, "/detection/version"), "2.3");
  EXPECT_THAT(upgrade.report["detection"]["variants"].get<Words>(), ::testing::ElementsAre("s3", "eval", "2.3-origin"));
  look_at_s3_for_evaluation(upgrade.project);
}

}  // namespace
}  // namespace upshift::testing
