// The plugin against the fake host: no host binary, no cluster.
#include <gtest/gtest.h>

#include "upshift/testing/fake_host.hpp"

namespace {

using upshift::testing::FakeHost;
using upshift::testing::Json;
using upshift::testing::PluginUnderTest;

TEST(Banner, IsShownOnceAndChangesNothingTheSecondTime) {
  FakeHost host;
  PluginUnderTest plugin(upshift_plugin_entry_v1(), host);
  const Json parameters = {{"text", "back at noon"}};
  EXPECT_EQ(plugin.check("banner/show", parameters).state(), "pending");
  EXPECT_TRUE(plugin.apply("banner/show", parameters).ok());
  EXPECT_EQ((*host.object("ConfigMap", "maintenance-banner"))["data"]["text"], "back at noon");
  EXPECT_EQ(plugin.check("banner/show", parameters).state(), "done");
  EXPECT_EQ(plugin.verify("banner/show", parameters).state(), "ok");
  host.forget_calls();
  EXPECT_TRUE(plugin.apply("banner/show", parameters).ok());
  EXPECT_TRUE(host.changes().empty());
}

TEST(Banner, IsFoundEmptyByTheVerification) {
  FakeHost host;
  PluginUnderTest plugin(upshift_plugin_entry_v1(), host);
  host.put({{"kind", "ConfigMap"}, {"metadata", {{"name", "maintenance-banner"}}}});
  const auto outcome = plugin.verify("banner/show");
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(outcome.error(), "the banner is empty");
}

TEST(Restart, WaitsForTheRolloutAndIsNotApplicableWithoutAWebServer) {
  FakeHost host;
  PluginUnderTest plugin(upshift_plugin_entry_v1(), host);
  EXPECT_EQ(plugin.check("banner/restart").state(), "not_applicable");
  host.put({{"kind", "DeploymentConfig"}, {"metadata", {{"name", "web"}}}});
  const auto outcome = plugin.apply("banner/restart");
  EXPECT_EQ(outcome.await(), Json::array({{{"condition", "rollout"}, {"deployment_config", "web"}}}));
  EXPECT_EQ(plugin.check("banner/restart").state(), "done");
}

}  // namespace
