#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support/process.hpp"

namespace upshift::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(make_private_directory(std::filesystem::path(directory_.file(name)).parent_path()));
    EXPECT_TRUE(write_private_file(directory_.file(name), text));
    return directory_.file(name);
  }
  testing::TemporaryDirectory directory_;
};

TEST_F(SettingsTest, AreDefaultsWhereNothingIsSaid) {
  const auto settings = load_settings({});
  ASSERT_TRUE(settings) << settings.error().summary;
  EXPECT_EQ(settings->output, "text");
  EXPECT_EQ(settings->colour, "auto");
  EXPECT_TRUE(settings->plugin_directories.empty());
  EXPECT_TRUE(settings->file.empty());
}

TEST_F(SettingsTest, FlagsComeBeforeEnvironmentBeforeFile) {
  SettingSources sources;
  sources.file = write("a.yaml", "output: json\ncolour: never\nlog_level: debug\nsample: one\n");
  auto settings = load_settings(sources);
  ASSERT_TRUE(settings) << settings.error().summary;
  EXPECT_EQ(settings->output, "json");
  sources.environment = {{"UPSHIFT_OUTPUT", "text"}, {"UPSHIFT_SAMPLE", "two"}};
  sources.flags = {{"sample", "three"}};
  settings = load_settings(sources);
  ASSERT_TRUE(settings) << settings.error().summary;
  EXPECT_EQ(settings->output, "text");
  EXPECT_EQ(settings->colour, "never");
  EXPECT_EQ(settings->log_level, "debug");
  EXPECT_EQ(settings->sample, "three");
}

TEST_F(SettingsTest, AddUpDirectoriesAndParameters) {
  SettingSources sources;
  sources.file = write("a.yaml", "plugin_directories: [more, /abs]\nparameters: {a.X: 1, a.Y: file}\n");
  sources.environment = {{"UPSHIFT_PLUGIN_PATH", "/one:/two"}, {"UPSHIFT_SET", "a.Y=env\na.Z=k=v\n"}};
  sources.flags = {{"plugin_directories", {"/three"}}, {"parameters", {{"a.Z", "flag"}}}};
  const auto settings = load_settings(sources);
  ASSERT_TRUE(settings) << settings.error().summary;
  EXPECT_THAT(settings->plugin_directories, ElementsAre(directory_.file("more"), "/abs", "/one", "/two", "/three"));
  EXPECT_EQ(settings->parameters.at("a.X"), 1);
  EXPECT_EQ(settings->parameters.at("a.Y"), "env");
  EXPECT_EQ(settings->parameters.at("a.Z"), "flag");
}

TEST_F(SettingsTest, ReadTheUsersFileWhereItIsThere) {
  write("upshift/config.yaml", "output: json\n");
  SettingSources sources;
  sources.environment = {{"XDG_CONFIG_HOME", directory_.path()}};
  const auto settings = load_settings(sources);
  ASSERT_TRUE(settings) << settings.error().summary;
  EXPECT_EQ(settings->output, "json");
  EXPECT_EQ(settings->file, directory_.file("upshift/config.yaml"));
}

TEST_F(SettingsTest, TheExampleFileIsValid) {
  SettingSources sources;
  sources.file = std::string(UPSHIFT_SOURCE_DIR) + "/config/upshift.example.yaml";
  const auto settings = load_settings(sources);
  ASSERT_TRUE(settings) << settings.error().summary << settings.error().detail;
  EXPECT_EQ(settings->sample, Settings().sample);
  EXPECT_EQ(settings->name_space, Settings().name_space);
}

TEST_F(SettingsTest, RefuseWhatTheyDoNotKnow) {
  struct Case {
    std::string text, summary, detail;
  };
  const std::vector<Case> table{
      {"outptu: json\n", "there is no setting 'outptu'", "did you mean 'output'?"},
      {"zzzzzzzzzz: 1\n", "there is no setting 'zzzzzzzzzz'", "settings are"},
      {"output: xml\n", "a.yaml", "xml"},
      {"parameters: {nodot: 1}\n", "a.yaml", ""},
      {"namespace: No_Good\n", "a.yaml", ""},
      {"- a list\n", "does not hold settings", "upshift.example.yaml"},
      {"a: [\n", "is not valid YAML", "line"},
      {"output: text\n---\noutput: json\n", "more than one document", ""},
  };
  for (const Case& entry : table) {
    SettingSources sources;
    sources.file = write("a.yaml", entry.text);
    const auto settings = load_settings(sources);
    ASSERT_FALSE(settings) << entry.text;
    EXPECT_EQ(settings.error().code, StatusCode::kInvalidArgument) << entry.text;
    EXPECT_THAT(settings.error().summary, HasSubstr(entry.summary));
    EXPECT_THAT(settings.error().summary, HasSubstr("a.yaml"));
    if (entry.text.starts_with("output: xml")) continue;
    EXPECT_THAT(settings.error().detail, HasSubstr(entry.detail));
  }
}

TEST_F(SettingsTest, ANamedFileMustBeThere) {
  SettingSources sources;
  sources.file = directory_.file("absent.yaml");
  const auto settings = load_settings(sources);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, StatusCode::kNotFound);
  EXPECT_THAT(settings.error().summary, HasSubstr("absent.yaml"));
}

TEST_F(SettingsTest, AnEmptyFileSaysNothing) {
  SettingSources sources;
  sources.file = write("a.yaml", "# nothing\n");
  EXPECT_TRUE(load_settings(sources));
}

TEST_F(SettingsTest, WarnOfAVariableThatMeansNothing) {
  SettingSources sources;
  sources.environment = {{"UPSHIFT_OUTPT", "json"}, {"HOME", "/nowhere"}};
  const auto settings = load_settings(sources);
  ASSERT_TRUE(settings);
  ASSERT_EQ(settings->warnings.size(), 1U);
  EXPECT_THAT(settings->warnings[0].summary, HasSubstr("UPSHIFT_OUTPT"));
  EXPECT_THAT(settings->warnings[0].detail, HasSubstr("UPSHIFT_OUTPUT"));
}

TEST(SplitAssignment, TakesTheFirstEqualsSignAndNeverRepeatsAValue) {
  const auto pair = split_assignment("A=b=c", "--set");
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->first, "A");
  EXPECT_EQ(pair->second, "b=c");
  for (const char* text : {"hunter2", "=x", ""}) {
    const auto bad = split_assignment(text, "--set");
    ASSERT_FALSE(bad) << text;
    EXPECT_THAT(bad.error().summary + bad.error().detail, ::testing::Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace upshift::config
