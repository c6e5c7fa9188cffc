// The product's real templates and an export of a live project, where they are at hand: the end of the hop against a
// fresh installation of the next version.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

std::string shared(const std::string& file) {
  return std::string(UPSHIFT_SOURCE_DIR) + "/../shared/" + file;
}

// What an upgraded installation lastingly differs in from a fresh one (left: upgraded, right: fresh).
const std::vector<Allowed>& lasting_differences() {
  static const std::vector<Allowed> kAllowed = {
      {"ImageStream/amp-*", "/spec/tags[2.5.0]*", "the old version's tag stays, a rollback needs it"},
      {"Secret/threescale-registry-auth", "", "the operator's credentials; a template does not bring them"},
      {"Route/zync-3scale-*", "", "made by Zync from the product's data"},
      {"Secret/*", "/data/*", "values that each installation generates for itself"},
      {"DeploymentConfig/system-mysql", "*MYSQL_ROOT_PASSWORD]/value",
       "generated, under another parameter's name in 2.6"},
  };
  return kAllowed;
}

// An installation of 2.6 made by its own template, as a project of that name.
Rehearsal fresh_installation(const std::string& name_space, const std::string& domain) {
  return rehearse({"--manifest", shared("templates/amp-2.6.yml"), "--param", "WILDCARD_DOMAIN=" + domain, "--namespace",
                   name_space, "--to", "2.6"});
}

const Rehearsal& fresh() {
  static const Rehearsal kRehearsal = fresh_installation("3scale", "example.com");
  return kRehearsal;
}

const Rehearsal& upgraded() {
  static const Rehearsal kRehearsal = rehearse(
      {"--manifest", shared("templates/amp-2.5.yml"), "--param", "WILDCARD_DOMAIN=example.com", "--to", "2.6"});
  return kRehearsal;
}

void expect_end_of_hop(const Rehearsal& rehearsal, const Rehearsal& wanted, const std::vector<Allowed>& allowed) {
  ASSERT_EQ(rehearsal.process.exit_status, 0) << rehearsal.process.standard_error;
  ASSERT_FALSE(rehearsal.project.is_null());
  ASSERT_FALSE(wanted.project.is_null()) << wanted.process.standard_error;
  for (const auto& difference : differences(rehearsal.project, wanted.project, allowed)) {
    ADD_FAILURE() << difference.text();
  }
}

TEST(ProductTemplate, FreshInstallationOfTheNextVersionHasNothingToDo) {
  EXPECT_EQ(fresh().process.exit_status, 0) << fresh().process.standard_error;
  EXPECT_THAT(string_at(fresh().report, "/summary"), ::testing::HasSubstr("nothing to do"));
}

TEST(ProductTemplate, UpgradedInstallationEqualsAFreshOneApartFromTheLastingDifferences) {
  expect_end_of_hop(upgraded(), fresh(), lasting_differences());
}

TEST(ProductTemplate, EveryAllowedDifferenceIsNeeded) {
  std::set<std::size_t> used;
  differences(upgraded().project, fresh().project, lasting_differences(), &used);
  for (std::size_t i = 0; i < lasting_differences().size(); ++i) {
    EXPECT_TRUE(used.contains(i)) << lasting_differences()[i].object << " " << lasting_differences()[i].pointer;
  }
}

TEST(ProductTemplate, ExportOfALiveProjectReachesTheSameEnd) {
  auto allowed = lasting_differences();
  allowed.push_back({"ConfigMap/kube-root-ca.crt", "*", "the cluster's own certificate authority"});
  allowed.push_back(
      {"DeploymentConfig/system-app", "*/pre/execNewPod/command", "holds a token generated at installation"});
  expect_end_of_hop(rehearse({"--manifest", shared("live/live25.json"), "--to", "2.6"}),
                    fresh_installation("live25", "live25.example.com"), allowed);
}

}  // namespace
}  // namespace upshift::testing
