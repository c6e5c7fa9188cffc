#include "emulator/image_tags.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiOpenshift : public ApiFixture {
 protected:
  Json deployment_config(const char* spec = "{}") {
    Json object = json(R"({"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"app":"d"},
        "template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}}})");
    object.merge_patch({{"spec", json(spec)}});
    return object;
  }
  Json stream() {
    return json(R"({"metadata":{"name":"s"},"spec":{"tags":[
        {"name":"latest","from":{"kind":"ImageStreamTag","name":"1"}},
        {"name":"1","from":{"kind":"DockerImage","name":"quay.io/a/b:1"}}]}})");
  }
  // What the import controller does.
  void import(const std::string& tag, const std::string& image) {
    const ObjectRef ref{*cluster::find_kind("ImageStream"), "n", "s"};
    Json changed = *store.get(ref);
    push_image(changed, tag, image, int_at(changed, "/metadata/generation"), to_rfc3339(clock.now()));
    store.update(ref, changed);
  }
  std::vector<std::string> tag_generations() {
    std::vector<std::string> out;
    const Json read = get("ImageStream", "s").body;
    for (const Json& tag : array_at(read, "/spec/tags")) {
      out.push_back(string_at(tag, "/name") + "@" + std::to_string(int_at(tag, "/generation")));
    }
    return out;
  }
};

TEST_F(ApiOpenshift, DeploymentConfigGetsItsDefaults) {
  const Json made = post("DeploymentConfig", deployment_config()).body;
  const Json& spec = made["spec"];
  EXPECT_EQ(spec["strategy"], json(R"({"type":"Rolling","activeDeadlineSeconds":21600,"resources":{},"rollingParams":
      {"intervalSeconds":1,"updatePeriodSeconds":1,"timeoutSeconds":600,"maxSurge":"25%","maxUnavailable":"25%"}})"));
  EXPECT_EQ(spec["triggers"], json(R"([{"type":"ConfigChange"}])"));
  EXPECT_EQ(spec["revisionHistoryLimit"], 10);
  EXPECT_EQ(spec["test"], false);
  EXPECT_EQ(spec["template"]["spec"]["containers"][0]["imagePullPolicy"], "IfNotPresent");
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_EQ(made["status"]["latestVersion"], 0);
}

TEST_F(ApiOpenshift, DeploymentConfigKeepsWhatItSays) {
  const Json made = post("DeploymentConfig", deployment_config(R"({"triggers":[],"strategy":{"type":"Rolling",
      "rollingParams":{"maxSurge":1}},"template":{"spec":{"serviceAccountName":"amp"}}})"))
                        .body;
  EXPECT_EQ(made["spec"]["triggers"], Json::array());
  EXPECT_EQ(made["spec"]["strategy"]["rollingParams"]["maxUnavailable"], 0) << "told even where it is left out";
  EXPECT_EQ(made["spec"]["template"]["spec"]["serviceAccount"], "amp");
}

TEST_F(ApiOpenshift, ImageTriggersLookIntoTheirOwnNamespace) {
  const Json made =
      post("DeploymentConfig", deployment_config(R"({"triggers":[{"type":"ImageChange","imageChangeParams":
      {"automatic":true,"containerNames":["c"],"from":{"name":"s:latest"}}}],
      "template":{"spec":{"containers":[{"name":"c"}]}}})"))
          .body;
  EXPECT_EQ(made["spec"]["triggers"][0]["imageChangeParams"]["from"],
            json(R"({"kind":"ImageStreamTag","name":"s:latest","namespace":"n"})"));
}

TEST_F(ApiOpenshift, DeploymentConfigCountsChangesOfItsSpecOnly) {
  post("DeploymentConfig", deployment_config());
  EXPECT_EQ(merge("DeploymentConfig", "d", json(R"({"spec":{"minReadySeconds":3}})")).body["metadata"]["generation"],
            2);
  EXPECT_EQ(merge("DeploymentConfig", "d", json(R"({"metadata":{"labels":{"x":"y"}}})")).body["metadata"]["generation"],
            2);
  EXPECT_EQ(merge("DeploymentConfig", "d", json(R"({"spec":{"unheard":1}})")).body["metadata"]["generation"], 2);
  EXPECT_EQ(merge("DeploymentConfig", "d", json(R"({"status":{"replicas":7}})")).body["status"]["replicas"], 0);
}

TEST_F(ApiOpenshift, StatusIsItsOwnSubresource) {
  post("DeploymentConfig", deployment_config());
  const Response patched =
      send("PATCH", collection("DeploymentConfig") + "/d/status",
           json(R"({"status":{"replicas":7},"spec":{"replicas":5}})"), std::string(cluster::kMergePatch));
  EXPECT_EQ(patched.body["status"]["replicas"], 7);
  EXPECT_EQ(patched.body["spec"]["replicas"], 1);
  EXPECT_EQ(patched.body["metadata"]["generation"], 1);
}

TEST_F(ApiOpenshift, DeploymentConfigIsRefusedFieldByField) {
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {R"({"selector":{"app":"other"}})", {"spec.template.metadata.labels"}},
      {R"({"replicas":-1})", {"spec.replicas"}},
      {R"({"strategy":{"type":"Sideways"}})", {"spec.strategy.type"}},
      {R"({"strategy":{"rollingParams":{"pre":{"failurePolicy":"Abort"}}}})", {"spec.strategy.rollingParams.pre"}},
      {R"({"strategy":{"rollingParams":{"pre":{"execNewPod":{"containerName":"c"}}}}})",
       {"spec.strategy.rollingParams.pre.failurePolicy", "spec.strategy.rollingParams.pre.execNewPod.command"}},
      {R"({"triggers":[{"type":"ImageChange"}]})", {"spec.triggers[0].imageChangeParams"}},
      {R"({"template":{"spec":{"containers":[]}}})", {"spec.template.spec.containers"}},
      {R"({"template":{"spec":{"containers":[{"name":"c"}]}}})", {"spec.template.spec.containers[0].image"}},
      {R"({"template":{"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"A","value":"1",
          "valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}}})",
       {"spec.template.spec.containers[0].env[0].valueFrom"}},
      {R"({"template":{"spec":{"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}})",
       {"spec.template.spec.containers[0].volumeMounts[0].name"}},
      {R"({"template":{"spec":{"volumes":[{"name":"v","emptyDir":{},"secret":{"secretName":"s"}}]}}})",
       {"spec.template.spec.volumes[0].secret"}}};
  for (const auto& [spec, expected] : rows) {
    const Response response = post("DeploymentConfig", deployment_config(spec));
    EXPECT_EQ(response.status, 422) << spec << response.body;
    EXPECT_EQ(fields(response), expected) << spec;
  }
}

TEST_F(ApiOpenshift, DeploymentConfigIsReplacedOnlyAsItWasRead) {
  Json made = post("DeploymentConfig", deployment_config()).body;
  EXPECT_EQ(send("PUT", collection("DeploymentConfig") + "/d", made).status, 200);
  made["metadata"].erase("resourceVersion");
  EXPECT_THAT(fields(send("PUT", collection("DeploymentConfig") + "/d", made)),
              ElementsAre("metadata.resourceVersion"));
}

TEST_F(ApiOpenshift, DeploymentConfigIsScaledAndInstantiated) {
  post("DeploymentConfig", deployment_config());
  const std::string path = collection("DeploymentConfig") + "/d";
  EXPECT_EQ(send("GET", path + "/scale").body["spec"]["replicas"], 1);
  EXPECT_EQ(send("PUT", path + "/scale", json(R"({"metadata":{"name":"d"},"spec":{"replicas":3}})")).status, 200);
  EXPECT_EQ(get("DeploymentConfig", "d").body["spec"]["replicas"], 3);
  EXPECT_EQ(send("PUT", path + "/scale", json(R"({"metadata":{"name":"d"},"spec":{"replicas":-3}})")).status, 422);
  EXPECT_EQ(send("PUT", path + "/scale", json(R"({"spec":{"replicas":3}})")).status, 400) << "without a name";
  const Json request = json(R"({"name":"d","latest":true,"force":true})");
  const Response next = send("POST", path + "/instantiate", request);
  EXPECT_EQ(next.status, 201);
  EXPECT_EQ(next.body["status"]["latestVersion"], 1);
  EXPECT_EQ(next.body["status"]["details"]["causes"][0]["type"], "Manual");
  merge("DeploymentConfig", "d", json(R"({"spec":{"paused":true}})"));
  EXPECT_THAT(fields(send("POST", path + "/instantiate", request)), ElementsAre("spec.paused"));
}

TEST_F(ApiOpenshift, ImageStreamTagsAreAMapByName) {
  const Json made = post("ImageStream", stream()).body;
  EXPECT_THAT(tag_generations(), ElementsAre("1@1", "latest@1"));
  EXPECT_EQ(made["spec"]["tags"][0]["referencePolicy"]["type"], "Source");
  const auto append = [&](const char* tag) {
    return send("PATCH", collection("ImageStream") + "/s",
                Json::array({{{"op", "add"}, {"path", "/spec/tags/-"}, {"value", json(tag)}}}),
                std::string(cluster::kJsonPatch));
  };
  append(R"({"name":"2","from":{"kind":"DockerImage","name":"quay.io/a/b:2"}})");
  EXPECT_THAT(tag_generations(), ElementsAre("1@1", "2@2", "latest@1"));
  append(R"({"name":"2","from":{"kind":"DockerImage","name":"quay.io/a/b:2"}})");
  EXPECT_THAT(tag_generations(), ElementsAre("1@1", "2@2", "latest@1")) << "the same again is no change";
  append(R"({"name":"latest","from":{"kind":"ImageStreamTag","name":"2"}})");
  EXPECT_THAT(tag_generations(), ElementsAre("1@1", "2@2", "latest@3"));
}

TEST_F(ApiOpenshift, TagThatMovesToAnImportedOneShowsItsImageAtOnce) {
  post("ImageStream", stream());
  import("1", "quay.io/a/b@sha256:1111");
  merge("ImageStream", "s", json(R"({"spec":{"tags":[{"name":"1","from":{"kind":"DockerImage","name":"quay.io/a/b:1"}},
      {"name":"stable","from":{"kind":"ImageStreamTag","name":"1"}}]}})"));
  const Json moved = get("ImageStream", "s").body;
  ASSERT_NE(newest_image(moved, "stable"), nullptr);
  EXPECT_EQ(string_at(*newest_image(moved, "stable"), "/dockerImageReference"), "quay.io/a/b@sha256:1111");
}

TEST_F(ApiOpenshift, ImageStreamTagIsAViewOfItsStream) {
  post("ImageStream", stream());
  EXPECT_EQ(get("ImageStreamTag", "s:1").status, 404) << "not imported yet";
  import("1", "quay.io/a/b@sha256:1111");
  const Response tag = get("ImageStreamTag", "s:1");
  EXPECT_EQ(tag.body["image"]["metadata"]["name"], "sha256:1111");
  EXPECT_EQ(tag.body["tag"]["from"]["name"], "quay.io/a/b:1");
  EXPECT_EQ(send("GET", collection("ImageStreamTag")).body["items"].size(), 1U) << "what has an image";
  EXPECT_EQ(get("ImageStreamTag", "s:none").status, 404);
  EXPECT_EQ(get("ImageStreamTag", "s").status, 400);

  EXPECT_EQ(remove("ImageStreamTag", "s:1").status, 200);
  EXPECT_THAT(tag_generations(), ElementsAre("latest@1"));
  EXPECT_EQ(newest_image(get("ImageStream", "s").body, "1"), nullptr);
  EXPECT_EQ(remove("ImageStreamTag", "s:1").status, 404);

  const Json wanted =
      json(R"({"metadata":{"name":"s:3"},"tag":{"from":{"kind":"DockerImage","name":"quay.io/a/b:3"}}})");
  EXPECT_EQ(post("ImageStreamTag", wanted).status, 201);
  EXPECT_EQ(post("ImageStreamTag", wanted).status, 409);
  EXPECT_THAT(tag_generations(), ElementsAre("3@3", "latest@1"));
  EXPECT_EQ(
      post("ImageStreamTag", json(R"({"metadata":{"name":"new:1"},"tag":{"from":{"kind":"DockerImage","name":"q"}}})"))
          .status,
      201);
  EXPECT_EQ(get("ImageStream", "new").status, 200);
  EXPECT_EQ(post("ImageStreamTag", json(R"({"metadata":{"name":"no-tag"}})")).status, 500);
}

TEST_F(ApiOpenshift, RouteAndServiceGetAddresses) {
  const Json route = post("Route", json(R"({"metadata":{"name":"r"},"spec":{"to":{"name":"s","weight":null}}})")).body;
  EXPECT_EQ(route["spec"]["to"], json(R"({"kind":"Service","name":"s","weight":100})"));
  EXPECT_EQ(route["spec"]["host"], "r-n.apps.example.com");
  EXPECT_EQ(route["metadata"]["annotations"]["openshift.io/host.generated"], "true");
  const Json first = post("Service", json(R"({"metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}})")).body;
  const Json second =
      post("Service", json(R"({"metadata":{"name":"b"},"spec":{"ports":[{"port":80,"targetPort":"web"}]}})")).body;
  EXPECT_NE(first["spec"]["clusterIP"], second["spec"]["clusterIP"]);
  EXPECT_EQ(first["spec"]["ports"], json(R"([{"port":80,"targetPort":80,"protocol":"TCP"}])"));
  EXPECT_EQ(second["spec"]["ports"][0]["targetPort"], "web");
  Json without_address = first;
  without_address["spec"].erase("clusterIP");
  EXPECT_EQ(send("PUT", collection("Service") + "/a", without_address).body["spec"]["clusterIP"],
            first["spec"]["clusterIP"]);
}

TEST_F(ApiOpenshift, SecretFoldsItsStringData) {
  const Json made =
      post("Secret", json(R"({"metadata":{"name":"s"},"data":{"a":"MQ=="},"stringData":{"b":"2","c":""}})")).body;
  EXPECT_EQ(made["data"], json(R"({"a":"MQ==","b":"Mg==","c":""})"));
  EXPECT_EQ(made["type"], "Opaque");
  EXPECT_FALSE(made.contains("stringData"));
}

TEST_F(ApiOpenshift, DeletionHonoursPreconditionsAndPropagation) {
  const Json owner = post("ConfigMap", config_map("owner")).body;
  Json dependent = config_map("dependent");
  dependent["metadata"]["ownerReferences"] = Json::array(
      {{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "owner"}, {"uid", owner["metadata"]["uid"]}}});
  post("ConfigMap", dependent);
  EXPECT_EQ(remove("ConfigMap", "owner", json(R"({"preconditions":{"uid":"other"}})")).status, 409);
  EXPECT_EQ(remove("ConfigMap", "owner", json(R"({"preconditions":{"resourceVersion":"1"}})")).status, 409);
  EXPECT_EQ(remove("ConfigMap", "owner", json(R"({"propagationPolicy":"Sideways"})")).status, 422);

  EXPECT_EQ(remove("ConfigMap", "owner", json(R"({"propagationPolicy":"Foreground"})")).status, 200);
  EXPECT_THAT(get("ConfigMap", "owner").body["metadata"]["finalizers"], ElementsAre("foregroundDeletion"));
  EXPECT_EQ(merge("ConfigMap", "owner", json(R"({"metadata":{"finalizers":null}})")).status, 200);
  EXPECT_EQ(get("ConfigMap", "owner").status, 404) << "gone with its last finalizer";

  const Json again = post("ConfigMap", config_map("owner")).body;
  merge("ConfigMap", "dependent",
        {{"metadata",
          {{"ownerReferences", Json::array({{{"apiVersion", "v1"},
                                             {"kind", "ConfigMap"},
                                             {"name", "owner"},
                                             {"uid", again["metadata"]["uid"]}}})}}}});
  EXPECT_EQ(remove("ConfigMap", "owner", json(R"({"propagationPolicy":"Orphan"})")).status, 200);
  EXPECT_THAT(get("ConfigMap", "owner").body["metadata"]["finalizers"], ElementsAre("orphan"));
}

TEST_F(ApiOpenshift, ClaimIsOnlyMarkedForDeletion) {
  post("PersistentVolumeClaim", json(R"({"metadata":{"name":"p"},"spec":{"accessModes":["ReadWriteOnce"],
      "resources":{"requests":{"storage":"1Gi"}}}})"));
  post("Pod", json(R"({"metadata":{"name":"u"},"spec":{"containers":[{"name":"c","image":"i"}],
      "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"p"}}]}})"));
  EXPECT_NE(find(remove("PersistentVolumeClaim", "p").body, "/metadata/deletionTimestamp"), nullptr);
  EXPECT_THAT(get("PersistentVolumeClaim", "p").body["metadata"]["finalizers"],
              ElementsAre("kubernetes.io/pvc-protection"));
}

TEST_F(ApiOpenshift, NamespaceIsAProjectThatTakesNothingOnceItIsToGo) {
  send("POST", "/api/v1/namespaces", json(R"({"metadata":{"name":"n"}})"));
  post("ConfigMap", config_map("m"));
  EXPECT_EQ(send("GET", "/apis/project.openshift.io/v1/projects/n").body["kind"], "Project");
  EXPECT_EQ(send("GET", "/apis/project.openshift.io/v1/projects").body["items"].size(), 1U);
  EXPECT_EQ(send("DELETE", "/apis/project.openshift.io/v1/projects/n").status, 200);
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n").body["status"]["phase"], "Terminating");
  const Response late = post("ConfigMap", config_map("late"));
  EXPECT_EQ(late.status, 403);
  EXPECT_EQ(late.body["details"]["causes"][0]["reason"], "NamespaceTerminating");
}

TEST_F(ApiOpenshift, AccessReviewAsksTheAccessCheck) {
  const auto allowed = [&](const char* verb) {
    const Json body = {{"spec", {{"resourceAttributes", {{"verb", verb}, {"resource", "secrets"}}}}}};
    const Response response = send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body);
    return response.status == 201 && response.body["status"]["allowed"] == true;
  };
  EXPECT_TRUE(allowed("delete"));
  api.set_access_check([](const Json& attributes) { return attributes["verb"] == "get"; });
  EXPECT_TRUE(allowed("get"));
  EXPECT_FALSE(allowed("delete"));
}

TEST_F(ApiOpenshift, PodLogComesFromItsContainer) {
  post("Pod", json(R"({"metadata":{"name":"u"},"spec":{"containers":[{"name":"c","image":"i"}]}})"));
  api.set_log_source([](const Json&, const std::string& container) { return "log of " + container; });
  EXPECT_EQ(send("GET", collection("Pod") + "/u/log").body, "log of c");
  EXPECT_EQ(send("GET", collection("Pod") + "/u/log?container=x").status, 400);
  EXPECT_EQ(send("GET", collection("Pod") + "/none/log").status, 404);
}

}  // namespace
}  // namespace upshift::emulator
