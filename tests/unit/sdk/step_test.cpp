#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_plugin.hpp"
#include "upshift/testing/fake_host.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t bits(std::initializer_list<upshift_operation> operations) {
  std::uint32_t result = 0;
  for (const upshift_operation each : operations) result |= 1U << static_cast<unsigned>(each);
  return result;
}

class SamplePlugin : public ::testing::Test {
 protected:
  FakeHost host_;
  PluginUnderTest plugin_{upshift_plugin_entry_v1(), host_};
};

TEST_F(SamplePlugin, TellsTruthfullyWhatEachSubjectCanDo) {
  EXPECT_EQ(plugin_.operations("secrets/one"), bits({UPSHIFT_OPERATION_CHECK, UPSHIFT_OPERATION_APPLY}));
  EXPECT_EQ(plugin_.operations("secrets/careful"),
            bits({UPSHIFT_OPERATION_CHECK, UPSHIFT_OPERATION_APPLY, UPSHIFT_OPERATION_VERIFY, UPSHIFT_OPERATION_UNDO}))
      << "also what is inherited";
  EXPECT_EQ(plugin_.operations("trouble/step"), bits({UPSHIFT_OPERATION_CHECK, UPSHIFT_OPERATION_APPLY}));
  EXPECT_EQ(plugin_.operations("3scale"), bits({UPSHIFT_OPERATION_DETECT}));
  EXPECT_EQ(plugin_.operations("simulate"), bits({UPSHIFT_OPERATION_SIMULATE}));
  EXPECT_EQ(plugin_.operations("secrets/none"), 0U);
}

TEST_F(SamplePlugin, ServesATableOfStepsWithOneClass) {
  EXPECT_EQ(plugin_.check("secrets/one").state(), "pending");
  const Outcome applied = plugin_.apply("secrets/one");
  EXPECT_EQ(applied.summary(), "made");
  EXPECT_EQ(applied.replies, 1);
  EXPECT_EQ(applied.await(), Json::parse(R"([{"condition": "exists", "kind": "Secret", "name": "one", "timeout": "5m"},
                            {"condition": "rollout", "deployment_config": "web"}])"));
  EXPECT_EQ(plugin_.check("secrets/one").state(), "done");
  EXPECT_EQ(plugin_.check("secrets/two").state(), "pending");
  EXPECT_EQ(host_.values["made"], "one");
  EXPECT_EQ(plugin_.apply("secrets/one").summary(), "was there");
  EXPECT_EQ(host_.changes().size(), 1U);
}

TEST_F(SamplePlugin, VerifiesAndUndoes) {
  const Outcome missing = plugin_.verify("secrets/careful");
  EXPECT_EQ(missing.status, UPSHIFT_STATUS_NOT_FOUND);
  EXPECT_THAT(missing.error(), HasSubstr("Secret/careful"));
  host_.put({{"kind", "Secret"}, {"metadata", {{"name", "careful"}}}});
  EXPECT_EQ(plugin_.verify("secrets/careful").state(), "pending");
  host_.put({{"kind", "Secret"}, {"metadata", {{"name", "careful"}}}, {"data", {{"k", "v"}}}});
  EXPECT_EQ(plugin_.verify("secrets/careful").state(), "ok");
  EXPECT_EQ(plugin_.undo("secrets/careful").summary(), "removed");
  EXPECT_EQ(host_.object("Secret", "careful"), nullptr);
}

struct Trouble {
  const char* what;
  upshift_status status;
  const char* says;
};

TEST_F(SamplePlugin, TurnsWhatStepCodeThrowsIntoAStatusAndADiagnostic) {
  const Trouble table[] = {
      {"failure", UPSHIFT_STATUS_UNAVAILABLE, "the moon is down"},
      {"exception", UPSHIFT_STATUS_INTERNAL, "the plugin threw an exception"},
      {"number", UPSHIFT_STATUS_INTERNAL, "no std::exception"},
      {"type", UPSHIFT_STATUS_INTERNAL, "the plugin threw an exception"},
      {"refused", UPSHIFT_STATUS_NOT_FOUND, "Secret/none does not exist"},
      {"host", UPSHIFT_STATUS_NOT_FOUND, "Secret/none does not exist"},
      {"status ok", UPSHIFT_STATUS_INTERNAL, "odd"},
  };
  for (const Trouble& row : table) {
    const Outcome outcome = plugin_.apply("trouble/step", {{"what", row.what}, {"number", 7}});
    EXPECT_EQ(outcome.status, row.status) << row.what;
    EXPECT_THAT(outcome.error(), HasSubstr(row.says)) << row.what;
    EXPECT_EQ(outcome.diagnostics.size(), 1U) << row.what << ": one cause, one diagnostic";
    EXPECT_EQ(outcome.replies, 0) << row.what;
  }
  const Outcome failure = plugin_.apply("trouble/step", {{"what", "failure"}});
  EXPECT_EQ(failure.diagnostics[0].detail, "Wait.");
  EXPECT_EQ(failure.diagnostics[0].path, "Moon/luna");
}

TEST_F(SamplePlugin, WarnsAndGoesOn) {
  const Outcome outcome = plugin_.apply("trouble/step", {{"what", "warn"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.warning(), "careful");
  EXPECT_EQ(outcome.await().size(), 3U);
  EXPECT_EQ(outcome.await()[2], (Json{{"condition", "route_admitted"}, {"host", "h"}, {"service", "s"}}));
}

TEST_F(SamplePlugin, NamesAParameterThatIsNotSet) {
  const Outcome outcome = plugin_.apply("trouble/step");
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_INVALID_ARGUMENT);
  EXPECT_THAT(outcome.error(), HasSubstr("'what' is not set"));
  EXPECT_EQ(outcome.diagnostics[0].path, "/parameters/what");
}

TEST_F(SamplePlugin, MayOnlyReadInACheck) {
  host_.put({{"kind", "Secret"}, {"metadata", {{"name", "one"}}}});
  const Outcome outcome = plugin_.check("trouble/step");
  EXPECT_EQ(outcome.status, UPSHIFT_STATUS_PERMISSION_DENIED);
  EXPECT_NE(host_.object("Secret", "one"), nullptr);
}

TEST_F(SamplePlugin, RefusesUnknownSubjectsOperationsAndRequests) {
  EXPECT_EQ(plugin_.check("secrets/none").status, UPSHIFT_STATUS_NOT_FOUND);
  EXPECT_EQ(plugin_.undo("secrets/one").status, UPSHIFT_STATUS_UNIMPLEMENTED);
  EXPECT_EQ(plugin_.run(77, "secrets/one", Json::object()).status, UPSHIFT_STATUS_UNIMPLEMENTED);
  EXPECT_EQ(plugin_.run(-1, "secrets/one", Json::object()).status, UPSHIFT_STATUS_UNIMPLEMENTED);
  EXPECT_EQ(plugin_.run(UPSHIFT_OPERATION_CHECK, "secrets/one", Json::array()).status, UPSHIFT_STATUS_INVALID_ARGUMENT);
}

TEST_F(SamplePlugin, Detects) {
  EXPECT_EQ(plugin_.detect("3scale").reply["found"], false);
  host_.put({{"kind", "Secret"}, {"metadata", {{"name", "one"}}}});
  const Outcome outcome = plugin_.detect("3scale");
  EXPECT_EQ(outcome.reply["version"], "2.5");
  EXPECT_EQ(outcome.reply["variants"], Json({"subdomain"}));
  EXPECT_EQ(outcome.reply["evidence"], Json::parse(R"([{"source": "Secret/one", "says": "2.5"}])"));
}

TEST_F(SamplePlugin, SimulatesTheWorldAndKeepsItsStateWithTheHost) {
  const Outcome start = plugin_.simulate({{"event", "start"}, {"state", nullptr}});
  EXPECT_EQ(start.reply, Json::parse(R"({"state": {"execs": 0}, "timers": [{"after_ms": 2000, "data": "tick"}]})"));
  const Outcome exec = plugin_.simulate({{"event", "exec"},
                                         {"state", start.reply["state"]},
                                         {"pod", "web-1"},
                                         {"deployment_config", "web"},
                                         {"container", "web"},
                                         {"command", {"cat"}},
                                         {"stdin", "!"}});
  EXPECT_EQ(exec.reply,
            Json::parse(R"({"handled": true, "state": {"execs": 1}, "exit_code": 0, "stdout": "cat!", "stderr": ""})"));
  EXPECT_EQ(plugin_.simulate({{"event", "exec"}, {"deployment_config", "db"}, {"command", {"x"}}}).reply,
            (Json{{"handled", false}}));
  EXPECT_EQ(plugin_.simulate({{"event", "http"}, {"method", "PUT"}, {"url", "u"}}).reply["status"], 405);
  EXPECT_TRUE(plugin_.simulate({{"event", "timer"}, {"data", "tick"}}).ok());
  EXPECT_NE(host_.object("Route", "tick"), nullptr);
  EXPECT_EQ(plugin_.simulate({{"event", "eclipse"}}).status, UPSHIFT_STATUS_UNIMPLEMENTED);
}

TEST(Plugin, IsNotMadeWhereItDefinesAStepTwice) {
  FakeHost host;
  try {
    PluginUnderTest plugin(table_that_defines_a_step_twice(), host);
    FAIL() << "it should not be made";
  } catch (const std::runtime_error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("'same' twice"));
  }
}

}  // namespace
}  // namespace upshift::testing
