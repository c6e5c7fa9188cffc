// The whole chain by `upshift run` over HTTPS, with kubectl looking on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/rehearsal.hpp"
#include "scenario/served_project.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::string_view kKubectl = UPSHIFT_KUBECTL;

// What kubectl finds at the path in the object; "" where it is not there.
std::string seen_by_kubectl(const ServedProject& served, const std::string& object, const std::string& path) {
  const auto result = run_process({std::string(kKubectl), "--kubeconfig", served.file("kubeconfig"), "-n", "3scale",
                                   "get", object, "--ignore-not-found", "-o", "jsonpath={" + path + "}"});
  EXPECT_EQ(result.exit_status, 0) << result.standard_error;
  return result.standard_output;
}

TEST(ChainRun, ReachesTheNewestVersionWhileKubectlLooksOn) {
  const ServedProject served({"--sample", "threescale-2.3"});
  const std::string settings = "configmap/system-environment";
  if (!kKubectl.empty()) {
    EXPECT_EQ(seen_by_kubectl(served, settings, ".metadata.name"), "");
  }
  BackgroundUpshift run(served.run({"--yes", "--to", "2.6"}));
  ASSERT_TRUE(run.says("done     2.4-2.5/images/release")) << run.standard_error();
  if (!kKubectl.empty()) {
    EXPECT_THAT(seen_by_kubectl(served, settings, ".data.AMP_RELEASE"), AnyOf("2.5.0", "2.6"));
    EXPECT_THAT(seen_by_kubectl(served, "imagestream/amp-system", ".spec.tags[*].name"), HasSubstr("2.5"));
  }
  EXPECT_EQ(run.wait(), 0) << run.standard_error();
  if (!kKubectl.empty()) {
    EXPECT_EQ(seen_by_kubectl(served, settings, ".data.AMP_RELEASE"), "2.6");
    EXPECT_EQ(seen_by_kubectl(served, "deploymentconfig/zync-que", ".status.readyReplicas"), "1");
  }
  Json project = served.project();
  Json rehearsed = rehearse({"--sample", "threescale-2.3", "--to", "2.6"}).project;
  for (Json* one : {&project, &rehearsed}) {
    if (Json* authority = object_in(*one, "ConfigMap", "kube-root-ca.crt")) authority->erase("data");
  }
  for (const auto& one :
       differences(project, rehearsed, {{"Secret/threescale-registry-auth", "*", "given to a run"}})) {
    ADD_FAILURE() << one.text();
  }
}

TEST(ChainRun, IsCarriedOutInPartsThatEachStandInTheJournal) {
  const ServedProject served;
  const auto refused = run_upshift(served.run({"--yes", "--only", "2.5-2.6/images/amp-zync"}));
  EXPECT_EQ(refused.exit_status, 3) << refused.standard_error;
  EXPECT_THAT(refused.standard_output, HasSubstr("missing: 2.5-2.6/registry/credentials"));
  const auto part = run_upshift(served.run({"--yes", "--until", "2.5-2.6/registry"}));
  EXPECT_EQ(part.exit_status, 0) << part.standard_error;
  const auto next = run_upshift(served.run(
      {"--yes", "--only", "registry/databases,redis-secret", "--skip", "registry/others", "--with-prerequisites"}));
  EXPECT_EQ(next.exit_status, 0) << next.standard_output << next.standard_error;
  const auto rest = run_upshift(served.run({"--yes"}));
  EXPECT_EQ(rest.exit_status, 0) << rest.standard_error;
  const auto runs = run_upshift({"journal", "show", "--journal", served.file("journal.db")});
  EXPECT_EQ(runs.exit_status, 0) << runs.standard_error;
}

}  // namespace
}  // namespace upshift::testing
