// What goes wrong in a window stops the run early, with one sentence that names the object and the cause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

struct FailingCase {
  const char* case_name;
  const char* faults;
  const char* step;                    // where the run stops
  int exit_status;                     // 1, or 3 where a check blocked it
  std::vector<std::string> mentioned;  // in what the failed step says
};

void PrintTo(const FailingCase& failing, std::ostream* out) {
  *out << failing.case_name;
}

class Failing : public ::testing::TestWithParam<FailingCase> {};

TEST_P(Failing, StopsEarlyNamingObjectAndCause) {
  const auto& failing = GetParam();
  const TemporaryDirectory folder;
  const std::string file = folder.file("faults.json");
  ASSERT_TRUE(write_private_file(file, failing.faults));
  const auto rehearsal = rehearse({"--faults", file});
  EXPECT_EQ(rehearsal.process.exit_status, failing.exit_status) << rehearsal.process.standard_error;
  std::string stopped;
  for (const auto& step : array_at(rehearsal.report, "/steps")) {
    const std::string state = string_at(step, "/state");
    if (state != "failed" && state != "blocked") continue;
    stopped = string_at(step, "/id");
    std::string said = string_at(step, "/summary");
    for (const auto& diagnostic : array_at(step, "/diagnostics")) {
      said += " " + string_at(diagnostic, "/summary") + " " + string_at(diagnostic, "/detail");
    }
    for (const auto& word : failing.mentioned) EXPECT_THAT(said, HasSubstr(word));
    break;
  }
  EXPECT_EQ(stopped, failing.step);
  // Steps after it were not begun.
  bool after = false;
  for (const auto& step : array_at(rehearsal.report, "/steps")) {
    if (after && string_at(step, "/state") == "not_reached") return;
    after = after || string_at(step, "/id") == failing.step;
  }
  ADD_FAILURE() << "no step was left undone";
}

const std::vector<FailingCase>& failing_cases() {
  static const std::vector<FailingCase> kCases = {
      {"ImageCannotBeImported",
       R"({"faults": [{"fault": "import", "image": "registry.redhat.io/3scale-amp26/system*"}]})",
       "2.5-2.6/images/import-amp-system",
       1,
       {"amp-system:2.6", "not found"}},
      {"ImageCannotBePulled",
       R"({"faults": [{"fault": "pull", "image": "registry.redhat.io/3scale-amp26/backend*"}]})",
       "2.5-2.6/images/amp-backend",
       1,
       {"backend-", "pull"}},
      {"HookFails",
       R"({"faults": [{"fault": "hook", "deployment_config": "system-app", "hook": "post"}]})",
       "2.5-2.6/registry/application",
       1,
       {"system-app", "hook"}},
      {"NeverReady",
       R"({"faults": [{"fault": "never_ready", "deployment_config": "system-sphinx"}]})",
       "2.5-2.6/registry/others",
       1,
       {"system-sphinx"}},
      {"Crashes",
       R"({"faults": [{"fault": "crash", "deployment_config": "backend-worker", "exit_code": 7}]})",
       "2.5-2.6/registry/others",
       1,
       {"backend-worker", "7"}},
      {"DeployerIsKilled",
       R"({"faults": [{"fault": "deployer", "deployment_config": "zync"}]})",
       "2.5-2.6/registry/others",
       1,
       {"zync", "deploy"}},
      {"ChangeIsForbidden",
       R"({"faults": [{"fault": "refuse", "method": "PATCH", "path": "*/secrets/system-redis", "code": 403}]})",
       "2.5-2.6/redis-secret/system-redis",
       1,
       {"Secret/system-redis", "Forbidden"}},
  };
  return kCases;
}

INSTANTIATE_TEST_SUITE_P(Upgrade, Failing, ::testing::ValuesIn(failing_cases()),
                         [](const auto& instance) { return std::string(instance.param.case_name); });

TEST(FailingQuota, IsNamedAlthoughOnlyAnEventTellsIt) {
  Json project = rehearse({"--to", "2.5"}).project;
  ASSERT_FALSE(project.is_null());
  project["items"].push_back({{"apiVersion", "v1"},
                              {"kind", "ResourceQuota"},
                              {"metadata", {{"name", "tight"}}},
                              {"spec", {{"hard", {{"pods", "1"}}}}}});
  const auto rehearsal = rehearse_project(project, {"--to", "2.6"});
  EXPECT_EQ(rehearsal.process.exit_status, 1) << rehearsal.process.standard_error;
  EXPECT_THAT(rehearsal.process.standard_output, HasSubstr("tight"));
}

TEST(FailingFaultsFile, IsRefusedWithTheMemberThatIsWrong) {
  const TemporaryDirectory folder;
  const std::string file = folder.file("faults.yaml");
  ASSERT_TRUE(write_private_file(file, "faults:\n- {fault: hook, deploymentconfig: x}\n"));
  const auto refused = run_upshift({"rehearse", "--faults", file});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_THAT(refused.standard_error, HasSubstr("faults"));
}

}  // namespace
}  // namespace upshift::testing
