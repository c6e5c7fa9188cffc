#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/process.hpp"

namespace upshift {
namespace {

using ::testing::HasSubstr;
using upshift::testing::run_upshift;

const std::vector<std::vector<std::string>>& all_commands() {
  static const std::vector<std::vector<std::string>> kCommands{{"plan"},
                                                               {"rehearse"},
                                                               {"run"},
                                                               {"resume"},
                                                               {"rollback"},
                                                               {"unlock"},
                                                               {"backup"},
                                                               {"doctor"},
                                                               {"status"},
                                                               {"history"},
                                                               {"journal", "show"},
                                                               {"journal", "verify"},
                                                               {"journal", "export"},
                                                               {"emulator", "serve"},
                                                               {"plugin", "list"},
                                                               {"plugin", "show"},
                                                               {"version"},
                                                               {"help"}};
  return kCommands;
}

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Help, OfTheProgramNamesEveryCommandAndExitStatus) {
  const auto result = run_upshift({"--help"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(result.standard_error, "");
  for (const auto& command : all_commands())
    EXPECT_THAT(result.standard_output, HasSubstr("  " + join(command, " ") + " "));
  for (const char* status : {"0 done", "1 a step failed", "2 wrong usage", "3 blocked", "130 interrupted"}) {
    EXPECT_THAT(result.standard_output, HasSubstr(status));
  }
}

TEST(Help, OfEachCommandHasOptionsAndExamplesWithinEightyColumns) {
  for (const auto& command : all_commands()) {
    const auto result = run_upshift(with(command, {"--help"}));
    EXPECT_EQ(result.exit_status, 0) << join(command, " ");
    EXPECT_EQ(result.standard_error, "");
    EXPECT_THAT(result.standard_output, HasSubstr("--help"));
    EXPECT_THAT(result.standard_output, HasSubstr("Examples\n  "));
    for (const auto& line : split(result.standard_output, '\n')) EXPECT_LE(line.size(), 92U) << line;
    EXPECT_EQ(run_upshift(with({"help"}, command)).standard_output, result.standard_output);
  }
}

TEST(Help, OfRehearseNamesEveryOption) {
  const auto result = run_upshift({"rehearse", "--help"});
  for (const char* option : {"--manifest FILE|DIR",
                             "--param NAME=VALUE",
                             "--sample NAME",
                             "--namespace ] NAME",
                             "--live",
                             "--context NAME",
                             "--server URL",
                             "--token-file FILE",
                             "--certificate-authority FILE",
                             "--faults FILE",
                             "--to VERSION",
                             "--from VERSION",
                             "--product NAME",
                             "--set NAME=VALUE",
                             "--decline STEP",
                             "--diff",
                             "--save-state FILE",
                             "--journal FILE",
                             "--log-file FILE",
                             "--log-level LEVEL",
                             "--quiet",
                             "--config FILE",
                             "--plugin-dir DIR",
                             "--output",
                             "--colour WHEN"}) {
    EXPECT_THAT(result.standard_output, HasSubstr(option));
  }
}

TEST(Help, IsToldOnStderrWhenNothingIsTyped) {
  const auto result = run_upshift({});
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_EQ(result.standard_output, "");
  EXPECT_THAT(result.standard_error, HasSubstr("upshift COMMAND"));
}

TEST(Version, NamesTheProgramAndTheAbi) {
  const auto text = run_upshift({"version"});
  EXPECT_EQ(text.exit_status, 0);
  EXPECT_THAT(text.standard_output, HasSubstr("plugin ABI 1.0"));
  EXPECT_EQ(run_upshift({"--version"}).standard_output, text.standard_output);
  EXPECT_THAT(run_upshift({"version", "-o", "json"}).standard_output, HasSubstr("\"plugin_abi\": \"1.0\""));
}

}  // namespace
}  // namespace upshift
