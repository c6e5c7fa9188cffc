#include <gtest/gtest.h>

#include "unit/cluster/rollout_project.hpp"

namespace upshift::cluster {
namespace {

using namespace upshift::testing;  // NOLINT: the objects of these tests
using State = Verdict::State;

struct Case {
  const char* name;
  std::function<void(Project&)> change;  // of a project with a healthy version 1
  State state;
  const char* says;
};

Json config_with(const std::function<void(Json&)>& change) {
  Json config = web_config();
  change(config);
  return config;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"complete", [](Project&) {}, State::kMet, "version 1 is complete"},
      {"config gone", [](Project& p) { p.server.drop("DeploymentConfig", "web"); }, State::kHopeless, "does not exist"},
      {"not observed",
       [](Project& p) { p.server.edit("DeploymentConfig", "web", [](Json& c) { c["metadata"]["generation"] = 2; }); },
       State::kPending, "generation 2 has not been seen"},
      {"new template, next version to come",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) { c["spec"]["template"] = web_template("2"); });
       },
       State::kPending, "version 2 is about to be made"},
      {"default that is newer than the version",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web",
                       [](Json& c) { c["spec"]["template"]["spec"]["containers"][0]["newer"] = "default"; });
       },
       State::kMet, "version 1 is complete"},
      {"member that its controller has yet to see",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["template"]["spec"]["serviceAccountName"] = "mine";
           c["metadata"]["generation"] = 2;
         });
       },
       State::kPending, "generation 2 has not been seen"},
      {"new member, no trigger",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["template"]["spec"]["serviceAccountName"] = "mine";
           c["spec"]["triggers"] = Json::array();
         });
       },
       State::kHopeless, "no ConfigChange trigger"},
      {"new template, no trigger",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["template"] = web_template("2");
           c["spec"]["triggers"] = Json::array();
         });
       },
       State::kHopeless, "no ConfigChange trigger"},
      {"same template, no trigger",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) { c["spec"]["triggers"] = Json::array(); });
       },
       State::kMet, "version 1 is complete"},
      {"paused",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["template"] = web_template("2");
           c["spec"]["paused"] = true;
         });
       },
       State::kHopeless, "is paused"},
      {"paused but already rolled out",
       [](Project& p) { p.server.edit("DeploymentConfig", "web", [](Json& c) { c["spec"]["paused"] = true; }); },
       State::kMet, "version 1 is complete"},
      {"old failure, new template",
       [](Project& p) {
         second_version(p, "Failed");
         p.server.edit("DeploymentConfig", "web", [](Json& c) { c["spec"]["template"] = web_template("3"); });
       },
       State::kPending, "version 3 is about to be made"},
      {"running", [](Project& p) { second_version(p, "Running"); }, State::kPending,
       "version 2 is being rolled out (Running), 0 of 1"},
      {"replicas of the old version left",
       [](Project& p) {
         second_version(p, "Complete",
                        [](Json& c) { c["status"]["updatedReplicas"] = c["status"]["availableReplicas"] = 1; });
         p.server.put(web_pod(1, "old", running(), true));
       },
       State::kPending, "Pod/web-1-old of an older version"},
      {"none wanted",
       [](Project& p) {
         const Json config = config_with([](Json& c) {
           c["spec"]["replicas"] = 0;
           c["status"]["replicas"] = c["status"]["updatedReplicas"] = c["status"]["availableReplicas"] = 0;
         });
         p.server.put(config);
         p.server.put(web_controller(config, 1, "Complete"));
         p.server.drop("Pod", "web-1-a");
       },
       State::kMet, "version 1 is complete"},
      {"image pull",
       [](Project& p) {
         second_version(p, "Running");
         p.server.put(web_pod(2, "b", waiting("ImagePullBackOff", "Back-off pulling")));
       },
       State::kHopeless, "Pod/web-2-b: container main cannot get its image (ImagePullBackOff): Back-off pulling"},
      {"first image pull error",
       [](Project& p) {
         second_version(p, "Running");
         p.server.put(web_pod(2, "b", waiting("ErrImagePull")));
       },
       State::kPending, "cannot get its image"},
      {"missing secret",
       [](Project& p) {
         second_version(p, "Running");
         p.server.put(web_pod(2, "b", waiting("CreateContainerConfigError", "secret \"x\" not found")));
       },
       State::kHopeless, "secret \"x\" not found"},
      {"crash once",
       [](Project& p) {
         second_version(p, "Running");
         p.server.put(web_pod(2, "b", waiting("CrashLoopBackOff", "", 1)));
       },
       State::kPending, "crashes, 1 restart so far"},
      {"crash loop",
       [](Project& p) {
         second_version(p, "Running");
         Json status = waiting("CrashLoopBackOff", "", 3);
         status["lastState"] = {{"terminated", {{"exitCode", 7}, {"message", "no such task\n"}}}};
         p.server.put(web_pod(2, "b", status));
       },
       State::kHopeless, "crashes, 3 restarts so far (exit code 7: no such task)"},
      {"killed for memory",
       [](Project& p) {
         second_version(p, "Running");
         Json status = waiting("CrashLoopBackOff", "", 4);
         status["lastState"] = {{"terminated", {{"exitCode", 137}, {"reason", "OOMKilled"}}}};
         p.server.put(web_pod(2, "b", status));
       },
       State::kHopeless, "out of memory"},
      {"trouble of an older version does not count",
       [](Project& p) {
         second_version(p, "Running");
         p.server.put(web_pod(1, "old", waiting("ImagePullBackOff")));
       },
       State::kPending, "being rolled out"},
      {"hook aborts",
       [](Project& p) {
         second_version(p, "Running", [](Json& c) {
           c["spec"]["strategy"]["recreateParams"]["pre"] = {{"failurePolicy", "Abort"}};
         });
         p.server.put(hook_pod(2, "pre", "Failed", 1));
       },
       State::kHopeless, "its pre hook Pod/web-2-hook-pre ended with exit code 1"},
      {"hook that is tried again",
       [](Project& p) {
         second_version(p, "Running", [](Json& c) {
           c["spec"]["strategy"]["recreateParams"]["pre"] = {{"failurePolicy", "Retry"}};
         });
         p.server.put(hook_pod(2, "pre", "Failed", 1));
       },
       State::kPending, "its pre hook"},
      {"hook whose failure is ignored",
       [](Project& p) {
         second_version(p, "Running", [](Json& c) {
           c["spec"]["strategy"]["recreateParams"]["post"] = {{"failurePolicy", "Ignore"}};
         });
         p.server.put(hook_pod(2, "post", "Failed", 1));
       },
       State::kPending, "being rolled out"},
      {"quota refuses the deployer",
       [](Project& p) {
         second_version(p, "New");
         p.server.put(warning("DeploymentConfig", "web", "FailedCreate",
                              "Error creating deployer pod: pods \"web-2-deploy\" is forbidden: failed quota: q"));
       },
       State::kHopeless, "failed quota: q"},
      {"quota refused an older version",
       [](Project& p) {
         second_version(p, "New");
         p.server.put(warning("DeploymentConfig", "web", "FailedCreate",
                              "Error creating deployer pod: pods \"web-1-deploy\" is forbidden: failed quota: q"));
       },
       State::kPending, "being rolled out (New)"},
      {"claim does not exist",
       [](Project& p) {
         second_version(p, "Running");
         Json pod = web_pod(2, "b", running());
         pod["status"]["conditions"] = Json::array({{{"type", "PodScheduled"},
                                                     {"status", "False"},
                                                     {"message", "persistentvolumeclaim \"data\" not found"}}});
         p.server.put(pod);
       },
       State::kHopeless, "persistentvolumeclaim \"data\" not found"},
      {"claim not bound yet",
       [](Project& p) {
         second_version(p, "Running");
         Json pod = web_pod(2, "b", running());
         pod["status"]["conditions"] = Json::array({{{"type", "PodScheduled"},
                                                     {"status", "False"},
                                                     {"message", "pod has unbound immediate PersistentVolumeClaims"}}});
         p.server.put(pod);
       },
       State::kPending, "unbound immediate"},
      {"cancelled",
       [](Project& p) {
         second_version(p, "Failed");
         p.server.edit("ReplicationController", "web-2",
                       [](Json& c) { c["metadata"]["annotations"]["openshift.io/deployment.cancelled"] = "true"; });
       },
       State::kHopeless, "version 2 failed: it was cancelled"},
      {"image trigger has not fired",
       [](Project& p) {
         p.server.put(image_stream("latest", 2, 2, "sha256:two"));
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "quay.io/shop/web@sha256:one"));
         });
       },
       State::kPending, "has not taken the new image of ImageStreamTag/web:latest"},
      {"image trigger is settled, through another registry's name",
       [](Project& p) {
         p.server.put(image_stream("latest", 2, 2, "sha256:one"));
         const Json config = config_with([](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "registry.local/shop/web@sha256:one"));
         });
         p.server.put(config);
         p.server.put(web_controller(config, 1, "Complete"));
       },
       State::kMet, "version 1 is complete"},
      {"image is still imported",
       [](Project& p) {
         p.server.put(image_stream("latest", 3, 2, "sha256:one"));
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "quay.io/shop/web@sha256:one"));
         });
       },
       State::kPending, "waits for the import of ImageStreamTag/web:latest"},
      {"image cannot be imported",
       [](Project& p) {
         p.server.put(image_stream("latest", 3, 2, "sha256:one", "Unauthorized"));
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "quay.io/shop/web@sha256:one"));
         });
       },
       State::kHopeless, "cannot be imported (Unauthorized): the registry said no"},
      {"evicted after it had crashed, and made anew",
       [](Project& p) {
         second_version(p, "Running");
         Json pod = web_pod(2, "b", {{"restartCount", 5}, {"state", {{"terminated", {{"exitCode", 137}}}}}});
         pod["status"].update({{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "low on resource: memory"}});
         p.server.put(pod);
       },
       State::kPending, "being rolled out (Running)"},
      {"the only trouble was an eviction",
       [](Project& p) {
         second_version(p, "Failed");
         Json pod = web_pod(2, "b", {{"restartCount", 0}, {"state", {{"terminated", {{"exitCode", 137}}}}}});
         pod["status"].update({{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "low on resource: memory"}});
         p.server.put(pod);
       },
       State::kHopeless, "Pod/web-2-b was ended by the cluster (Evicted): low on resource: memory"},
      {"copy of an older version's pod to look into",
       [](Project& p) {
         Json copy = web_pod(7, "debug", running(), true);
         copy["metadata"].erase("ownerReferences");
         p.server.put(copy);
       },
       State::kMet, "version 1 is complete"},
      {"scaled while it is rolled out",
       [](Project& p) {
         second_version(p, "Running", [](Json& c) { c["metadata"]["generation"] = 3; });
         p.server.put(web_pod(2, "b", waiting("ImagePullBackOff", "Back-off pulling")));
       },
       State::kHopeless, "cannot get its image"},
      {"scaled after it was rolled out",
       [](Project& p) { second_version(p, "Complete", [](Json& c) { c["metadata"]["generation"] = 3; }); },
       State::kPending, "generation 3 has not been seen"},
      {"version that cannot be made",
       [](Project& p) {
         second_version(p, "New");
         p.server.drop("ReplicationController", "web-2");
         p.server.put(warning("DeploymentConfig", "web", "DeploymentCreationFailed",
                              "Couldn't deploy version 2: exceeded quota: q"));
       },
       State::kHopeless, "version 2 cannot be made: Couldn't deploy version 2: exceeded quota"},
      {"earlier version that could not be made",
       [](Project& p) {
         second_version(p, "New");
         p.server.drop("ReplicationController", "web-2");
         p.server.put(warning("DeploymentConfig", "web", "DeploymentCreationFailed",
                              "Couldn't deploy version 1: exceeded quota: q"));
       },
       State::kPending, "ReplicationController/web-2 is not there yet"},
      {"image could not be imported again before this version was made of what there is",
       [](Project& p) {
         Json stream = image_stream("latest", 3, 2, "sha256:one", "Unauthorized");
         stream["status"]["tags"][0]["conditions"][0]["lastTransitionTime"] = "2026-01-01T00:00:00Z";
         p.server.put(stream);
         const Json config = config_with([](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "quay.io/shop/web@sha256:one"));
         });
         p.server.put(config);
         Json controller = web_controller(config, 1, "Complete");
         controller["metadata"]["creationTimestamp"] = "2026-01-01T00:00:05Z";
         p.server.put(controller);
       },
       State::kMet, "version 1 is complete"},
      {"image could not be imported since this version was made",
       [](Project& p) {
         Json stream = image_stream("latest", 3, 2, "sha256:one", "Unauthorized");
         stream["status"]["tags"][0]["conditions"][0]["lastTransitionTime"] = "2026-01-01T00:00:05Z";
         p.server.put(stream);
         p.server.edit("DeploymentConfig", "web", [](Json& c) {
           c["spec"]["triggers"].push_back(image_trigger("web:latest", "quay.io/shop/web@sha256:one"));
         });
         p.server.edit("ReplicationController", "web-1",
                       [](Json& c) { c["metadata"]["creationTimestamp"] = "2026-01-01T00:00:05Z"; });
       },
       State::kHopeless, "cannot be imported (Unauthorized)"},
      {"tag of the trigger is missing",
       [](Project& p) {
         p.server.edit("DeploymentConfig", "web",
                       [](Json& c) { c["spec"]["triggers"].push_back(image_trigger("web:next", "")); });
       },
       State::kPending, "ImageStreamTag/web:next, which does not exist"},
  };
  return all;
}

TEST(Rollout, IsJudgedByWhatTheProjectShows) {
  for (const auto& one : cases()) {
    Project project;
    healthy(project);
    one.change(project);
    auto await = project.await();
    const auto& verdict = await.judge(project.server.now());
    EXPECT_EQ(verdict.state, one.state) << one.name << ": " << verdict.reason;
    EXPECT_NE(verdict.reason.find(one.says), std::string::npos) << one.name << ": " << verdict.reason;
    EXPECT_NE(verdict.reason.find("DeploymentConfig/web"), std::string::npos) << one.name;
    EXPECT_TRUE(verdict.state != State::kHopeless || !verdict.advice.empty()) << one.name;
  }
}

TEST(Rollout, DoesNotTakeVersionNineForNewerThanTen) {
  Project project;
  healthy(project);
  Json config = web_config(10, 10);
  project.server.put(config);
  project.server.put(web_controller(config, 9, "Complete"));
  project.server.put(web_controller(config, 10, "Running"));
  auto await = project.await();
  EXPECT_NE(await.judge(project.server.now()).reason.find("version 10"), std::string::npos);
}

TEST(Rollout, ComparesTheControllersOwnTemplateWhereNoConfigIsEncoded) {
  for (const bool same : {true, false}) {
    Project project;
    healthy(project);
    project.server.edit("ReplicationController", "web-1", [&](Json& controller) {
      controller["metadata"]["annotations"].erase("openshift.io/encoded-deployment-config");
      auto& pod = controller["spec"]["template"];
      if (!same) pod = web_template("9");
      pod["metadata"]["labels"]["deployment"] = "web-1";
      pod["metadata"]["labels"]["deploymentconfig"] = "web";
      pod["metadata"]["annotations"]["openshift.io/deployment.name"] = "web-1";
    });
    auto await = project.await();
    EXPECT_EQ(await.judge(project.server.now()).state, same ? State::kMet : State::kPending);
  }
}

}  // namespace
}  // namespace upshift::cluster
