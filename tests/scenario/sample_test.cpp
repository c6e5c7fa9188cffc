// The newcomer's rehearsal: the sample that is built into the program, from 2.5 to 2.6.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

const Rehearsal& upgraded_sample() {
  static const Rehearsal kRehearsal = rehearse({"--to", "2.6"});
  return kRehearsal;
}

TEST(Sample, IsUpgradedThroughEverySectionOfTheGuide) {
  const auto& rehearsal = upgraded_sample();
  ASSERT_EQ(rehearsal.process.exit_status, 0) << rehearsal.process.standard_error;
  std::set<std::string> sections;
  for (const auto& step : array_at(rehearsal.report, "/steps")) {
    sections.insert(string_at(step, "/guide").substr(0, 3));
    EXPECT_THAT((std::vector<std::string>{"done", "skipped"}), ::testing::Contains(string_at(step, "/state")))
        << string_at(step, "/id");
    EXPECT_NE(string_at(step, "/summary"), "") << string_at(step, "/id") << " says nothing of what it did";
  }
  EXPECT_THAT(sections, IsSupersetOf({"2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9"}));
}

TEST(Sample, NamesThePointOfNoReturnAndWhatTheRehearsalStoodInFor) {
  const auto& rehearsal = upgraded_sample();
  EXPECT_EQ(string_at(rehearsal.report, "/point_of_no_return"), "2.5-2.6/images/amp-system");
  EXPECT_FALSE(array_at(rehearsal.report, "/stand_ins").empty());
}

TEST(Sample, ChangesNothingWhenItIsRehearsedASecondTime) {
  const auto& first = upgraded_sample();
  ASSERT_FALSE(first.project.is_null());
  const auto second = rehearse_project(first.project, {"--to", "2.6"});
  EXPECT_EQ(second.process.exit_status, 0) << second.process.standard_error;
  EXPECT_THAT(string_at(second.report, "/summary"), HasSubstr("nothing to do"));
  EXPECT_EQ(differences(first.project, second.project, {}).size(), 0U);
}

TEST(Sample, ChangesNothingWhenEveryStepIsAskedAgain) {
  const auto& first = upgraded_sample();
  ASSERT_FALSE(first.project.is_null());
  const auto again = rehearse_project(first.project, {"--from", "2.5", "--to", "2.6"});
  ASSERT_EQ(again.process.exit_status, 0) << again.process.standard_error;
  for (const auto& step : array_at(again.report, "/steps")) {
    EXPECT_EQ(array_at(step, "/changes").size(), 0U) << string_at(step, "/id") << " " << to_text(step["changes"]);
  }
  for (const auto& difference : differences(first.project, again.project, {})) ADD_FAILURE() << difference.text();
}

TEST(Sample, ShowsNoSecretInAnyOutput) {
  const auto& first = upgraded_sample();
  ASSERT_FALSE(first.project.is_null());
  const auto text = run_upshift({"rehearse", "--diff"});
  ASSERT_EQ(text.exit_status, 0) << text.standard_error;
  std::size_t secrets = 0;
  for (const auto& item : array_at(first.project, "/items")) {
    if (string_at(item, "/kind") != "Secret") continue;
    for (const auto& [key, value] : object_at(item, "/data").items()) {
      const std::string encoded = value.is_string() ? value.get<std::string>() : "";
      const auto plain = decode_base64(encoded);
      if (!plain || plain->size() < 8 || plain->find("://") != std::string::npos) continue;
      if (key.find("PASSWORD") == std::string::npos && key.find("TOKEN") == std::string::npos &&
          key.find("KEY") == std::string::npos)
        continue;
      ++secrets;
      for (const auto& output :
           {text.standard_output, text.standard_error, first.process.standard_output, first.process.standard_error}) {
        EXPECT_EQ(output.find(*plain), std::string::npos) << "the value of " << key << " is shown";
        EXPECT_EQ(output.find(encoded), std::string::npos) << "the value of " << key << " is shown in base64";
      }
    }
  }
  EXPECT_GT(secrets, 5U) << "the sample has secrets to look for";
}

}  // namespace
}  // namespace upshift::testing
