#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "config/schema.hpp"
#include "report/text_layout.hpp"
#include "support/process.hpp"
#include "support/screen.hpp"

namespace upshift {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::ResultOf;
using upshift::testing::run_process;
using upshift::testing::run_upshift;
using upshift::testing::TemporaryDirectory;

void expect_valid(const Json& document, const char* schema_name) {
  const auto schema = config::shipped_schema(schema_name);
  ASSERT_TRUE(schema) << schema.error().summary;
  for (const auto& problem : schema->validate(document)) ADD_FAILURE() << problem.path << ": " << problem.summary;
}

TEST(Rehearse, UpgradesTheSampleWhenNothingIsNamed) {
  const auto result = run_upshift({"rehearse"});
  EXPECT_EQ(result.exit_status, 0) << result.standard_error;
  EXPECT_THAT(result.standard_output, HasSubstr("3scale 2.5 → 2.6, rehearsed on emulated project '3scale'"));
  for (const char* section : {"2.1  ", "2.2  ", "2.3  ", "2.4  ", "2.5  ", "2.6  ", "2.7  ", "2.8  ", "2.9  "}) {
    EXPECT_THAT(result.standard_output, HasSubstr("\n" + std::string(section)));
  }
  EXPECT_THAT(result.standard_output, HasSubstr("Point of no return"));
  EXPECT_THAT(result.standard_output, HasSubstr("registry.credentials-file"));
  EXPECT_THAT(result.standard_output, HasSubstr("\ndone: "));
  EXPECT_THAT(result.standard_output, Not(HasSubstr("\x1b")));
  EXPECT_THAT(result.standard_error, HasSubstr("done     2.5-2.6/"));
}

TEST(Rehearse, PrintsTheSameEachTime) {
  EXPECT_EQ(run_upshift({"rehearse", "-q", "-o", "json"}).standard_output,
            run_upshift({"rehearse", "-q", "-o", "json"}).standard_output);
}

TEST(Rehearse, PrintsOneValidJsonDocumentAndNothingElse) {
  const auto result = run_upshift({"rehearse", "--output", "json", "--quiet", "--diff"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.standard_error, IsEmpty());
  const auto report = parse_json(result.standard_output, "the report");
  ASSERT_TRUE(report) << report.error().detail;
  expect_valid(*report, "report");
  EXPECT_EQ(report->at("state"), "done");
  EXPECT_EQ(report->at("run").at("to"), "2.6");
  EXPECT_GT(report->at("steps").size(), 30U);
}

TEST(Rehearse, SavesAProjectThatIsFoundUpgradedAndChangesNothingMore) {
  const TemporaryDirectory directory;
  const std::string state = directory.file("state.json");
  ASSERT_EQ(run_upshift({"rehearse", "-q", "--save-state", state}).exit_status, 0);
  struct stat info {};
  ASSERT_EQ(::stat(state.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto again = run_upshift({"rehearse", "-q", "--manifest", state, "--save-state", directory.file("again.json")});
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  EXPECT_THAT(again.standard_output, HasSubstr("3scale 2.6 is installed, nothing to do"));
  EXPECT_TRUE(std::filesystem::exists(directory.file("again.json")));
}

TEST(Rehearse, ReadsTheStandardInputAndADirectory) {
  const upshift::testing::TemporaryDirectory directory;
  const auto file = directory.file("project.json");
  ASSERT_EQ(run_upshift({"rehearse", "-q", "--to", "2.5", "--save-state", file}).exit_status, 0);
  upshift::testing::ProcessOptions options;
  options.standard_input = *read_file(file);
  const auto piped = run_upshift({"rehearse", "-q", "--manifest", "-"}, options);
  EXPECT_EQ(piped.exit_status, 0) << piped.standard_error;
  EXPECT_THAT(piped.standard_output, HasSubstr("the standard input"));
  const auto whole = run_upshift({"rehearse", "-q", "--manifest", std::filesystem::path(file).parent_path().string()});
  EXPECT_EQ(whole.exit_status, 0) << whole.standard_error;
}

TEST(Rehearse, ShowsEveryChangeAsADiffWithoutSecrets) {
  const auto result = run_upshift({"rehearse", "-q", "--diff"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.standard_output, HasSubstr("update DeploymentConfig/system-app"));
  EXPECT_THAT(result.standard_output, HasSubstr("create DeploymentConfig/zync-que"));
  EXPECT_THAT(result.standard_output, HasSubstr("@@ spec.template.spec"));
  EXPECT_THAT(result.standard_output, HasSubstr("URL: (redacted)"));
  EXPECT_THAT(result.standard_output, Not(HasSubstr("cmVoZWFyc2Fs")));
}

TEST(Rehearse, KeepsNoSecretOfTheProjectInReportLogOrProgress) {
  const TemporaryDirectory directory;
  const std::string state = directory.file("state.json");
  const auto result = run_upshift({"rehearse", "--diff", "-o", "json", "--save-state", state, "--log-file",
                                   directory.file("log"), "--log-level", "debug"});
  ASSERT_EQ(result.exit_status, 0) << result.standard_error;
  const auto log = read_file(directory.file("log"));
  ASSERT_TRUE(log);
  EXPECT_THAT(*log, HasSubstr("step_ended"));
  const auto text = read_file(state);
  ASSERT_TRUE(text);
  const auto project = parse_json(*text, "the state");
  ASSERT_TRUE(project);
  int looked_for = 0;
  for (const Json& item : array_at(*project, "/items")) {
    if (string_at(item, "/kind") != "Secret" || string_at(item, "/type") != "Opaque") continue;
    for (const auto& [key, value] : object_at(item, "/data").items()) {
      const bool random = key.find("TOKEN") != std::string::npos || key.find("PASSWORD") != std::string::npos ||
                          key.find("KEY_BASE") != std::string::npos;
      const auto plain = decode_base64(value.get<std::string>());
      if (!random || !plain || plain->size() < 8) continue;
      ++looked_for;
      for (const std::string* shown : {&result.standard_output, &result.standard_error, &*log}) {
        EXPECT_THAT(*shown, Not(HasSubstr(*plain))) << key;
        EXPECT_THAT(*shown, Not(HasSubstr(value.get<std::string>()))) << key;
      }
    }
  }
  EXPECT_GT(looked_for, 5);
}

TEST(Rehearse, ListsItsSamples) {
  EXPECT_THAT(run_upshift({"rehearse", "--sample", "list"}).standard_output, HasSubstr("threescale-2.5\n"));
}

TEST(Rehearse, WarnsWhenTheInstalledVersionIsOverridden) {
  const auto result = run_upshift({"rehearse", "-q", "--from", "2.6"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.standard_output, HasSubstr("taken as 3scale 2.6, as --from says"));
}

TEST(Rehearse, KeepsAJournalWhenAsked) {
  const TemporaryDirectory directory;
  ASSERT_EQ(run_upshift({"rehearse", "-q", "--journal", directory.file("journal")}).exit_status, 0);
  struct stat info {};
  ASSERT_EQ(::stat(directory.file("journal").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(Rehearse, DrawsALiveViewThatFitsEightyColumns) {
  const std::string program = std::string(UPSHIFT_BUILD_DIR) + "/bin/upshift";
  upshift::testing::ProcessOptions terminal;
  terminal.environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}};
  const auto result =
      run_process({"script", "-qec", "stty cols 80 rows 40; " + program + " rehearse", "/dev/null"}, terminal);
  EXPECT_EQ(result.exit_status, 0);
  std::string output = result.standard_output;
  const auto screen = upshift::testing::lines_on_screen(output, 80);
  EXPECT_THAT(screen, Each(ResultOf(&report::display_width, Le(80))));
  EXPECT_THAT(output, HasSubstr("waits for "));
  EXPECT_THAT(output, HasSubstr("\x1b[32mdone"));
  EXPECT_THAT(join(screen, "\n"), HasSubstr("steps done"));
  EXPECT_THAT(join(screen, "\n"), Not(HasSubstr("waits for ")));
}

TEST(Rehearse, HonoursNoColor) {
  const std::string program = std::string(UPSHIFT_BUILD_DIR) + "/bin/upshift";
  upshift::testing::ProcessOptions options;
  options.environment = {{"NO_COLOR", "1"}};
  const auto result = run_process({"script", "-qec", program + " rehearse", "/dev/null"}, options);
  EXPECT_THAT(result.standard_output, Not(HasSubstr("\x1b[32m")));
}

TEST(Rehearse, TakesSettingsFromTheEnvironmentAndTheFile) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(write_private_file(directory.file("a.yaml"), "output: json\nnamespace: somewhere\n"));
  upshift::testing::ProcessOptions options;
  options.environment = {{"UPSHIFT_CONFIG", directory.file("a.yaml")}, {"UPSHIFT_OUTPUT", "text"}};
  const auto result = run_upshift({"rehearse", "-q"}, options);
  EXPECT_THAT(result.standard_output, HasSubstr("emulated project 'somewhere'"));
}

TEST(Rehearse, GoesOnWhenWhoReadsItsOutputHasEnded) {
  const TemporaryDirectory directory;
  const std::string state = directory.file("state.json");
  run_process({"env", "--default-signal=PIPE", "sh", "-c", "\"$0\" rehearse --save-state \"$1\" 2>&1 | true",
               UPSHIFT_BUILD_DIR "/bin/upshift", state});
  EXPECT_TRUE(std::filesystem::exists(state)) << "it ended with its reader";
}

TEST(Plan, ListsEveryStepWithItsWaitsGatesAndThePointOfNoReturn) {
  const auto result = run_upshift({"plan"});
  EXPECT_EQ(result.exit_status, 0) << result.standard_error;
  for (const char* text :
       {"2.5-2.6/backup/objects", "2.5-2.6/images/amp-system", "waits for: rollout of DeploymentConfig/",
        "gate: ", "Points of no return", "How often each DeploymentConfig", "changes: ", "Rehearsed to the end: "}) {
    EXPECT_THAT(result.standard_output, HasSubstr(text));
  }
}

TEST(Plan, IsValidAsJsonAndNamesTheSameStepsAsTheRehearsal) {
  const auto plan = parse_json(run_upshift({"plan", "-o", "json"}).standard_output, "the plan");
  ASSERT_TRUE(plan);
  expect_valid(*plan, "plan");
  const auto report = parse_json(run_upshift({"rehearse", "-q", "-o", "json"}).standard_output, "the report");
  ASSERT_TRUE(report);
  std::vector<std::string> planned;
  std::vector<std::string> rehearsed;
  for (const Json& step : plan->at("steps")) planned.push_back(string_at(step, "/id"));
  for (const Json& step : report->at("steps")) rehearsed.push_back(string_at(step, "/id"));
  EXPECT_EQ(planned, rehearsed);
  EXPECT_EQ(plan->at("point_of_no_return"), report->at("point_of_no_return"));
}

TEST(Plugin, ListsAndShowsWhatIsThere) {
  const auto list = run_upshift({"plugin", "list"});
  for (const char* id : {"upshift.backup", "upshift.registry", "upshift.hop-2.5-2.6", "upshift.zync-routes"}) {
    EXPECT_THAT(list.standard_output, HasSubstr(id));
    const auto show = run_upshift({"plugin", "show", id});
    EXPECT_EQ(show.exit_status, 0);
    EXPECT_THAT(show.standard_output, HasSubstr(id));
  }
  const auto registry = run_upshift({"plugin", "show", "upshift.registry"}).standard_output;
  EXPECT_THAT(registry, HasSubstr("registry.credentials-file (file, secret, needed by a real run)"));
  EXPECT_THAT(registry, HasSubstr("default: registry.redhat.io"));
  EXPECT_TRUE(parse_json(run_upshift({"plugin", "list", "-o", "json"}).standard_output, "the list"));
}

}  // namespace
}  // namespace upshift
