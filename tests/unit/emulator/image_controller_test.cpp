// Imports, tags that follow tags, image triggers, and who may pull.
#include "unit/emulator/emulated_project.hpp"

namespace upshift::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Images : public EmulatedProject {
 protected:
  Json images_of(const std::string& stream, const std::string& tag) {
    const Json object = get("ImageStream", stream);
    for (const Json& entry : array_at(object, "/status/tags")) {
      if (string_at(entry, "/tag") == tag) return array_at(entry, "/items");
    }
    return Json::array();
  }
  std::string image_of(const std::string& stream, const std::string& tag) {
    return string_at(images_of(stream, tag), "/0/dockerImageReference");
  }
  Json import_condition(const std::string& stream) {
    return object_at(get("ImageStream", stream), "/status/tags/0/conditions/0");
  }
  void add_tag(const std::string& stream, const Json& tag) {
    const Json patch = Json::array({{{"op", "add"}, {"path", "/spec/tags/-"}, {"value", tag}}});
    const auto response =
        send("PATCH", cluster::object_path(ref("ImageStream", stream)), patch, std::string(cluster::kJsonPatch));
    ASSERT_TRUE(response.ok()) << response.body;
  }
  Json triggered_config() {
    Json config = web_config();
    config["spec"]["triggers"].push_back({{"type", "ImageChange"},
                                          {"imageChangeParams",
                                           {{"automatic", true},
                                            {"containerNames", {"main"}},
                                            {"from", {{"kind", "ImageStreamTag"}, {"name", "app:latest"}}}}}});
    return config;
  }
  std::string container_image() {
    return string_at(get("DeploymentConfig", "web"), "/spec/template/spec/containers/0/image");
  }
  void guard_registry() {
    ASSERT_TRUE(emulator.add_facts(
        Json::parse(R"({"registries": [{"host": "vault.example.com", "needs_credentials": true}]})")));
  }
  void create_login(const std::string& name) {
    const std::string config = R"({"auths": {"vault.example.com": {"auth": "dTpw"}}})";
    create({{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", name}}},
            {"type", "kubernetes.io/dockerconfigjson"},
            {"data", {{".dockerconfigjson", encode_base64(config)}}}});
  }
};

TEST_F(Images, AreImportedAndFollowed) {
  create(image_stream("app", {follower_tag("latest", "1"), docker_tag("1", "example.com/team/app:1")}));
  settle();
  const Json stream = get("ImageStream", "app");
  EXPECT_EQ(stream["metadata"]["generation"], 2);
  EXPECT_THAT(image_of("app", "1"), StartsWith("example.com/team/app@sha256:"));
  EXPECT_EQ(image_of("app", "latest"), image_of("app", "1"));
  EXPECT_EQ(images_of("app", "1")[0]["generation"], 2);
  EXPECT_EQ(stream["spec"]["tags"][0]["generation"], 2);
  EXPECT_EQ(stream["spec"]["tags"][1]["generation"], 1);
}

TEST_F(Images, KeepTheirHistoryNewestFirst) {
  create(image_stream("app", {docker_tag("1", "example.com/team/app:1"), follower_tag("latest", "1")}));
  settle();
  add_tag("app", docker_tag("2", "example.com/team/app:2"));
  settle();
  add_tag("app", follower_tag("latest", "2"));
  settle();
  EXPECT_THAT(images_of("app", "latest"), SizeIs(2));
  EXPECT_EQ(image_of("app", "latest"), image_of("app", "2"));
  EXPECT_EQ(string_at(images_of("app", "latest"), "/1/dockerImageReference"), image_of("app", "1"));
  EXPECT_NE(image_of("app", "1"), image_of("app", "2"));
}

TEST_F(Images, OfOtherStreamsAreTakenOverOnceAndNotFollowed) {
  create(image_stream("app", {docker_tag("1", "example.com/team/app:1")}));
  settle();
  create(image_stream("mirror", {follower_tag("stable", "app:1")}));
  settle();
  const std::string first = image_of("app", "1");
  EXPECT_EQ(image_of("mirror", "stable"), first);
  const Json moved =
      Json::parse(R"([{"op": "replace", "path": "/spec/tags/0/from/name", "value": "example.com/team/app:2"}])");
  ASSERT_EQ(
      send("PATCH", cluster::object_path(ref("ImageStream", "app")), moved, std::string(cluster::kJsonPatch)).status,
      200);
  settle();
  EXPECT_NE(image_of("app", "1"), first);
  EXPECT_EQ(image_of("mirror", "stable"), first);
}

TEST_F(Images, TriggerRollouts) {
  create(image_stream("app", {docker_tag("1", "example.com/team/app:1"), follower_tag("latest", "1")}));
  create(triggered_config());
  settle();
  EXPECT_EQ(container_image(), image_of("app", "latest"));
  const Json first = get("DeploymentConfig", "web");
  EXPECT_EQ(first["metadata"]["generation"], 2);
  EXPECT_EQ(first["status"]["latestVersion"], 1);
  EXPECT_EQ(first["spec"]["triggers"][1]["imageChangeParams"]["lastTriggeredImage"], container_image());
  add_tag("app", docker_tag("2", "example.com/team/app:2"));
  settle();
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["latestVersion"], 1);
  add_tag("app", follower_tag("latest", "2"));
  settle();
  const Json second = get("DeploymentConfig", "web");
  EXPECT_EQ(second["status"]["latestVersion"], 2);
  EXPECT_EQ(phase("web-2"), "Complete");
  EXPECT_EQ(second["status"]["details"],
            (Json{{"message", "image change"},
                  {"causes",
                   {{{"type", "ImageChange"},
                     {"imageTrigger", {{"from", {{"kind", "DockerImage"}, {"name", image_of("app", "2")}}}}}}}}}));
}

TEST_F(Images, ThatAreMissingHoldTheFirstRolloutBack) {
  create(triggered_config());
  settle();
  const Json waiting = get("DeploymentConfig", "web");
  EXPECT_EQ(waiting["status"]["latestVersion"], 0);
  EXPECT_TRUE(condition("DeploymentConfig", "web", "Progressing").is_null());
  EXPECT_EQ(condition("DeploymentConfig", "web", "Available")["status"], "False");
  create(image_stream("app", {docker_tag("latest", "example.com/team/app:1")}));
  settle();
  EXPECT_EQ(phase("web-1"), "Complete");
}

TEST_F(Images, ThatAreMissingLeaveARunningOneAlone) {
  create(web_config());
  settle();
  patch("DeploymentConfig", "web", {{"spec", {{"triggers", triggered_config()["spec"]["triggers"]}}}});
  settle();
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["latestVersion"], 1);
  EXPECT_EQ(container_image(), "example.com/team/web:1");
}

TEST_F(Images, ThatCannotBeImportedSayWhy) {
  emulator.faults().add(ImageFault{.image = "example.com/absent/*"});
  create(image_stream("app", {docker_tag("latest", "example.com/absent/app:1")}));
  create(triggered_config());
  settle();
  const Json refused = import_condition("app");
  EXPECT_EQ(refused["type"], "ImportSuccess");
  EXPECT_EQ(refused["status"], "False");
  EXPECT_EQ(refused["reason"], "NotFound");
  EXPECT_EQ(refused["generation"], 2);
  EXPECT_EQ(refused["message"], "dockerimage.image.openshift.io \"example.com/absent/app:1\" not found");
  EXPECT_EQ(get("DeploymentConfig", "web")["status"]["latestVersion"], 0);
}

TEST_F(Images, OfAGuardedRegistryWantALoginToBeImported) {
  guard_registry();
  create(image_stream("app", {docker_tag("1", "vault.example.com/team/app:1")}));
  settle();
  EXPECT_EQ(import_condition("app")["reason"], "Unauthorized");
  create_login("login");
  add_tag("app", docker_tag("1", "vault.example.com/team/app:1.1"));
  settle();
  EXPECT_THAT(image_of("app", "1"), StartsWith("vault.example.com/team/app@sha256:"));
}

TEST_F(Images, OfAGuardedRegistryAreThereWhenTheInstallationIs) {
  guard_registry();
  create(image_stream("app", {docker_tag("latest", "vault.example.com/team/app:1")}));
  create(triggered_config());
  emulator.settle(2h, true);
  EXPECT_EQ(phase("web-1"), "Complete");
  set_environment("blue");
  settle();
  EXPECT_EQ(phase("web-2"), "Complete") << "the node has the image";
}

TEST_F(Images, OfAGuardedRegistryWantAPullSecretOfTheServiceAccount) {
  guard_registry();
  create_login("login");
  create(image_stream("app", {docker_tag("latest", "vault.example.com/team/app:1")}));
  create(triggered_config());
  pass(30s);
  ASSERT_THAT(pods_of("web-1"), SizeIs(1));
  EXPECT_EQ(string_at(pods_of("web-1")[0], "/status/containerStatuses/0/state/waiting/reason"), "ImagePullBackOff");
  settle();
  EXPECT_EQ(phase("web-1"), "Failed");
  const Json account = get("ServiceAccount", "default");
  Json secrets = account["imagePullSecrets"];
  secrets.push_back({{"name", "login"}});
  patch("ServiceAccount", "default", {{"imagePullSecrets", secrets}});
  set_environment("blue");
  settle();
  EXPECT_EQ(phase("web-2"), "Complete");
}

TEST_F(Images, AreNotImportedAgainWithoutReason) {
  create(image_stream("app", {docker_tag("1", "example.com/team/app:1"), follower_tag("latest", "1")}));
  settle();
  const Json before = get("ImageStream", "app");
  patch("ImageStream", "app", {{"metadata", {{"labels", {{"a", "b"}}}}}});
  settle();
  EXPECT_EQ(get("ImageStream", "app")["status"], before["status"]);
}

TEST_F(Images, OfALoadedStreamAreImportedOnceInWhateverOrderItHoldsItsTags) {
  const auto shown = [](const char* tag) {
    return Json{{"tag", tag},
                {"items",
                 {{{"created", "2020-01-01T00:00:00Z"},
                   {"dockerImageReference", "example.com/team/app@sha256:01"},
                   {"image", "sha256:01"},
                   {"generation", 1}}}}};
  };
  Json stream =
      image_stream("app", {docker_tag("1", "example.com/team/app:1"), docker_tag("2", "example.com/team/app:2")});
  stream["metadata"]["uid"] = "c0ffee00-0000-4000-8000-000000000001";  // as it was exported, with its status
  stream["metadata"]["generation"] = 2;
  for (Json& tag : stream["spec"]["tags"]) tag["generation"] = 2;
  stream["status"]["tags"] = Json::array({shown("latest"), shown("2"), shown("1")});
  create(stream);
  settle();
  const Json loaded = get("ImageStream", "app");
  ASSERT_THAT(loaded["status"]["tags"], SizeIs(3));
  EXPECT_THAT(images_of("app", "1"), SizeIs(2));
  EXPECT_THAT(images_of("app", "2"), SizeIs(2));
  EXPECT_THAT(images_of("app", "latest"), SizeIs(1));
}

}  // namespace
}  // namespace upshift::emulator
