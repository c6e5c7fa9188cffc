// Which hops are gone by, with plugins of another author beside those that upshift ships.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "support/process.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

ProcessResult plan(const std::string& third_party, std::vector<std::string> more) {
  std::vector<std::string> arguments{"plan", "--sample", "threescale-2.5", "--plugin-dir",
                                     std::string(UPSHIFT_BUILD_DIR) + "/fixture-plugins/third-party/" + third_party};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_upshift(arguments);
}

TEST(Path, IsRefusedWhereTwoPluginsOfferOneHopUntilOneIsNamed) {
  const auto refused = plan("again", {"--to", "2.6"});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_THAT(refused.standard_error, HasSubstr("two plugins offer 3scale 2.5 → 2.6: "));
  EXPECT_THAT(refused.standard_error, HasSubstr("--via acme.again"));
  EXPECT_THAT(refused.standard_error, HasSubstr("--via upshift.hop-2.5-2.6"));
  const auto theirs = plan("again", {"--via", "acme.again"});
  EXPECT_EQ(theirs.exit_status, 0) << theirs.standard_error;
  EXPECT_THAT(theirs.standard_output, HasSubstr("3scale 2.5 → 2.6: 1 step in 1 hop"));
  const auto ours = plan("again", {"--via", "upshift.hop-2.5-2.6", "-o", "json"});
  EXPECT_EQ(ours.exit_status, 0) << ours.standard_error;
  const auto json = parse_json(ours.standard_output, "the plan");
  ASSERT_TRUE(json);
  EXPECT_GT(json->at("steps").size(), 40U);
  const auto unknown = plan("again", {"--via", "acme.agian"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_THAT(unknown.standard_error, HasSubstr("Did you mean acme.again?"));
}

TEST(Path, NamesTheHopThatIsMissing) {
  const auto missing = plan("later", {"--to", "2.8"});
  EXPECT_EQ(missing.exit_status, 2);
  EXPECT_THAT(missing.standard_error, HasSubstr("no plugin offers 3scale 2.6 → 2.7; without it there is no way"));
  EXPECT_THAT(missing.standard_error, HasSubstr("These would be needed: 2.6 → 2.7."));
  const auto highest = plan("later", {"--graph", "mermaid"});
  EXPECT_EQ(highest.exit_status, 0) << highest.standard_error;
  EXPECT_THAT(highest.standard_output, HasSubstr("2.5-2.6"));
  const auto downgrade = plan("later", {"--to", "2.5", "--from", "2.6"});
  EXPECT_EQ(downgrade.exit_status, 2);
  EXPECT_THAT(downgrade.standard_error, HasSubstr("newer versions only"));
}

TEST(Path, TakesAnotherAuthorsShortcutOnlyWhenAsked) {
  const auto direct = plan("direct", {"--from", "2.3", "--to", "2.6", "--via", "acme.direct"});
  EXPECT_EQ(direct.exit_status, 0) << direct.standard_error;
  EXPECT_THAT(direct.standard_output, HasSubstr("3scale 2.3 → 2.6: 1 step in 1 hop"));
  const auto not_that_way = plan("direct", {"--to", "2.6", "--via", "acme.direct"});
  EXPECT_EQ(not_that_way.exit_status, 2);
  EXPECT_THAT(not_that_way.standard_error, HasSubstr("goes by acme.direct"));
}

}  // namespace
}  // namespace upshift::testing
