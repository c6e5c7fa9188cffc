// Rollout strategies, hooks, and every way to fail that was recorded of the real controllers.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::Contains;
using testing::SizeIs;

class Rollouts : public EmulatedProject {
 protected:
  void expect_failed(const std::string& version) {
    EXPECT_EQ(phase(version), "Failed");
    EXPECT_EQ(get("ReplicationController", version)["spec"]["replicas"], 0);
    const Json progressing = condition("DeploymentConfig", "web", "Progressing");
    EXPECT_EQ(progressing["status"], "False");
    EXPECT_EQ(progressing["reason"], "ProgressDeadlineExceeded");
    EXPECT_EQ(progressing["message"], "replication controller \"" + version + "\" has failed progressing");
    EXPECT_EQ(string_at(get("Pod", version + "-deploy"), "/status/phase"), "Failed");
  }
  Json waiting_of(const std::string& version) {
    const auto pods = pods_of(version);
    return pods.empty() ? Json() : object_at(pods[0], "/status/containerStatuses/0/state/waiting");
  }
  Json hook(const std::string& policy) {
    return {{"failurePolicy", policy}, {"execNewPod", {{"containerName", "main"}, {"command", {"migrate", "up"}}}}};
  }
};

TEST_F(Rollouts, EndTheOldPodsBeforeTheNewOnesWhenTheyRecreate) {
  create(web_config());
  settle();
  const std::string old_pod = string_at(pods_of("web-1").at(0), "/metadata/name");
  set_environment("blue");
  bool both = false;
  for (int i = 0; i < 400 && phase("web-2") != "Complete"; ++i) {
    pass(1s);
    both = both || (exists("Pod", old_pod) && !pods_of("web-2").empty());
  }
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_FALSE(both);
}

TEST_F(Rollouts, NeverMissMoreOrAddMorePodsThanARollingUpdateMay) {
  create(rolling_config(4, {{"maxSurge", 1}, {"maxUnavailable", "25%"}}));
  settle();
  set_environment("blue");
  for (int i = 0; i < 600 && phase("web-2") != "Complete"; ++i) {
    pass(1s);
    const Json config = get("DeploymentConfig", "web");
    EXPECT_GE(config["status"]["availableReplicas"], 3);
    EXPECT_LE(config["status"]["replicas"], 5);
  }
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_THAT(pods_of("web-2"), SizeIs(4));
  EXPECT_THAT(pods_of("web-1"), SizeIs(0));
}

TEST_F(Rollouts, KeepASinglePodServingUntilItsSuccessorIsReady) {
  create(rolling_config(1));
  settle();
  set_environment("blue");
  for (int i = 0; i < 200 && phase("web-2") != "Complete"; ++i) {
    pass(1s);
    EXPECT_GE(get("DeploymentConfig", "web")["status"]["availableReplicas"], 1);
  }
  EXPECT_EQ(phase("web-2"), "Complete");
}

TEST_F(Rollouts, RunHooksInPodsOfTheirOwn) {
  Json config = rolling_config(1, {{"pre", hook("Retry")}, {"post", hook("Abort")}});
  config["spec"]["strategy"]["rollingParams"]["pre"]["execNewPod"]["env"] =
      Json::array({{{"name", "COLOUR"}, {"value", "grey"}}, {{"name", "STEP"}, {"value", "1"}}});
  create(config);
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
  const Json pre = get("Pod", "web-1-hook-pre");
  EXPECT_EQ(pre["status"]["phase"], "Succeeded");
  EXPECT_EQ(pre["spec"]["restartPolicy"], "OnFailure");
  EXPECT_EQ(pre["metadata"]["labels"]["openshift.io/deployer-pod.type"], "hook-pre");
  const Json& container = pre["spec"]["containers"][0];
  EXPECT_EQ(container["name"], "lifecycle");
  EXPECT_EQ(container["command"], Json::array({"migrate", "up"}));
  EXPECT_EQ(container["env"], Json::parse(R"([{"name": "COLOUR", "value": "grey"}, {"name": "STEP", "value": "1"},
      {"name": "OPENSHIFT_DEPLOYMENT_NAME", "value": "web-1"},
      {"name": "OPENSHIFT_DEPLOYMENT_NAMESPACE", "value": "demo"}])"));
  EXPECT_EQ(get("Pod", "web-1-hook-post")["spec"]["restartPolicy"], "Never");
}

TEST_F(Rollouts, FailWhenAHookFailsThatMayNot) {
  emulator.faults().add(HookFault{.deployment_config = "web", .hook = "pre"});
  create(rolling_config(1, {{"pre", hook("Abort")}}));
  settle();
  expect_failed("web-1");
  EXPECT_EQ(get("ReplicationController", "web-1")["metadata"]["generation"], 1);
  const Json pod = get("Pod", "web-1-hook-pre");
  EXPECT_EQ(pod["status"]["phase"], "Failed");
  EXPECT_EQ(pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"], 1);
  EXPECT_EQ(pod["status"]["containerStatuses"][0]["state"]["terminated"]["reason"], "Error");
  EXPECT_THAT(events_about("web"), Contains("Normal Started: Running pre-hook (\"migrate up\") for rc demo/web-1"));
  EXPECT_THAT(events_about("web"), Contains("Warning Failed: The pre-hook failed: , aborting rollout of demo/web-1"));
}

TEST_F(Rollouts, GoOnWhenAHookFailsThatMay) {
  emulator.faults().add(HookFault{.deployment_config = "web", .hook = "pre"});
  create(rolling_config(1, {{"pre", hook("Ignore")}}));
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

TEST_F(Rollouts, RunAHookAgainUntilItSucceeds) {
  emulator.faults().add(HookFault{.deployment_config = "web", .hook = "pre", .times = 3});
  create(rolling_config(1, {{"pre", hook("Retry")}}));
  pass(10min);
  EXPECT_EQ(phase("web-1"), "Complete");
  EXPECT_EQ(get("Pod", "web-1-hook-pre")["status"]["containerStatuses"][0]["restartCount"], 3);
}

TEST_F(Rollouts, EndARetryingHookAtTheDeployersDeadline) {
  emulator.faults().add(HookFault{.deployment_config = "web", .hook = "pre"});
  Json config = rolling_config(1, {{"pre", hook("Retry")}});
  config["spec"]["strategy"]["activeDeadlineSeconds"] = 900;
  create(config);
  settle();
  EXPECT_EQ(phase("web-1"), "Failed");
  EXPECT_EQ(emulator.clock().now() - kStart, 15min);
}

TEST_F(Rollouts, ShowACrashLoopWhileItLastsAndNothingOfItAfterwards) {
  emulator.faults().add(ContainerFault{.deployment_config = "web"});
  create(web_config());
  pass(15s);
  ASSERT_EQ(phase("web-1"), "Running");
  EXPECT_EQ(waiting_of("web-1")["reason"], "CrashLoopBackOff");
  const Json pod = pods_of("web-1").at(0);
  EXPECT_EQ(pod["status"]["phase"], "Running");
  EXPECT_EQ(pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"], 1);
  EXPECT_EQ(pod["status"]["containerStatuses"][0]["restartCount"], 1);
  EXPECT_EQ(condition("DeploymentConfig", "web", "Progressing")["reason"], "ReplicationControllerUpdated");
  settle();
  expect_failed("web-1");
  EXPECT_EQ(get("ReplicationController", "web-1")["metadata"]["generation"], 3);
  EXPECT_THAT(pods_of("web-1"), SizeIs(0));
  EXPECT_THAT(events_about("web"),
              Contains("Normal ReplicationControllerScaled: Scaled replication controller \"web-1\" from 1 to 0"));
}

TEST_F(Rollouts, FailWhenTheImageCannotBePulled) {
  emulator.faults().add(ImageFault{.image = "example.com/*"});
  create(web_config());
  pass(15s);
  EXPECT_EQ(waiting_of("web-1")["reason"], "ImagePullBackOff");
  EXPECT_EQ(waiting_of("web-1")["message"], "Back-off pulling image \"example.com/team/web:1\"");
  EXPECT_EQ(pods_of("web-1").at(0)["status"]["phase"], "Pending");
  settle();
  expect_failed("web-1");
}

TEST_F(Rollouts, FailWhenThePodsNeverBecomeReady) {
  emulator.faults().add(ContainerFault{.deployment_config = "web", .kind = ContainerFault::Kind::kNeverReady});
  create(web_config());
  settle();
  expect_failed("web-1");
  const auto took = emulator.clock().now() - kStart;
  EXPECT_GE(took, 60s);
  EXPECT_LE(took, 75s);
}

TEST_F(Rollouts, ReturnToTheVersionBeforeWhenANewOneFails) {
  create(web_config());
  settle();
  emulator.faults().add(ContainerFault{.deployment_config = "web", .kind = ContainerFault::Kind::kNeverReady});
  set_environment("blue");
  settle();
  expect_failed("web-2");
  const Json old = get("ReplicationController", "web-1");
  EXPECT_EQ(old["spec"]["replicas"], 1);
  EXPECT_EQ(old["metadata"]["generation"], 4);
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["updatedReplicas"], 0);
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["replicas"], 1);
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["unavailableReplicas"], 1);
  EXPECT_EQ(condition("DeploymentConfig", "web", "Available")["status"], "False");
}

TEST_F(Rollouts, FailWhenTheDeployerIsKilled) {
  emulator.faults().add(DeployerFault{.deployment_config = "web"});
  create(web_config());
  settle();
  expect_failed("web-1");
  const Json deployer = get("Pod", "web-1-deploy");
  EXPECT_EQ(deployer["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"], 137);
}

TEST_F(Rollouts, StayNewWhileAQuotaForbidsTheDeployer) {
  create({{"apiVersion", "v1"},
          {"kind", "ResourceQuota"},
          {"metadata", {{"name", "q"}}},
          {"spec", {{"hard", {{"requests.cpu", "1"}}}}}});
  create(web_config());
  settle();
  pass(10s);
  EXPECT_EQ(phase("web-1"), "New");
  const Json progressing = condition("DeploymentConfig", "web", "Progressing");
  EXPECT_EQ(progressing["reason"], "NewReplicationControllerCreated");
  EXPECT_THAT(events_about("web"),
              Contains("Warning FailedCreate: Error creating deployer pod: pods \"web-1-deploy\" is forbidden: failed "
                       "quota: q: must specify requests.cpu"));
  remove("ResourceQuota", "q");
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

}  // namespace
}  // namespace upshift::emulator
