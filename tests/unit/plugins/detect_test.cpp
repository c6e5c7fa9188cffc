#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plugins/installation.hpp"
#include "unit/plugins/loaded_plugin.hpp"

namespace upshift::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Detect : public ::testing::Test {
 protected:
  Detect() { install_2_5(host_); }
  Json detect() { return loaded_.plugin.detect("3scale").reply; }
  std::vector<std::string> variants() { return detect()["variants"].get<std::vector<std::string>>(); }

  // What the whole hop with its concerns leaves.
  void finish() {
    const Json manifest = loaded_.plugin.manifest();
    for (const Json& stage : manifest["hops"][0]["stages"]) {
      if (stage.contains("uses")) continue;
      for (const Json& step : stage["steps"]) {
        loaded_.step("2.5-2.6/" + stage["id"].get<std::string>() + "/" + step["id"].get<std::string>(),
                     hop_parameters());
        settle(host_);
      }
    }
    for (const char* name : {"system-app", "system-sidekiq", "system-sphinx", "backend-listener", "backend-worker",
                             "backend-cron", "apicast-staging", "apicast-production", "zync", "zync-database",
                             "system-mysql", "system-redis", "backend-redis", "system-memcache"}) {
      edit(host_, "DeploymentConfig", name,
           [](Json& dc) { dc["spec"]["template"]["spec"]["serviceAccountName"] = "amp"; });
    }
    for (const char* route : {"system-master", "system-provider-admin", "system-developer", "api-apicast-production",
                              "api-apicast-staging", "apicast-wildcard-router"}) {
      host_.erase("Route", route);
    }
    host_.put({{"kind", "ServiceAccount"}, {"metadata", {{"name", "amp"}}}});
    host_.erase("DeploymentConfig", "apicast-wildcard-router");
    host_.erase("Service", "apicast-wildcard-router");
    host_.erase("ImageStream", "amp-wildcard-router");
  }

  LoadedPlugin loaded_{"hop-2.5-2.6"};
  FakeHost& host_ = loaded_.host;
};

TEST_F(Detect, FindsTheVersionWithItsEvidence) {
  const Json found = detect();
  EXPECT_EQ(found["version"], "2.5");
  EXPECT_EQ(found["summary"], "3scale 2.5");
  EXPECT_EQ(found["evidence"].size(), 3U);
  EXPECT_TRUE(found["variants"].empty()) << found["variants"];
}

TEST_F(Detect, FindsNothingInAnEmptyProject) {
  LoadedPlugin empty("hop-2.5-2.6");
  EXPECT_FALSE(empty.plugin.detect("3scale").reply["found"]);
}

TEST_F(Detect, TrustsTheImagesMoreThanAStaleRelease) {
  edit(host_, "ConfigMap", "system-environment", [](Json& object) { object["data"]["AMP_RELEASE"] = "2.4.0"; });
  EXPECT_EQ(detect()["version"], "2.5");
}

TEST_F(Detect, SeesVariants) {
  host_.erase("DeploymentConfig", "backend-redis");
  EXPECT_THAT(variants(), Contains("ha"));
  host_.put({{"kind", "Secret"}, {"metadata", {{"name", "aws-auth"}}}});
  EXPECT_THAT(variants(), Contains("s3"));
  edit(host_, "Secret", "system-database",
       [](Json& secret) { secret["data"]["URL"] = sdk::encode_base64("oracle-enhanced://db"); });
  EXPECT_THAT(variants(), Contains("oracle"));
  edit(host_, "DeploymentConfig", "backend-listener",
       [](Json& dc) { dc["spec"]["template"]["spec"]["containers"][0]["resources"] = Json::object(); });
  EXPECT_THAT(variants(), Contains("eval"));
  edit(host_, "Route", "apicast-wildcard-router", [](Json& route) { route["spec"]["wildcardPolicy"] = "Subdomain"; });
  EXPECT_THAT(variants(), Contains("subdomain"));
}

// 2.3 has neither the ConfigMap nor the secret: containers alone tell.
TEST_F(Detect, SeesVariantsOfAnInstallationWithLiterals) {
  host_.erase("ConfigMap", "system-environment");
  host_.erase("Secret", "system-database");
  edit(host_, "DeploymentConfig", "system-app", [](Json& dc) {
    dc["spec"]["template"]["spec"]["containers"][1]["env"] =
        Json::array({{{"name", "FILE_UPLOAD_STORAGE"}, {"value", "s3"}},
                     {{"name", "DATABASE_URL"}, {"value", "oracle-enhanced://system:hidden@db/three"}}});
  });
  const Json found = detect();
  EXPECT_THAT(found["variants"].get<std::vector<std::string>>(), ::testing::ElementsAre("s3", "oracle", "2.3-origin"));
  EXPECT_THAT(found.dump(), HasSubstr("DATABASE_URL of system-app/system-provider"));
  EXPECT_THAT(found.dump(), ::testing::Not(HasSubstr("hidden")));
}

// The last that the hop from 2.3 changes is a command alone.
TEST_F(Detect, FindsAnUpgradeTo24ToBeHalfDoneWhereOnlyACommandOf23IsLeft) {
  edit(host_, "DeploymentConfig", "zync", [](Json& dc) {
    dc["spec"]["template"]["spec"]["initContainers"][0]["command"] = {
        "sh", "-c", "until $(echo -n > /dev/tcp/zync-database/5432); do sleep $SLEEP_SECONDS; done"};
  });
  const Json found = detect();
  EXPECT_EQ(found["version"], "2.3");
  EXPECT_THAT(found["summary"].get<std::string>(), HasSubstr("DeploymentConfig/zync has commands of 2.3"));
}

// Its amp-system:latest is whatever was pushed there.
TEST_F(Detect, TrustsWhatAnOracleBuildStartsFromMoreThanAStaleRelease) {
  edit(host_, "ConfigMap", "system-environment", [](Json& object) { object["data"]["AMP_RELEASE"] = "2.6"; });
  edit(host_, "Secret", "system-database",
       [](Json& secret) { secret["data"]["URL"] = sdk::encode_base64("oracle-enhanced://db"); });
  EXPECT_EQ(detect()["version"], "2.5") << "the other images tell where there is no build";
  const auto build = [](const char* base) {
    return Json{
        {"kind", "BuildConfig"},
        {"metadata", {{"name", "3scale-amp-system-oracle"}}},
        {"spec", {{"strategy", {{"dockerStrategy", {{"from", {{"kind", "ImageStreamTag"}, {"name", base}}}}}}}}}};
  };
  host_.put(build("amp-system:2.5.0"));
  const Json found = detect();
  EXPECT_EQ(found["version"], "2.5");
  EXPECT_THAT(found["summary"].get<std::string>(), HasSubstr("AMP_RELEASE says 2.6, the images are 2.5"));
  EXPECT_THAT(found.dump(), HasSubstr("it starts from amp-system:2.5.0"));
  host_.put(build("amp-system:2.6"));
  EXPECT_EQ(detect()["version"], "2.5");
  EXPECT_THAT(detect()["summary"].get<std::string>(), HasSubstr("half-done upgrade to 2.6"));
}

TEST_F(Detect, FindsAFinishedUpgradeToBeTheNewVersion) {
  finish();
  const Json found = detect();
  EXPECT_EQ(found["version"], "2.6") << found["summary"];
}

TEST_F(Detect, FindsAHalfDoneUpgradeToBeTheOldVersionWhateverIsLeft) {
  finish();
  const auto expect_half_done = [&](const char* word) {
    const Json found = detect();
    EXPECT_EQ(found["version"], "2.5") << word;
    EXPECT_THAT(found["summary"].get<std::string>(), HasSubstr("half-done upgrade to 2.6"));
    EXPECT_THAT(found["summary"].get<std::string>(), HasSubstr(word));
  };
  const auto broken = [&](const char* kind, const char* name, const char* word,
                          const std::function<void(Json&)>& change) {
    const Json whole = object_of(host_, kind, name);
    edit(host_, kind, name, change);
    expect_half_done(word);
    host_.put(whole);
  };
  broken("ConfigMap", "system-environment", "AMP_RELEASE", [](Json& o) { o["data"]["AMP_RELEASE"] = "2.5.0"; });
  broken("ImageStream", "amp-zync", "amp-zync", [](Json& o) {
    for (Json& tag : o["spec"]["tags"]) {
      if (tag["name"] == "latest") tag["from"]["name"] = "2.5.0";
    }
  });
  broken("DeploymentConfig", "system-redis", "system-redis", [](Json& o) { o["spec"]["triggers"].erase(1); });
  broken("DeploymentConfig", "zync", "POD_NAME",
         [](Json& o) { o["spec"]["template"]["spec"]["containers"][0]["env"] = Json::array(); });
  broken("DeploymentConfig", "system-app", "default account",
         [](Json& o) { o["spec"]["template"]["spec"].erase("serviceAccountName"); });
  broken("DeploymentConfig", "system-app", "literal", [](Json& o) {
    o["spec"]["template"]["spec"]["containers"][0]["env"][0] = {{"name", "AMP_RELEASE"}, {"value", "2.6"}};
  });
  broken("Secret", "system-redis", "MESSAGE_BUS_URL", [](Json& o) { o["data"].erase("MESSAGE_BUS_URL"); });
  for (const auto& [kind, name] :
       {std::pair{"DeploymentConfig", "zync-que"}, std::pair{"ServiceAccount", "zync-que-sa"},
        std::pair{"RoleBinding", "zync-que-rolebinding"}, std::pair{"ImageStream", "system-memcached"}}) {
    const Json whole = object_of(host_, kind, name);
    host_.erase(kind, name);
    expect_half_done(name);
    host_.put(whole);
  }
  host_.put({{"kind", "ImageStream"}, {"metadata", {{"name", "amp-wildcard-router"}}}});
  expect_half_done("amp-wildcard-router");
}

TEST_F(Detect, SaysThatAnUpgradeHasBegunBeforeTheImagesMove) {
  host_.put({{"kind", "ServiceAccount"}, {"metadata", {{"name", "zync-que-sa"}}}});
  EXPECT_EQ(detect()["version"], "2.5");
  EXPECT_THAT(detect()["summary"].get<std::string>(), HasSubstr("half-done upgrade to 2.6"));
}

}  // namespace
}  // namespace upshift::testing
