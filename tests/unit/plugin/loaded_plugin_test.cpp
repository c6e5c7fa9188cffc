#include "plugin/loaded_plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support.hpp"

namespace upshift::plugin {
namespace {

using ::testing::HasSubstr;

const Json kRequest = {{"step", "x"}, {"parameters", Json::object()}, {"attempt", 1}};

// Fixtures that must be refused when loaded, each for exactly the reason it is named after.
struct Refused {
  const char* fixture;
  const char* says;
};

class RefusedPlugin : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedPlugin, IsRefusedForItsOwnReason) {
  const auto plugin = LoadedPlugin::load(bad_fixture(GetParam().fixture));
  ASSERT_FALSE(plugin);
  EXPECT_THAT(plugin.error().summary, HasSubstr(GetParam().says));
  EXPECT_FALSE(plugin.error().detail.empty()) << "people need a remedy";
  EXPECT_THAT(plugin.error().path, HasSubstr(GetParam().fixture));
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, RefusedPlugin,
    ::testing::Values(Refused{"wrong_major", "built for ABI 2, this upshift speaks 1"},
                      Refused{"no_entry", "does not export upshift_plugin_entry_v1"},
                      Refused{"undefined_symbol", "undefined symbol: upshift_fixture_function_that_is_nowhere"},
                      Refused{"null_table", "returned nothing"}, Refused{"short_table", "table is incomplete"},
                      Refused{"malformed_manifest", "the manifest"}, Refused{"invalid_manifest", "detekts"},
                      Refused{"repeated_step", "the step 'c/step' stands twice"},
                      Refused{"unfit_default", "the default of the parameter 'count'"},
                      Refused{"other_identity",
                              "the manifest is of test.somebody-else 1.0.0, the code of test.other-identity"},
                      Refused{"requires_future", "requires 'upshift.telepathy/1'"},
                      Refused{"lies", "the manifest lies: it declares the step 'c/promised'"},
                      Refused{"lies_about_detection", "the manifest lies: it detects the product 'moon'"},
                      Refused{"throws_in_create", "threw an exception while it was made"}),
    [](const auto& row) { return std::string(row.param.fixture); });

// Fixtures that load, and break the contract when they run.
struct Broken {
  const char* fixture;
  const char* says;
};

class BrokenPlugin : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenPlugin, FailsWithAnErrorThatNamesItAndTheBreach) {
  const auto plugin = LoadedPlugin::load(bad_fixture(GetParam().fixture));
  ASSERT_TRUE(plugin) << plugin.error().summary;
  RecordingServices services;
  const auto result = (*plugin)->run(Operation::kCheck, (*plugin)->id() + "/step", kRequest, services);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, StatusCode::kInternal);
  EXPECT_THAT(result.error().summary, HasSubstr(GetParam().says));
  EXPECT_THAT(result.error().summary, HasSubstr((*plugin)->id()));
  EXPECT_THAT(result.error().summary, HasSubstr("CHECK"));
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, BrokenPlugin,
    ::testing::Values(Broken{"throws", "let an exception escape"}, Broken{"double_reply", "replied twice"},
                      Broken{"no_reply", "succeeded without a reply"},
                      Broken{"silent_failure", "failed with NOT_FOUND and did not say why"},
                      Broken{"invalid_reply", "/state"}, Broken{"not_utf8", "its reply is not JSON"},
                      Broken{"oversized", "its reply is too long"}, Broken{"own_thread", "from a thread of its own"}),
    [](const auto& row) { return std::string(row.param.fixture); });

TEST(LoadedPlugin, TakesAnUnknownStatusAsInternalAndKeepsThePluginsWords) {
  const auto plugin = LoadedPlugin::load(bad_fixture("unknown_status"));
  ASSERT_TRUE(plugin);
  RecordingServices services;
  const auto result = (*plugin)->run(Operation::kApply, "test.unknown-status/step", kRequest, services);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, StatusCode::kInternal);
  EXPECT_EQ(result.error().summary, "the moon is in the way");
  EXPECT_EQ(result.error().detail, "Wait for the tide.");
  EXPECT_EQ(result.error().path, "Moon/luna");
}

TEST(LoadedPlugin, ReplacesBytesThatAreNotUtf8InTextForPeople) {
  const auto plugin = LoadedPlugin::load(bad_fixture("not_utf8"));
  ASSERT_TRUE(plugin);
  RecordingServices services;
  EXPECT_FALSE((*plugin)->run(Operation::kCheck, "test.not-utf8/step", kRequest, services));
  ASSERT_EQ(services.diagnostics.size(), 1U);
  EXPECT_EQ(services.diagnostics[0].summary, "caf\xEF\xBF\xBD");
  EXPECT_EQ(services.logged.at(0), "caf\xEF\xBF\xBD");
}

TEST(LoadedPlugin, AcceptsATableThatALaterMinorMadeLonger) {
  const auto plugin = LoadedPlugin::load(bad_fixture("longer_table"));
  ASSERT_TRUE(plugin) << plugin.error().summary;
  RecordingServices services;
  EXPECT_TRUE((*plugin)->run(Operation::kCheck, "test.longer-table/step", kRequest, services));
}

TEST(LoadedPlugin, GivesTheManifestAndTellsWhatThePluginCanDo) {
  const auto plugin = LoadedPlugin::load(good_fixture("banner"));
  ASSERT_TRUE(plugin) << plugin.error().summary;
  EXPECT_EQ((*plugin)->id(), "com.example.banner");
  EXPECT_EQ((*plugin)->version(), "0.1.0");
  EXPECT_EQ((*plugin)->manifest()["concerns"][0]["id"], "banner");
  EXPECT_TRUE((*plugin)->has(Operation::kCheck, "banner/show"));
  EXPECT_TRUE((*plugin)->has(Operation::kVerify, "banner/show"));
  EXPECT_FALSE((*plugin)->has(Operation::kVerify, "banner/restart"));
  EXPECT_FALSE((*plugin)->has(Operation::kUndo, "banner/show"));
  EXPECT_FALSE((*plugin)->has(Operation::kCheck, "banner/none"));
  EXPECT_THAT((*plugin)->provisions(), ::testing::ElementsAre("concern banner"));
}

TEST(LoadedPlugin, DoesNotCallAPluginForWhatItLacks) {
  const auto plugin = LoadedPlugin::load(good_fixture("banner"));
  ASSERT_TRUE(plugin);
  RecordingServices services;
  EXPECT_EQ((*plugin)->run(Operation::kUndo, "banner/show", kRequest, services).error().code,
            StatusCode::kUnimplemented);
  EXPECT_EQ((*plugin)->run(Operation::kCheck, "no/such", kRequest, services).error().code, StatusCode::kUnimplemented);
  EXPECT_TRUE(services.asked.empty());
}

class AskingPlugin : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = LoadedPlugin::load(good_fixture("asks_the_host"));
    ASSERT_TRUE(loaded) << loaded.error().summary;
    plugin_ = std::move(*loaded);
  }
  Result<Json> ask(const Json& body, bool swallow = false) {
    return plugin_->run(
        Operation::kCheck, "asks/step",
        {{"step", "h/s/step"},
         {"parameters", {{"service", "upshift.cluster/1"}, {"verb", "get"}, {"body", body}, {"swallow", swallow}}},
         {"attempt", 1}},
        services_);
  }
  RecordingServices services_;
  std::unique_ptr<LoadedPlugin> plugin_;
};

TEST_F(AskingPlugin, ReachesTheServicesAndGetsTheirAnswer) {
  services_.answer = [] { return Json{{"object", {{"kind", "Secret"}}}}; };
  services_.is_cancelled = true;
  const auto reply = ask({{"kind", "Secret"}, {"name", "x"}});
  ASSERT_TRUE(reply) << reply.error().summary;
  EXPECT_EQ((*reply)["summary"], R"({"object":{"kind":"Secret"}} cancelled 1234)");
  ASSERT_EQ(services_.asked.size(), 1U);
  EXPECT_EQ(
      services_.asked[0],
      (Json{{"service", "upshift.cluster/1"}, {"verb", "get"}, {"request", {{"kind", "Secret"}, {"name", "x"}}}}));
  EXPECT_EQ(services_.diagnostics.at(0).severity, Severity::kWarning);
  EXPECT_EQ(services_.logged.at(0), "asking");
  EXPECT_EQ(services_.progressed.at(0), (Json{{"fraction", 0.5}, {"message", "asking"}}));
}

TEST_F(AskingPlugin, PassesTheHostsRefusalThroughWithItsWords) {
  services_.answer = [] {
    return failure(StatusCode::kPermissionDenied, "the account may not read Secret/x", "Grant it the role.",
                   "Secret/x");
  };
  const auto reply = ask({{"kind", "Secret"}});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, StatusCode::kPermissionDenied);
  EXPECT_EQ(reply.error().summary, "the account may not read Secret/x");
  EXPECT_EQ(reply.error().detail, "Grant it the role.");
  EXPECT_EQ(reply.error().path, "Secret/x");
  EXPECT_EQ(reply.error().diagnostics.size(), 1U) << "the warning that came before";
}

TEST_F(AskingPlugin, MayHandleARefusalAndGoOn) {
  services_.answer = [] { return failure(StatusCode::kAlreadyExists, "it is there"); };
  const auto reply = ask({{"kind", "Secret"}}, true);
  ASSERT_TRUE(reply);
  EXPECT_EQ((*reply)["state"], "pending");
  EXPECT_EQ((*reply)["summary"], "refused: it is there");
}

TEST_F(AskingPlugin, FailsWithItsOwnWordsWhereAParameterIsMissing) {
  const auto reply =
      plugin_->run(Operation::kCheck, "asks/step", {{"step", "x"}, {"parameters", Json::object()}}, services_);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(reply.error().path, "/parameters/body");
}

TEST_F(AskingPlugin, SurvivesServicesThatThrow) {
  services_.answer = []() -> Result<Json> { throw std::runtime_error("no"); };
  const auto reply = ask({{"kind", "Secret"}});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, StatusCode::kInternal);
}

}  // namespace
}  // namespace upshift::plugin
