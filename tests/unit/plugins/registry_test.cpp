#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

constexpr const char* kDockerConfig = R"({"auths":{"registry.redhat.io":{"auth":"aGlkZGVuOnZhbHVl"}}})";

class Registry : public ::testing::Test {
 protected:
  Registry() { install_2_5(loaded_.host); }

  Json secret() const {
    const auto text = sdk::secret_value(object_of(loaded_.host, "Secret", "pull"), ".dockerconfigjson");
    return Json::parse(text.value());
  }
  void put_secret(const std::string& dockerconfig) {
    loaded_.host.put({{"kind", "Secret"},
                      {"metadata", {{"name", "pull"}}},
                      {"type", "kubernetes.io/dockerconfigjson"},
                      {"data", {{".dockerconfigjson", sdk::encode_base64(dockerconfig)}}}});
  }

  Json parameters_ = {{"credentials-file", kDockerConfig},
                      {"registry-host", "registry.redhat.io"},
                      {"secret-name", "pull"},
                      {"service-account", "amp"},
                      {"databases", {"system-mysql", "zync-database", "not-here"}},
                      {"application", {"system-app"}},
                      {"others", {"gone"}}};
  LoadedPlugin loaded_{"registry"};
};

TEST_F(Registry, CreatesTheSecretFromTheUsersFile) {
  ASSERT_TRUE(loaded_.step("registry/credentials", parameters_).ok());
  EXPECT_EQ(object_of(loaded_.host, "Secret", "pull")["type"], "kubernetes.io/dockerconfigjson");
  EXPECT_EQ(secret()["auths"]["registry.redhat.io"]["auth"], "aGlkZGVuOnZhbHVl");
  EXPECT_EQ(loaded_.plugin.verify("registry/credentials", parameters_).state(), "ok");
  EXPECT_EQ(loaded_.plugin.check("registry/credentials", parameters_).state(), "done");
}

TEST_F(Registry, TakesADownloadedPullSecretAsYamlAndAsJson) {
  const std::string data = sdk::encode_base64(kDockerConfig);
  const std::string files[] = {
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  .dockerconfigjson: " + data + "\ntype: any\n",
      Json{{"kind", "Secret"}, {"data", {{".dockerconfigjson", data}}}}.dump()};
  for (const std::string& file : files) {
    loaded_.host.erase("Secret", "pull");
    parameters_["credentials-file"] = file;
    ASSERT_TRUE(loaded_.step("registry/credentials", parameters_).ok());
    EXPECT_TRUE(secret()["auths"].contains("registry.redhat.io"));
  }
}

TEST_F(Registry, KeepsAGoodSecretWhateverTheFileSays) {
  put_secret(R"({"auths":{"https://registry.redhat.io/v1/":{"auth":"b2xkOm9sZA=="}}})");
  parameters_.erase("credentials-file");
  EXPECT_EQ(loaded_.plugin.check("registry/credentials", parameters_).state(), "done");
}

TEST_F(Registry, AddsTheHostToASecretThatHasOthers) {
  put_secret(R"({"auths":{"quay.io":{"auth":"cXVheTpxdWF5"}}})");
  ASSERT_TRUE(loaded_.step("registry/credentials", parameters_).ok());
  EXPECT_EQ(secret()["auths"]["quay.io"]["auth"], "cXVheTpxdWF5");
  EXPECT_TRUE(secret()["auths"].contains("registry.redhat.io"));
}

TEST_F(Registry, IsBlockedByCredentialsThatDoNotFitAndShowsNoneOfThem) {
  const struct {
    Json file;
    const char* said;
  } cases[] = {{nullptr, "registry.credentials-file"},
               {"not json", "no dockerconfigjson"},
               {R"({"auths":{}})", "no dockerconfigjson"},
               {R"({"auths":{"quay.io":{"auth":"aGlkZGVu"}}})", "it has: quay.io"}};
  for (const auto& each : cases) {
    parameters_["credentials-file"] = each.file;
    const Outcome outcome = loaded_.plugin.check("registry/credentials", parameters_);
    EXPECT_EQ(outcome.state(), "blocked") << each.said;
    EXPECT_NE(outcome.summary().find(each.said), std::string::npos) << outcome.summary();
    EXPECT_EQ(outcome.summary().find("aGlkZGVu"), std::string::npos);
  }
}

TEST_F(Registry, IsBlockedByASecretOfAnotherType) {
  loaded_.host.put(
      {{"kind", "Secret"}, {"metadata", {{"name", "pull"}}}, {"type", "Opaque"}, {"data", {{"a", "Yg=="}}}});
  EXPECT_EQ(loaded_.plugin.check("registry/credentials", parameters_).state(), "blocked");
}

TEST_F(Registry, AddsThePullSecretToTheAccountAndKeepsWhatItHas) {
  loaded_.host.put({{"kind", "ServiceAccount"},
                    {"metadata", {{"name", "amp"}}},
                    {"imagePullSecrets", Json::array({{{"name", "amp-dockercfg-x"}}})}});
  ASSERT_TRUE(loaded_.step("registry/service-account", parameters_).ok());
  ASSERT_TRUE(loaded_.step("registry/service-account", parameters_).ok());
  const Json secrets = object_of(loaded_.host, "ServiceAccount", "amp")["imagePullSecrets"];
  EXPECT_EQ(secrets.size(), 2U);
  EXPECT_EQ(count_named(secrets, "pull"), 1U);
}

TEST_F(Registry, CreatesAMissingAccount) {
  ASSERT_TRUE(loaded_.step("registry/service-account", parameters_).ok());
  EXPECT_EQ(object_of(loaded_.host, "ServiceAccount", "amp")["imagePullSecrets"][0]["name"], "pull");
}

TEST_F(Registry, GrantsTheAccountWhatTheDefaultAccountHas) {
  const auto binding = [&](const char* name, const char* subject, const char* project) {
    loaded_.host.put(
        {{"kind", "RoleBinding"},
         {"metadata", {{"name", name}, {"namespace", "shop"}}},
         {"roleRef", {{"kind", "ClusterRole"}, {"name", "view"}}},
         {"subjects", Json::array({{{"kind", "ServiceAccount"}, {"name", subject}, {"namespace", project}}})}});
  };
  binding("viewer", "default", "shop");
  binding("builders", "builder", "shop");
  binding("of-others", "default", "elsewhere");
  ASSERT_TRUE(loaded_.step("registry/grants", parameters_).ok());
  EXPECT_EQ(object_of(loaded_.host, "RoleBinding", "viewer")["subjects"][1]["name"], "amp");
  EXPECT_EQ(object_of(loaded_.host, "RoleBinding", "builders")["subjects"].size(), 1U);
  EXPECT_EQ(object_of(loaded_.host, "RoleBinding", "of-others")["subjects"].size(), 1U);
  EXPECT_EQ(loaded_.plugin.check("registry/grants", parameters_).state(), "done");
}

TEST_F(Registry, MovesAWaveAndWaitsForItsRollouts) {
  const Outcome checked = loaded_.plugin.check("registry/databases", parameters_);
  EXPECT_EQ(checked.state(), "pending");
  EXPECT_NE(checked.warning().find("zync-database"), std::string::npos) << "its emptyDir is emptied";
  const Outcome applied = loaded_.plugin.apply("registry/databases", parameters_);
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ(applied.await().size(), 2U);
  EXPECT_EQ(
      object_of(loaded_.host, "DeploymentConfig", "system-mysql")["spec"]["template"]["spec"]["serviceAccountName"],
      "amp");
  EXPECT_EQ(loaded_.plugin.verify("registry/databases", parameters_).state(), "ok");
  settle(loaded_.host);
  EXPECT_EQ(loaded_.plugin.check("registry/databases", parameters_).state(), "done");
}

TEST_F(Registry, WaitsForARolloutThatAnEarlierRunHadBegun) {
  ASSERT_TRUE(loaded_.step("registry/application", parameters_).ok());
  edit(loaded_.host, "DeploymentConfig", "system-app", [](Json& dc) { dc["status"]["availableReplicas"] = 0; });
  loaded_.host.forget_calls();
  const Outcome outcome = loaded_.step("registry/application", parameters_);
  EXPECT_EQ(outcome.await().size(), 1U);
  EXPECT_TRUE(loaded_.host.changes().empty());
}

TEST_F(Registry, LeavesAnAccountOfTheUsersOwn) {
  edit(loaded_.host, "DeploymentConfig", "system-app",
       [](Json& dc) { dc["spec"]["template"]["spec"]["serviceAccountName"] = "privileged"; });
  const Outcome outcome = loaded_.step("registry/application", parameters_);
  EXPECT_EQ(outcome.state(), "done");
  EXPECT_NE(outcome.warning().find("privileged"), std::string::npos);
}

TEST_F(Registry, DoesNotConcernDeploymentConfigsThatAreAbsent) {
  EXPECT_EQ(loaded_.plugin.check("registry/others", parameters_).state(), "not_applicable");
}

}  // namespace
}  // namespace upshift::testing
