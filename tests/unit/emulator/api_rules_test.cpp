// What a server makes of requests as such: methods, options, paths, deletions; scale and rollback.
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiRules : public ApiFixture {
 protected:
  Response raw(std::string method, std::string path, std::string_view body, std::string type = "application/json") {
    return api.handle_raw({std::move(method), std::move(path), {}, std::move(type), nullptr}, body);
  }
};

TEST_F(ApiRules, AllowEachResourceItsMethods) {
  struct Row {
    const char* method;
    const char* path;
    int status;
  };
  const std::vector<Row> rows = {
      {"POST", "/api/v1/namespaces/n/configmaps/m", 405},
      {"PUT", "/api/v1/namespaces/n/configmaps", 405},
      {"FOO", "/api/v1/namespaces/n/configmaps", 405},
      {"DELETE", "/api/v1/configmaps", 405},
      {"DELETE", "/api/v1/namespaces", 405},
      {"DELETE", "/apis/image.openshift.io/v1/namespaces/n/imagestreamtags", 405},
      {"GET", "/apis/template.openshift.io/v1/namespaces/n/processedtemplates", 405},
      {"GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405},
      {"GET", "/api/v1/namespaces/n/configmaps/m/status", 404},
      {"GET", "/api/v1/namespaces/n/configmaps/m/scale", 404},
      {"GET", "/apis/apps/v9/namespaces/n/deployments", 404},
      {"GET", "/api/v1/namespaces/n/configmaps?timeoutSeconds=soon", 400},
      {"GET", "/api/v1/namespaces/n/configmaps?resourceVersion=abc", 500},
      {"GET", "/api/v1/namespaces/n/configmaps/m?resourceVersion=abc", 500},
      {"DELETE", "/api/v1/namespaces/n/configmaps/m?gracePeriodSeconds=soon", 400},
      {"DELETE", "/api/v1/namespaces/n/configmaps/m?propagationPolicy=Sometimes", 422},
  };
  for (const Row& row : rows) EXPECT_EQ(send(row.method, row.path).status, row.status) << row.method << " " << row.path;
}

TEST_F(ApiRules, TellAnUnknownVersionFromAnUnknownGroup) {
  EXPECT_TRUE(send("GET", "/apis/apps/v9/deployments").body.is_object());
  EXPECT_TRUE(send("GET", "/apis/no.such.group/v1/things").body.is_string());
}

TEST_F(ApiRules, NameWrongOptionsByTheirKind) {
  const Response created = send("POST", collection("ConfigMap") + "?dryRun=Some", config_map("m"));
  EXPECT_EQ(created.body["details"]["kind"], "CreateOptions");
  EXPECT_EQ(created.body["details"]["group"], "meta.k8s.io");
  const std::string name(200, 'x');
  EXPECT_THAT(fields(send("POST", collection("ConfigMap") + "?fieldManager=" + name, config_map("m"))),
              ElementsAre("fieldManager"));
  post("ConfigMap", config_map("m"));
  EXPECT_THAT(fields(remove("ConfigMap", "m", json(R"({"dryRun":["Some"]})"))), ElementsAre("dryRun"));
  EXPECT_EQ(remove("ConfigMap", "m", json(R"({"propagationPolicy":"Orphan","orphanDependents":true})")).status, 422);
  EXPECT_EQ(remove("ConfigMap", "m", json(R"({"kind":"ConfigMap"})")).status, 500);
  EXPECT_EQ(remove("ConfigMap", "m", json(R"({"dryRun":["All"]})")).status, 200);
  EXPECT_EQ(get("ConfigMap", "m").status, 200);
}

TEST_F(ApiRules, TakeNoOlderVersionOverTheWire) {
  const std::string path = "/apis/apps/v1/namespaces/n/deployments";
  EXPECT_EQ(
      raw("POST", path, R"({"apiVersion":"extensions/v1beta1","kind":"Deployment","metadata":{"name":"d"}})").status,
      400);
  EXPECT_EQ(raw("POST", path, R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}})").status, 422);
}

TEST_F(ApiRules, AnswerDeletionsWithWhatIsLeft) {
  struct Row {
    const char* kind;
    const char* body;
    std::vector<std::string> finalizers;
    bool object;
  };
  const std::vector<Row> rows = {
      {"ConfigMap", R"({"metadata":{"name":"x"}})", {}, false},
      {"ServiceAccount", R"({"metadata":{"name":"x"}})", {}, true},
      {"ResourceQuota", R"({"metadata":{"name":"x"},"spec":{}})", {}, true},
      {"ReplicationController",
       R"({"metadata":{"name":"x"},"spec":{"replicas":0,"template":{"metadata":{"labels":{"a":"b"}},
           "spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       {"orphan"},
       true},
  };
  for (const Row& row : rows) {
    ASSERT_EQ(post(row.kind, json(row.body)).status, 201) << row.kind;
    const Response gone = remove(row.kind, "x");
    EXPECT_EQ(gone.status, 200) << row.kind;
    EXPECT_EQ(gone.body["kind"], row.object ? row.kind : "Status");
    EXPECT_EQ(get(row.kind, "x").status, row.finalizers.empty() ? 404 : 200) << row.kind;
    if (!row.finalizers.empty()) {
      EXPECT_EQ(gone.body["metadata"]["finalizers"], Json(row.finalizers));
      EXPECT_EQ(gone.body["metadata"]["generation"], 2) << "a deletion that takes time counts as a change";
    }
  }
}

TEST_F(ApiRules, LetNothingBeAddedToWhatIsGoing) {
  post("ConfigMap", json(R"({"metadata":{"name":"m","finalizers":["example.com/f"]}})"));
  remove("ConfigMap", "m");
  EXPECT_THAT(fields(merge("ConfigMap", "m", json(R"({"metadata":{"finalizers":["example.com/f","example.com/g"]}})"))),
              ElementsAre("metadata.finalizers", "metadata.finalizers"));
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"data":{"still":"writable"}})")).status, 200);
}

TEST_F(ApiRules, ScaleWhatCanBeScaled) {
  post("ReplicaSet", json(R"({"metadata":{"name":"r"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})"));
  const std::string path = collection("ReplicaSet") + "/r/scale";
  EXPECT_EQ(send("GET", path).body["spec"], Json::object()) << "no replicas are not written";
  EXPECT_EQ(send("PUT", path, json(R"({"metadata":{"name":"other"},"spec":{"replicas":1}})")).status, 400);
  EXPECT_EQ(send("PUT", path, json(R"({"kind":"ConfigMap","metadata":{"name":"r"}})")).status, 400);
  EXPECT_EQ(send("PUT", path, json(R"({"metadata":{"name":"r","resourceVersion":"1"},"spec":{"replicas":1}})")).status,
            409);
  const Response wrong = send("PATCH", path, json(R"({"spec":{"replicas":-1}})"), std::string(cluster::kMergePatch));
  EXPECT_EQ(wrong.body["details"]["group"], "autoscaling");
  EXPECT_THAT(fields(send("PATCH", path, json(R"({"spec":{"replicas":"x"}})"), std::string(cluster::kMergePatch))),
              ElementsAre("patch"));
  EXPECT_EQ(send("GET", collection("ReplicaSet") + "/none/scale").body["details"]["kind"], "replicasets/scale");
}

TEST_F(ApiRules, RollBackOnlyToWhatThereWas) {
  post("DeploymentConfig",
       json(R"({"metadata":{"name":"d"},"spec":{"replicas":1,"template":{"metadata":{"labels":{"a":"b"}},
      "spec":{"containers":[{"name":"c","image":"i:2"}]}}}})"));
  const auto undo = [&](const char* body) {
    return send("POST", collection("DeploymentConfig") + "/d/rollback", json(body));
  };
  EXPECT_THAT(fields(undo(R"({"spec":{}})")), ElementsAre("name"));
  EXPECT_EQ(undo(R"({"name":"d","spec":{}})").status, 422) << "never rolled out";
  Json config = get("DeploymentConfig", "d").body;
  config["status"]["latestVersion"] = 2;
  store.update({*cluster::find_kind("DeploymentConfig"), "n", "d"}, config);
  EXPECT_EQ(undo(R"({"name":"d","spec":{"revision":2}})").status, 422) << "the latest already";
  EXPECT_EQ(undo(R"({"name":"d","spec":{"revision":1}})").status, 422) << "its controller is gone";
  Json earlier = config;
  earlier["spec"]["template"]["spec"]["containers"][0]["image"] = "i:1";
  earlier["spec"]["replicas"] = 5;
  store.create({*cluster::find_kind("ReplicationController"), "n", "d-1"},
               {{"metadata", {{"annotations", {{"openshift.io/encoded-deployment-config", earlier.dump()}}}}}});
  const Json back = undo(R"({"name":"d","spec":{"includeTemplate":true},"updatedAnnotations":{"why":"x"}})").body;
  EXPECT_EQ(back["spec"]["template"]["spec"]["containers"][0]["image"], "i:1");
  EXPECT_EQ(back["spec"]["replicas"], 1) << "not asked for";
  EXPECT_EQ(back["metadata"]["annotations"]["why"], "x");
  EXPECT_EQ(get("DeploymentConfig", "d").body["spec"]["template"]["spec"]["containers"][0]["image"], "i:2");
}

TEST_F(ApiRules, AskForARolloutByTheNextVersion) {
  Json config =
      post("DeploymentConfig", json(R"({"metadata":{"name":"d"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},
      "spec":{"containers":[{"name":"c","image":"i:2"}]}}}})"))
          .body;
  config["status"]["latestVersion"] = 3;
  EXPECT_EQ(send("PUT", collection("DeploymentConfig") + "/d", config).body["status"]["latestVersion"], 0);
  config = get("DeploymentConfig", "d").body;
  config["status"]["latestVersion"] = 1;
  const Json next = send("PUT", collection("DeploymentConfig") + "/d", config).body;
  EXPECT_EQ(next["status"]["latestVersion"], 1);
  EXPECT_EQ(next["metadata"]["generation"], 2);
}

}  // namespace
}  // namespace upshift::emulator
