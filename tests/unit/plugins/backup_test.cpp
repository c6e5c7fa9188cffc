#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

class Backup : public ::testing::Test {
 protected:
  Backup() { install_2_5(loaded_.host); }
  Json parameters_ = {
      {"kinds", {"DeploymentConfig", "Secret", "Route"}},
      {"objects", {"DeploymentConfig/system-app", "ConfigMap/system-environment", "DeploymentConfig/gone"}},
      {"directory", "objects"}};
  LoadedPlugin loaded_{"backup"};
};

TEST_F(Backup, WritesEveryObjectWithAnIndexAndReadsItBack) {
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "pending");
  ASSERT_TRUE(loaded_.plugin.apply("backup/objects", parameters_).ok());
  const Json index = Json::parse(loaded_.host.files.at("objects/index.json"));
  std::size_t secrets = 0;
  for (const Json& entry : index["objects"]) {
    const Json object = Json::parse(loaded_.host.files.at(entry["path"]));
    EXPECT_EQ(object["kind"], entry["kind"]);
    EXPECT_EQ(object["metadata"]["resourceVersion"], entry["resourceVersion"]);
    secrets += entry["kind"] == "Secret" ? 1U : 0U;
  }
  EXPECT_EQ(secrets, 5U);
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).state(), "ok");
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "done");
}

TEST_F(Backup, SavesNamedObjectsWhoseKindIsNotListedAndToleratesAbsentOnes) {
  const Outcome outcome = loaded_.plugin.apply("backup/objects", parameters_);
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(loaded_.host.files.contains("objects/ConfigMap/system-environment.json"));
  EXPECT_FALSE(loaded_.host.files.contains("objects/DeploymentConfig/gone.json"));
  EXPECT_EQ(outcome.diagnostics.size(), 1U) << "the absent object is mentioned";
}

TEST_F(Backup, GoesOnWithoutAKindThatMayNotBeListed) {
  loaded_.host.refuse = [](const Call& call) {
    return call.verb == "list" && sdk::string_at(call.request, "/kind") == "Secret" ? UPSHIFT_STATUS_PERMISSION_DENIED
                                                                                    : UPSHIFT_STATUS_OK;
  };
  const Outcome outcome = loaded_.plugin.apply("backup/objects", parameters_);
  EXPECT_TRUE(outcome.ok());
  EXPECT_NE(outcome.warning().find("Secret"), std::string::npos);
}

TEST_F(Backup, RefusesToBeEmpty) {
  loaded_.host.refuse = [](const Call& call) {
    return call.verb == "list" ? UPSHIFT_STATUS_PERMISSION_DENIED : UPSHIFT_STATUS_OK;
  };
  parameters_["objects"] = Json::array();
  const Outcome outcome = loaded_.plugin.apply("backup/objects", parameters_);
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  EXPECT_FALSE(loaded_.host.files.contains("objects/index.json"));
}

TEST_F(Backup, NoticesAFileThatWasLostOrChangedSince) {
  ASSERT_TRUE(loaded_.plugin.apply("backup/objects", parameters_).ok());
  const std::string path = "objects/Route/backend.json";
  const std::string content = loaded_.host.files.at(path);
  loaded_.host.files[path] = "{\"kind\":\"Route\",\"metadata\":{\"name\":\"other\"}}";
  EXPECT_EQ(loaded_.plugin.verify("backup/objects", parameters_).status, UPSHIFT_STATUS_DATA_LOSS);
  loaded_.host.files.erase(path);
  EXPECT_NE(loaded_.plugin.verify("backup/objects", parameters_).error().find(path), std::string::npos);
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "pending");
  loaded_.host.files[path] = content;
  EXPECT_EQ(loaded_.plugin.check("backup/objects", parameters_).state(), "done");
}

}  // namespace
}  // namespace upshift::testing
