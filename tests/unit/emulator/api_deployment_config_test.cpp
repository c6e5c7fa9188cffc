// What an OpenShift API server fills into a DeploymentConfig, and what its subresources answer.
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiDeploymentConfig : public ApiFixture {
 protected:
  Json config(const char* spec = "{}") {
    Json object = json(R"({"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"app":"d"},
        "template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}}})");
    object.merge_patch({{"spec", json(spec)}});
    return object;
  }
  Response subresource(std::string method, const std::string& name, Json body = nullptr) {
    const bool patch = method == "PATCH";
    return send(std::move(method), collection("DeploymentConfig") + "/d/" + name, std::move(body),
                patch ? std::string(cluster::kMergePatch) : std::string{});
  }
  Response instantiate(const char* request) {
    Json body = json(request);
    body["name"] = "d";
    return subresource("POST", "instantiate", body);
  }
  // A stream whose tag 1 shows the image.
  void show_image(const std::string& digest, const char* policy = "Source") {
    remove("ImageStream", "s");
    Json stream = {{"metadata", {{"name", "s"}}},
                   {"spec",
                    {{"tags",
                      {{{"name", "1"},
                        {"from", {{"kind", "DockerImage"}, {"name", "q/a@" + digest}}},
                        {"referencePolicy", {{"type", policy}}}}}}}}};
    post("ImageStream", stream);
    const Json mapping = {{"metadata", {{"name", "s"}}},
                          {"tag", "1"},
                          {"image", {{"metadata", {{"name", digest}}}, {"dockerImageReference", "q/a@" + digest}}}};
    send("POST", "/apis/image.openshift.io/v1/namespaces/n/imagestreammappings", mapping);
  }
  // What the controller leaves of the config's present version.
  void keep_version() {
    const Json now = get("DeploymentConfig", "d").body;
    const std::string name = "d-" + std::to_string(int_at(now, "/status/latestVersion"));
    post("ReplicationController",
         {{"metadata", {{"name", name}, {"annotations", {{"openshift.io/encoded-deployment-config", now.dump()}}}}},
          {"spec", {{"replicas", 0}, {"selector", {{"app", "d"}}}, {"template", now["spec"]["template"]}}}});
  }
};

constexpr const char* kTriggered = R"({"triggers":[{"type":"ConfigChange"},{"type":"ImageChange","imageChangeParams":
    {"automatic":true,"containerNames":["c"],"from":{"kind":"ImageStreamTag","name":"s:1"}}}]})";
constexpr const char* kA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr const char* kB = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

TEST_F(ApiDeploymentConfig, HasDefaultsForTheParametersOfEveryStrategy) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"type":"Rolling","rollingParams":{"maxSurge":1}})",
       R"({"rollingParams":{"intervalSeconds":1,"updatePeriodSeconds":1,"timeoutSeconds":600,"maxSurge":1,"maxUnavailable":0}})"},
      {R"({"rollingParams":{"maxSurge":"0%","timeoutSeconds":5}})",
       R"({"rollingParams":{"intervalSeconds":1,"updatePeriodSeconds":1,"timeoutSeconds":5,"maxSurge":"0%","maxUnavailable":"25%"}})"},
      {R"({"rollingParams":{"maxUnavailable":2}})",
       R"({"rollingParams":{"intervalSeconds":1,"updatePeriodSeconds":1,"timeoutSeconds":600,"maxSurge":0,"maxUnavailable":2}})"},
      {R"({"type":"Recreate","rollingParams":{}})",
       R"({"recreateParams":{"timeoutSeconds":600},"rollingParams":{"intervalSeconds":1,"updatePeriodSeconds":1,
           "timeoutSeconds":600,"maxSurge":"25%","maxUnavailable":"25%"}})"},
      {R"({"type":"Recreate","recreateParams":{"pre":{"failurePolicy":"Abort","execNewPod":{"command":["a"]}},
           "mid":{"failurePolicy":"Abort","tagImages":[{"to":{"kind":"ImageStreamTag","name":"s:t"}}]}}})",
       R"({"recreateParams":{"timeoutSeconds":600,"pre":{"failurePolicy":"Abort","execNewPod":{"command":["a"],"containerName":"c"}},
           "mid":{"failurePolicy":"Abort","tagImages":[{"containerName":"c","to":{"kind":"ImageStreamTag","name":"s:t"}}]}}})"},
      {R"({"type":"Custom","customParams":{"image":"x"},"recreateParams":{}})",
       R"({"customParams":{"image":"x"},"recreateParams":{"timeoutSeconds":600}})"}};
  for (const auto& [given, expected] : rows) {
    Json object = config();
    object["spec"]["strategy"] = json(given);
    const Response made = post("DeploymentConfig", object);
    ASSERT_EQ(made.status, 201) << given << made.body;
    Json strategy = made.body["spec"]["strategy"];
    for (const char* field : {"type", "activeDeadlineSeconds", "resources"}) strategy.erase(field);
    EXPECT_EQ(strategy, json(expected)) << given;
    remove("DeploymentConfig", "d");
  }
}

TEST_F(ApiDeploymentConfig, SelectsByItsTemplateWhereItSelectsNothing) {
  Json object = config();
  object["spec"]["selector"] = Json::object();
  EXPECT_EQ(post("DeploymentConfig", object).body["spec"]["selector"], json(R"({"app":"d"})"));
}

TEST_F(ApiDeploymentConfig, StartsWithoutImagesThatTriggered) {
  Json object = config(kTriggered);
  object["spec"]["triggers"][1]["imageChangeParams"]["lastTriggeredImage"] = "q/a@sha256:old";
  const Json made = post("DeploymentConfig", object).body;
  EXPECT_FALSE(made["spec"]["triggers"][1]["imageChangeParams"].contains("lastTriggeredImage"));
}

TEST_F(ApiDeploymentConfig, AnswersAScaleAsItWasSent) {
  post("DeploymentConfig", config());
  Json scale = subresource("GET", "scale").body;
  EXPECT_EQ(scale["status"], json(R"({"replicas":0,"selector":{"app":"d","deploymentconfig":"d"},
      "targetSelector":"app=d,deploymentconfig=d"})"));
  const Response patched = subresource("PATCH", "scale", json(R"({"spec":{"replicas":2}})"));
  Json expected = scale;
  expected["spec"]["replicas"] = 2;
  EXPECT_EQ(patched.body, expected) << "with the version that was there before";
  scale["spec"]["replicas"] = 3;
  EXPECT_EQ(subresource("PUT", "scale", scale).status, 200) << "whatever version was read";
  EXPECT_EQ(get("DeploymentConfig", "d").body["spec"]["replicas"], 3);
  const Response bare = subresource("PUT", "scale", json(R"({"metadata":{"name":"d"},"spec":{}})"));
  EXPECT_EQ(bare.body["metadata"], json(R"({"name":"d","namespace":"n","creationTimestamp":null})"));
  EXPECT_EQ(bare.body["spec"], Json::object());
  EXPECT_EQ(bare.body["status"], json(R"({"replicas":0})"));
}

TEST_F(ApiDeploymentConfig, IsInstantiatedOnlyForAReason) {
  post("DeploymentConfig", config());
  const Response first = instantiate("{}");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.body["status"]["details"], json(R"({"message":"config change","causes":[{"type":"ConfigChange"}]})"));
  EXPECT_EQ(instantiate("{}").body["details"]["kind"], "replicationcontrollers") << "its version is not there yet";
  keep_version();
  const Response again = instantiate(R"({"latest":true})");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body["kind"], "Status");
  EXPECT_EQ(again.body["code"], 204);
  EXPECT_EQ(get("DeploymentConfig", "d").body["status"]["latestVersion"], 1);
  merge("DeploymentConfig", "d", json(R"({"spec":{"template":{"spec":{"terminationGracePeriodSeconds":7}}}})"));
  EXPECT_EQ(instantiate("{}").body["status"]["latestVersion"], 2);
  keep_version();
  merge("DeploymentConfig", "d", json(R"({"spec":{"triggers":[]}})"));
  merge("DeploymentConfig", "d", json(R"({"spec":{"template":{"spec":{"terminationGracePeriodSeconds":8}}}})"));
  EXPECT_EQ(instantiate("{}").body["code"], 204) << "nothing triggers it";
  EXPECT_EQ(instantiate(R"({"force":true})").body["status"]["details"],
            json(R"({"message":"manual change","causes":[{"type":"Manual"}]})"));
}

TEST_F(ApiDeploymentConfig, IsInstantiatedWithTheImagesOfItsTags) {
  post("DeploymentConfig", config(kTriggered));
  EXPECT_EQ(instantiate(R"({"latest":true,"force":true})").status, 400) << "the image is not known";
  show_image(kA);
  const Json first = instantiate(R"({"latest":true})").body;
  EXPECT_EQ(first["spec"]["template"]["spec"]["containers"][0]["image"], std::string("q/a@") + kA);
  EXPECT_EQ(first["status"]["details"], json(R"({"message":"image change","causes":[{"type":"ImageChange",
      "imageTrigger":{"from":{"kind":"ImageStreamTag","name":"s:1","namespace":"n"}}}]})"));
  keep_version();
  show_image(kB);
  EXPECT_EQ(instantiate("{}").body["code"], 204);
  EXPECT_EQ(instantiate(R"({"latest":true,"excludeTriggers":["ImageChange"]})").body["code"], 204);
  const Json second = instantiate(R"({"latest":true})").body;
  EXPECT_EQ(second["spec"]["triggers"][1]["imageChangeParams"]["lastTriggeredImage"], std::string("q/a@") + kB);
  EXPECT_EQ(second["status"]["details"]["message"], "image change");
}

TEST_F(ApiDeploymentConfig, FollowsTriggersThatAreNotAutomaticOnlyByForce) {
  Json object = config(kTriggered);
  object["spec"]["triggers"][1]["imageChangeParams"].erase("automatic");
  post("DeploymentConfig", object);
  show_image(kA);
  EXPECT_EQ(instantiate(R"({"latest":true})").status, 400);
  const Json forced = instantiate(R"({"latest":true,"force":true})").body;
  EXPECT_EQ(forced["spec"]["template"]["spec"]["containers"][0]["image"], std::string("q/a@") + kA);
  EXPECT_EQ(forced["status"]["details"]["message"], "manual change");
}

TEST_F(ApiDeploymentConfig, PullsThroughTheClustersRegistryWhereItsTagSaysSo) {
  show_image(kA, "Local");
  post("DeploymentConfig", config(kTriggered));
  EXPECT_EQ(instantiate(R"({"latest":true})").body["spec"]["template"]["spec"]["containers"][0]["image"],
            std::string("image-registry.openshift-image-registry.svc:5000/n/s@") + kA);
}

TEST_F(ApiDeploymentConfig, TellsWhyThereIsNoLog) {
  const auto log = [&](const std::string& query) { return subresource("GET", "log" + query); };
  EXPECT_EQ(log("").body["details"], json(R"({"name":"d","group":"apps.openshift.io","kind":"deploymentconfig"})"));
  post("DeploymentConfig", config());
  EXPECT_EQ(log("").status, 400);
  const Response wrong = log("?version=0&previous=true");
  EXPECT_THAT(fields(wrong), ElementsAre("version", "previous"));
  EXPECT_EQ(wrong.body["details"]["kind"], "DeploymentLogOptions");
  instantiate("{}");
  EXPECT_EQ(log("?previous=true").status, 400);
  EXPECT_EQ(log("?version=2").status, 400);
  EXPECT_EQ(log("?version=x").status, 400);
  EXPECT_EQ(log("").body["details"]["kind"], "replicationcontrollers");
  instantiate(R"({"force":true})");
}

}  // namespace
}  // namespace upshift::emulator
