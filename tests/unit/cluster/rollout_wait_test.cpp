#include <gtest/gtest.h>

#include "unit/cluster/rollout_project.hpp"

namespace upshift::cluster {
namespace {

using namespace upshift::testing;  // NOLINT: the objects of these tests
using State = Verdict::State;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(RolloutWait, RemembersTheCauseAfterTheDeployerTookThePodAway) {
  Project project;
  healthy(project);
  second_version(project, "Running");
  auto await = project.await();
  project.settle(await, seconds(1));
  project.server.in(seconds(5), [&] { project.server.put(web_pod(2, "b", waiting("CrashLoopBackOff", "", 1))); });
  // One batch of events: nobody looks between the deletion of the pod and the failure.
  project.server.in(seconds(9), [&] {
    project.server.put(web_pod(2, "b", waiting("CrashLoopBackOff", "", 2)));
    project.server.drop("Pod", "web-2-b");
    project.server.edit("ReplicationController", "web-2",
                        [](Json& c) { c["metadata"]["annotations"]["openshift.io/deployment.phase"] = "Failed"; });
  });
  const auto verdict = project.settle(await, minutes(1));
  EXPECT_EQ(verdict.state, State::kHopeless);
  EXPECT_NE(verdict.reason.find("version 2 failed: Pod/web-2-b: container main crashes, 2 restarts"), std::string::npos)
      << verdict.reason;
}

TEST(RolloutWait, IsMetWhenThePodsComeUpWithoutAskingTheServerAgain) {
  Project project;
  healthy(project);
  second_version(project, "Running");
  auto await = project.await();
  project.settle(await, seconds(1));
  const auto requests = project.server.requests.size();
  project.server.in(seconds(40), [&] {
    project.server.put(web_pod(2, "b", running(), true));
    project.server.edit("ReplicationController", "web-2",
                        [](Json& c) { c["metadata"]["annotations"]["openshift.io/deployment.phase"] = "Complete"; });
    project.server.edit("DeploymentConfig", "web",
                        [](Json& c) { c["status"]["updatedReplicas"] = c["status"]["availableReplicas"] = 1; });
  });
  EXPECT_EQ(project.settle(await, minutes(5)).state, State::kMet);
  EXPECT_EQ(project.server.requests.size(), requests);
}

TEST(RolloutWait, GivesUpWhenAnImageStaysUnavailableForAMinute) {
  Project project;
  healthy(project);
  second_version(project, "Running");
  project.server.put(web_pod(2, "b", waiting("ErrImagePull", "timeout")));
  auto await = project.await();
  const auto verdict = project.settle(await, minutes(10));
  EXPECT_EQ(verdict.state, State::kHopeless);
  EXPECT_LE(project.server.now() - await.started(), seconds(61));
}

TEST(RolloutWait, EndsWhenNothingMovesOrTheWholeTakesTooLong) {
  struct Limit {
    const char* timeout;
    Duration at_most;
    const char* says;
  };
  for (const auto& limit :
       {Limit{"", minutes(11), "nothing moved for 11 min"}, Limit{"2m", minutes(2), "took longer than 2 min"}}) {
    Project project;
    healthy(project);
    second_version(project, "Running");
    Json description = Json::parse(kRollout);
    if (*limit.timeout != '\0') description["timeout"] = limit.timeout;
    auto await = project.await(description);
    const auto verdict = project.settle(await, minutes(90));
    EXPECT_EQ(verdict.state, State::kHopeless);
    EXPECT_EQ(project.server.now() - await.started(), limit.at_most) << verdict.reason;
    EXPECT_NE(verdict.reason.find(limit.says), std::string::npos) << verdict.reason;
    EXPECT_NE(verdict.reason.find("last: DeploymentConfig/web: version 2"), std::string::npos) << verdict.reason;
  }
}

TEST(RolloutWait, WaitsOutAServerThatIsAwayButNotARefusal) {
  Project project;
  healthy(project);
  project.server.before = [](const Request&) {
    return std::optional(Result<Response>(failure(StatusCode::kUnavailable, "away")));
  };
  auto await = project.await();
  EXPECT_EQ(await.judge(project.server.now()).state, State::kPending);
  project.server.in(seconds(30), [&] { project.server.before = nullptr; });
  EXPECT_EQ(project.settle(await, minutes(5)).state, State::kMet);
  Project refused;
  refused.server.before = [](const Request&) {
    return std::optional(Result<Response>(FakeCluster::status(403, "Forbidden", "no")));
  };
  auto other = refused.await();
  EXPECT_EQ(other.judge(refused.server.now()).state, State::kHopeless);
}

}  // namespace
}  // namespace upshift::cluster
