// Deployments of apps/v1: ReplicaSets, rollouts of both strategies, revisions, the progress deadline.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kRevision = "/metadata/annotations/deployment.kubernetes.io~1revision";

class Deployments : public EmulatedProject {
 protected:
  static Json deployment(int replicas, const Json& strategy = Json::object()) {
    Json object = Json::parse(R"({
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
      "spec": {"selector": {"matchLabels": {"app": "web"}},
               "template": {"metadata": {"labels": {"app": "web"}},
                            "spec": {"containers": [{"name": "main", "image": "example.com/team/web:1"}]}}}})");
    object["spec"]["replicas"] = replicas;
    if (!strategy.empty()) object["spec"]["strategy"] = strategy;
    return object;
  }
  static Json rolling(const Json& surge, const Json& unavailable) {
    return {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", surge}, {"maxUnavailable", unavailable}}}};
  }
  void set_image(const std::string& tag) {
    patch("Deployment", "web",
          {{"spec",
            {{"template",
              {{"spec", {{"containers", {{{"name", "main"}, {"image", "example.com/team/web:" + tag}}}}}}}}}}});
  }
  // Wanted replicas by revision.
  std::map<std::string, std::int64_t> sets() {
    std::map<std::string, std::int64_t> out;
    for (const Json& set : all("ReplicaSet")) out[string_at(set, kRevision)] = int_at(set, "/spec/replicas");
    return out;
  }
  std::int64_t status(const std::string& member) { return int_at(get("Deployment", "web"), "/status/" + member); }
  // How many pods served at least, and how many were there at most, until nothing is left to do.
  std::pair<std::int64_t, std::int64_t> watch_rollout() {
    std::int64_t least = 1000, most = 0;
    for (int i = 0; i < 600; ++i) {
      emulator.wait(emulator.clock().now() + 1s);
      least = std::min(least, status("availableReplicas"));
      most = std::max(most, status("replicas"));
    }
    return {least, most};
  }
};

TEST_F(Deployments, TakeTheImagesThatTheirAnnotationAsksFor) {
  create(Json::parse(R"({"apiVersion": "image.openshift.io/v1", "kind": "ImageStream", "metadata": {"name": "app"},
      "spec": {"tags": [{"name": "1", "from": {"kind": "DockerImage", "name": "example.com/team/app:1"}}]}})"));
  settle();
  const std::string image = string_at(get("ImageStream", "app"), "/status/tags/0/items/0/dockerImageReference");
  const auto image_after = [&](const std::string& triggers) {
    Json object = deployment(1);
    object["metadata"]["annotations"]["image.openshift.io/triggers"] = triggers;
    create(object);
    settle();
    const std::string found = string_at(get("Deployment", "web"), "/spec/template/spec/containers/0/image");
    remove("Deployment", "web");
    settle();
    return found;
  };
  const auto trigger = [](const std::string& path, const char* further = "") {
    return R"([{"from":{"kind":"ImageStreamTag","name":"app:1"},"fieldPath":")" + path + '"' + further + "}]";
  };
  EXPECT_EQ(image_after(trigger("spec.template.spec.containers[?(@.name==\\\"main\\\")].image")), image);
  EXPECT_EQ(image_after(trigger("spec.template.spec.containers[0].image")), image);
  const char* unchanged = "example.com/team/web:1";
  EXPECT_EQ(image_after(trigger("spec.template.spec.containers[0].image", R"(,"paused":true)")), unchanged);
  for (const char* path :
       {"spec.template.spec.containers[1].image", "spec.template.spec.containers[?(@.name==\\\"x\\\")].image",
        "spec.template.spec.volumes[0].image", "spec.template.spec.containers[0]", "image", ""}) {
    EXPECT_EQ(image_after(trigger(path)), unchanged) << path;
  }
  EXPECT_EQ(image_after("no list"), unchanged);
}

TEST_F(Deployments, RollOutOnceTheyExist) {
  create(deployment(3));
  settle();
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"1", 3}}));
  for (const char* member : {"replicas", "updatedReplicas", "readyReplicas", "availableReplicas"}) {
    EXPECT_EQ(status(member), 3) << member;
  }
  EXPECT_EQ(status("observedGeneration"), 1);
  EXPECT_EQ(string_at(get("Deployment", "web"), kRevision), "1");
  EXPECT_EQ(condition("Deployment", "web", "Available")["status"], "True");
  EXPECT_EQ(condition("Deployment", "web", "Progressing")["reason"], "NewReplicaSetAvailable");
  const Json set = all("ReplicaSet").at(0);
  const auto hash = string_at(set, "/metadata/labels/pod-template-hash");
  EXPECT_EQ(string_at(set, "/metadata/name"), "web-" + hash);
  for (const Json& pod : all("Pod")) EXPECT_EQ(string_at(pod, "/metadata/labels/pod-template-hash"), hash);
  EXPECT_THAT(events_about("web"),
              ElementsAre("Normal ScalingReplicaSet: Scaled up replica set web-" + hash + " to 3"));
}

struct Room {
  Json surge, unavailable;
  std::int64_t least, most;
};

TEST_F(Deployments, KeepWithinTheirRoomWhileTheyRoll) {
  const Room cases[] = {{1, 0, 4, 5}, {0, 1, 3, 4}, {2, 2, 2, 6}, {"25%", "25%", 3, 5}, {"100%", 0, 4, 8}};
  int tag = 1;
  create(deployment(4));
  settle();
  for (const Room& room : cases) {
    SCOPED_TRACE(room.surge.dump() + " " + room.unavailable.dump());
    patch("Deployment", "web", {{"spec", {{"strategy", rolling(room.surge, room.unavailable)}}}});
    set_image(std::to_string(++tag));
    const auto [least, most] = watch_rollout();
    EXPECT_GE(least, room.least);
    EXPECT_LE(most, room.most);
    EXPECT_EQ(status("updatedReplicas"), 4);
    EXPECT_EQ(status("replicas"), 4);
    EXPECT_EQ(sets()[std::to_string(tag)], 4);
  }
}

TEST_F(Deployments, StopAllOldPodsFirstWhereTheyRecreate) {
  create(deployment(2, {{"type", "Recreate"}}));
  settle();
  set_image("2");
  const auto [least, most] = watch_rollout();
  EXPECT_EQ(least, 0);
  EXPECT_EQ(most, 2);
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"1", 0}, {"2", 2}}));
}

TEST_F(Deployments, TakeAnEarlierReplicaSetUpAgainAsTheNewestRevision) {
  create(deployment(1));
  settle();
  set_image("2");
  settle();
  set_image("1");
  settle();
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"2", 0}, {"3", 1}}));
  EXPECT_EQ(string_at(get("Deployment", "web"), kRevision), "3");
}

TEST_F(Deployments, WaitWhilePausedAndScaleAllTheSame) {
  create(deployment(1));
  settle();
  patch("Deployment", "web", {{"spec", {{"paused", true}}}});
  set_image("2");
  settle();
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"1", 1}}));
  patch("Deployment", "web", {{"spec", {{"paused", false}}}});
  settle();
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"1", 0}, {"2", 1}}));
}

TEST_F(Deployments, FollowTheirScaleToNothingAndBack) {
  create(deployment(2));
  settle();
  const std::string scale = cluster::object_path(ref("Deployment", "web")) + "/scale";
  ASSERT_TRUE(send("PATCH", scale, {{"spec", {{"replicas", 0}}}}, std::string(cluster::kMergePatch)).ok());
  settle();
  EXPECT_THAT(all("Pod"), IsEmpty());
  EXPECT_EQ(condition("Deployment", "web", "Available")["status"], "True");
  ASSERT_TRUE(send("PATCH", scale, {{"spec", {{"replicas", 3}}}}, std::string(cluster::kMergePatch)).ok());
  settle();
  EXPECT_EQ(send("GET", scale).body["status"]["replicas"], 3);
  EXPECT_THAT(all("ReplicaSet"), SizeIs(1));
}

TEST_F(Deployments, KeepAsManyOldReplicaSetsAsTheyAreTold) {
  Json object = deployment(1);
  object["spec"]["revisionHistoryLimit"] = 1;
  create(object);
  for (const char* tag : {"2", "3", "4"}) {
    settle();
    set_image(tag);
  }
  settle();
  EXPECT_EQ(sets(), (std::map<std::string, std::int64_t>{{"3", 0}, {"4", 1}}));
}

TEST_F(Deployments, SayWhenTheyAreLate) {
  Json object = deployment(1);
  object["spec"]["progressDeadlineSeconds"] = 60;
  create(object);
  settle();
  object["spec"]["template"]["spec"]["containers"][0]["image"] = "example.com/team/web:broken";
  emulator.faults().add(ImageFault{.image = "*:broken"});
  set_image("broken");
  pass(50s);
  EXPECT_EQ(condition("Deployment", "web", "Progressing")["reason"], "ReplicaSetUpdated");
  pass(60s);
  const Json late = condition("Deployment", "web", "Progressing");
  EXPECT_EQ(late["status"], "False");
  EXPECT_EQ(late["reason"], "ProgressDeadlineExceeded");
  EXPECT_THAT(late["message"], HasSubstr("has timed out progressing"));
  EXPECT_EQ(status("availableReplicas"), 1) << "the old pod goes on serving";
}

TEST_F(Deployments, LeaveNothingBehindWhenTheyAreDeleted) {
  create(deployment(2));
  settle();
  remove("Deployment", "web");
  settle();
  EXPECT_THAT(all("ReplicaSet"), IsEmpty());
  EXPECT_THAT(all("Pod"), IsEmpty());
}

}  // namespace
}  // namespace upshift::emulator
