#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class DeploymentConfigs : public EmulatedProject {
 protected:
  std::int64_t latest() { return int_at(get("DeploymentConfig", "web"), "/status/latestVersion"); }
  std::string annotation(const std::string& version, const std::string& key) {
    return string_at(get("ReplicationController", version), "/metadata/annotations/" + escape_pointer(key));
  }
};

TEST_F(DeploymentConfigs, RollOutOnceTheyExist) {
  create(web_config());
  settle();
  const Json config = get("DeploymentConfig", "web");
  EXPECT_EQ(config["status"]["latestVersion"], 1);
  EXPECT_EQ(config["status"]["observedGeneration"], 1);
  EXPECT_EQ(config["status"]["replicas"], 1);
  EXPECT_EQ(config["status"]["updatedReplicas"], 1);
  EXPECT_EQ(config["status"]["readyReplicas"], 1);
  EXPECT_EQ(config["status"]["availableReplicas"], 1);
  EXPECT_EQ(config["status"]["unavailableReplicas"], 0);
  EXPECT_EQ(config["status"]["details"],
            Json::parse(R"({"message": "config change", "causes": [{"type": "ConfigChange"}]})"));
  const Json available = condition("DeploymentConfig", "web", "Available");
  EXPECT_EQ(available["status"], "True");
  EXPECT_EQ(available["message"], "Deployment config has minimum availability.");
  const Json progressing = condition("DeploymentConfig", "web", "Progressing");
  EXPECT_EQ(progressing["reason"], "NewReplicationControllerAvailable");
  EXPECT_EQ(progressing["message"], "replication controller \"web-1\" successfully rolled out");
}

TEST_F(DeploymentConfigs, LeaveTheirStoryInTheVersionsAnnotations) {
  create(web_config());
  settle();
  const Json version = get("ReplicationController", "web-1");
  EXPECT_EQ(version["metadata"]["generation"], 2);
  EXPECT_EQ(version["metadata"]["labels"], (Json{{"app", "shop"}, {"openshift.io/deployment-config.name", "web"}}));
  EXPECT_EQ(version["spec"]["selector"], (Json{{"name", "web"}, {"deployment", "web-1"}, {"deploymentconfig", "web"}}));
  EXPECT_EQ(phase("web-1"), "Complete");
  EXPECT_EQ(annotation("web-1", "openshift.io/deployment.replicas"), "1");
  EXPECT_EQ(annotation("web-1", "kubectl.kubernetes.io/desired-replicas"), "");
  EXPECT_EQ(annotation("web-1", "openshift.io/deployer-pod.name"), "web-1-deploy");
  EXPECT_EQ(annotation("web-1", "openshift.io/deployer-pod.created-at"), "2026-01-02 03:04:05 +0000 UTC");
  EXPECT_THAT(annotation("web-1", "openshift.io/deployer-pod.completed-at"), HasSubstr("+0000 UTC"));
  const Json encoded = Json::parse(annotation("web-1", "openshift.io/encoded-deployment-config"));
  EXPECT_EQ(encoded["spec"], get("DeploymentConfig", "web")["spec"]);
  EXPECT_EQ(version["status"]["availableReplicas"], 1);
  EXPECT_EQ(version["metadata"]["ownerReferences"][0]["uid"], get("DeploymentConfig", "web")["metadata"]["uid"]);
  EXPECT_EQ(string_at(get("Pod", "web-1-deploy"), "/status/phase"), "Succeeded");
}

TEST_F(DeploymentConfigs, TakeOverTheVersionsThatOneOfTheirNameLeftBehind) {
  create(web_config());
  settle();
  send("DELETE", cluster::object_path(ref("DeploymentConfig", "web")), {{"propagationPolicy", "Orphan"}});
  settle();
  EXPECT_EQ(find(get("ReplicationController", "web-1"), "/metadata/ownerReferences/0"), nullptr);
  create(web_config());
  settle();
  const Json config = get("DeploymentConfig", "web");
  EXPECT_EQ(get("ReplicationController", "web-1")["metadata"]["ownerReferences"][0]["uid"], config["metadata"]["uid"]);
  EXPECT_EQ(config["status"]["latestVersion"], 1);
  EXPECT_EQ(config["status"]["availableReplicas"], 1);
}

TEST_F(DeploymentConfigs, WaitForAnImageThatIsNotKnown) {
  Json config = web_config();
  config["spec"]["template"]["spec"]["containers"][0]["image"] = " ";
  create(config);
  settle();
  EXPECT_EQ(latest(), 0);
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["observedGeneration"], 1);
}

TEST_F(DeploymentConfigs, RollOutAgainWhenTheTemplateChangesAndOnlyThen) {
  create(web_config());
  settle();
  patch("DeploymentConfig", "web", {{"spec", {{"strategy", {{"recreateParams", {{"timeoutSeconds", 61}}}}}}}});
  settle();
  EXPECT_EQ(latest(), 1);
  set_environment("blue");
  settle();
  EXPECT_EQ(latest(), 2);
  EXPECT_EQ(phase("web-2"), "Complete");
  const Json old = get("ReplicationController", "web-1");
  EXPECT_EQ(old["spec"]["replicas"], 0);
  EXPECT_EQ(old["metadata"]["generation"], 3);
  EXPECT_EQ(annotation("web-1", "openshift.io/deployment.replicas"), "1");
  EXPECT_THAT(pods_of("web-1"), SizeIs(0));
  EXPECT_THAT(pods_of("web-2"), SizeIs(1));
  set_environment("blue");
  settle();
  EXPECT_EQ(latest(), 2);
}

TEST_F(DeploymentConfigs, WaitWhilePaused) {
  create(web_config());
  settle();
  patch("DeploymentConfig", "web", {{"spec", {{"paused", true}}}});
  set_environment("blue");
  settle();
  EXPECT_EQ(latest(), 1);
  patch("DeploymentConfig", "web", {{"spec", {{"paused", nullptr}}}});
  settle();
  EXPECT_EQ(latest(), 2);
  EXPECT_EQ(phase("web-2"), "Complete");
}

TEST_F(DeploymentConfigs, RollOutOnRequest) {
  create(web_config());
  settle();
  const auto response = send("POST", cluster::object_path(ref("DeploymentConfig", "web")) + "/instantiate",
                             {{"kind", "DeploymentRequest"},
                              {"apiVersion", "apps.openshift.io/v1"},
                              {"name", "web"},
                              {"latest", true},
                              {"force", true}});
  ASSERT_TRUE(response.ok()) << response.body;
  settle();
  EXPECT_EQ(latest(), 2);
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_EQ(annotation("web-2", "openshift.io/deployment.status-reason"), "manual change");
}

TEST_F(DeploymentConfigs, FollowTheirScale) {
  create(web_config());
  settle();
  patch("DeploymentConfig", "web", {{"spec", {{"replicas", 3}}}});
  settle();
  EXPECT_THAT(pods_of("web-1"), SizeIs(3));
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["availableReplicas"], 3);
  patch("DeploymentConfig", "web", {{"spec", {{"replicas", 0}}}});
  settle();
  EXPECT_THAT(pods_of("web-1"), SizeIs(0));
  EXPECT_EQ(latest(), 1);
  EXPECT_THAT(events_about("web"),
              Contains("Normal ReplicationControllerScaled: Scaled replication controller \"web-1\" from 3 to 0"));
}

TEST_F(DeploymentConfigs, RollOutWithoutReplicas) {
  Json config = web_config();
  config["spec"]["replicas"] = 0;
  create(config);
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
  set_environment("blue");
  settle();
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_EQ(get("ReplicationController", "web-2")["spec"]["replicas"], 0);
}

TEST_F(DeploymentConfigs, LetANewerVersionCancelARunningRollout) {
  emulator.faults().add(ContainerFault{.deployment_config = "web", .kind = ContainerFault::Kind::kNeverReady});
  create(web_config());
  pass(20s);
  ASSERT_EQ(phase("web-1"), "Running");
  emulator.faults().clear();
  set_environment("blue");
  settle();
  EXPECT_EQ(phase("web-1"), "Failed");
  EXPECT_EQ(annotation("web-1", "openshift.io/deployment.cancelled"), "true");
  EXPECT_FALSE(exists("Pod", "web-1-deploy"));
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_THAT(events_about("web"),
              Contains("Normal DeploymentCancelled: Cancelled deployment \"web-1\" superseded by version 2"));
}

TEST_F(DeploymentConfigs, KeepAsManyOldVersionsAsTheyAreTold) {
  Json config = web_config();
  config["spec"]["revisionHistoryLimit"] = 1;
  create(config);
  for (const char* colour : {"blue", "green", "black"}) {
    settle();
    set_environment(colour);
  }
  settle();
  std::vector<std::string> names;
  for (const Json& version : all("ReplicationController")) names.push_back(string_at(version, "/metadata/name"));
  EXPECT_THAT(names, ElementsAre("web-3", "web-4"));
}

TEST_F(DeploymentConfigs, AreNotChangedBySettlingTwice) {
  create(web_config());
  settle();
  const Json before = emulator.snapshot();
  settle();
  pass(1h);
  EXPECT_EQ(emulator.snapshot(), before);
}

}  // namespace
}  // namespace upshift::emulator
