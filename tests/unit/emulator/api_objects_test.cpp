#include "emulator/status.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using ApiObjects = ApiFixture;

TEST_F(ApiObjects, AreCreatedReadReplacedAndDeleted) {
  const Response created = post("ConfigMap", config_map("m"));
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(created.body["metadata"]["namespace"], "n");
  EXPECT_EQ(get("ConfigMap", "m").body, created.body);
  EXPECT_EQ(post("ConfigMap", config_map("m")).status, 409);

  Json changed = created.body;
  changed["data"]["a"] = "2";
  const Response replaced = send("PUT", collection("ConfigMap") + "/m", changed);
  ASSERT_EQ(replaced.status, 200);
  EXPECT_NE(replaced.body["metadata"]["resourceVersion"], created.body["metadata"]["resourceVersion"]);
  const Response stale = send("PUT", collection("ConfigMap") + "/m", changed);
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.body["reason"], "Conflict");

  EXPECT_EQ(remove("ConfigMap", "m").body["details"]["uid"], created.body["metadata"]["uid"]);
  EXPECT_EQ(get("ConfigMap", "m").status, 404);
  EXPECT_EQ(remove("ConfigMap", "m").status, 404);
}

TEST_F(ApiObjects, KeepTheirVersionWhenNothingChanges) {
  const Json created = post("ConfigMap", config_map("m")).body;
  const std::uint64_t before = store.resource_version();
  EXPECT_EQ(merge("ConfigMap", "m", {{"data", {{"a", "1"}}}}).body, created);
  EXPECT_EQ(store.resource_version(), before);
}

TEST_F(ApiObjects, KeepWhatTheServerOwns) {
  const Json created = post("ConfigMap", config_map("m")).body;
  const Json patched = merge("ConfigMap", "m", json(R"({"metadata":{"creationTimestamp":"2001-01-01T00:00:00Z",
      "labels":{"l":"1"}}})"))
                           .body;
  EXPECT_EQ(patched["metadata"]["creationTimestamp"], created["metadata"]["creationTimestamp"]);
  EXPECT_EQ(patched["metadata"]["uid"], created["metadata"]["uid"]);
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"metadata":{"uid":"other"}})")).status, 422);
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"metadata":{"resourceVersion":"1"}})")).status, 409);
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"metadata":{"name":"other"}})")).status, 400);
  EXPECT_EQ(merge("ConfigMap", "m", json(R"({"metadata":{"namespace":"other"}})")).status, 400);
}

TEST_F(ApiObjects, AreNotStoredOnADryRun) {
  EXPECT_EQ(send("POST", collection("ConfigMap") + "?dryRun=All", config_map("m")).status, 201);
  EXPECT_EQ(get("ConfigMap", "m").status, 404);
  post("ConfigMap", config_map("m"));
  const Response patched = send("PATCH", collection("ConfigMap") + "/m?dryRun=All", json(R"({"data":{"a":"2"}})"),
                                std::string(cluster::kMergePatch));
  EXPECT_EQ(patched.body["data"]["a"], "2");
  EXPECT_EQ(send("DELETE", collection("ConfigMap") + "/m?dryRun=All").status, 200);
  EXPECT_EQ(get("ConfigMap", "m").body["data"]["a"], "1");
  EXPECT_EQ(send("POST", collection("ConfigMap") + "?dryRun=Some", config_map("x")).status, 422);
}

TEST_F(ApiObjects, TakeGeneratedNames) {
  Json object = json(R"({"metadata":{"generateName":"m-"}})");
  const std::string first = post("ConfigMap", object).body["metadata"]["name"];
  const std::string second = post("ConfigMap", object).body["metadata"]["name"];
  EXPECT_TRUE(first.starts_with("m-"));
  EXPECT_NE(first, second);
}

TEST_F(ApiObjects, AreRefusedWithTheServersReasons) {
  struct Row {
    const char* kind;
    const char* body;
    int status;
    std::vector<std::string> fields;
  };
  const Row rows[] = {
      {"ConfigMap", R"({"metadata":{}})", 422, {"metadata.name"}},
      {"ConfigMap", R"({"metadata":{"name":"Bad_Name"}})", 422, {"metadata.name"}},
      {"ConfigMap", R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}})", 400, {}},
      {"ConfigMap", R"({"kind":"ConfigMap","apiVersion":"v7","metadata":{"name":"x"}})", 400, {}},
      {"ConfigMap", R"({"metadata":{"name":"x","namespace":"other"}})", 400, {}},
      {"ConfigMap", R"({"metadata":{"name":"x"},"data":{"n":5}})", 400, {}},
      {"ConfigMap", R"({"metadata":{"name":"x"},"data":{"a b":""}})", 422, {"data[a b]"}},
      {"ConfigMap", R"({"metadata":{"name":"x","labels":{"a b":"c"}}})", 422, {"metadata.labels"}},
      {"ConfigMap", R"({"metadata":{"name":"x","resourceVersion":"7"}})", 500, {}},
      {"ConfigMap", R"(["x"])", 400, {}},
      {"ConfigMap", R"({"metadata":"x"})", 400, {}},
      {"Secret", R"({"metadata":{"name":"x"},"data":{"k":"%%%"}})", 400, {}},
      {"Secret",
       R"({"metadata":{"name":"x"},"type":"kubernetes.io/tls","data":{"tls.crt":""}})",
       422,
       {"data[tls.key]"}},
      {"Secret",
       R"({"metadata":{"name":"x"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"eA=="}})",
       422,
       {"data[.dockerconfigjson]"}},
      {"Service", R"({"metadata":{"name":"1x"},"spec":{"ports":[{"port":1}]}})", 422, {"metadata.name"}},
      {"Service", R"({"metadata":{"name":"x"},"spec":{}})", 422, {"spec.ports"}},
      {"Service",
       R"({"metadata":{"name":"x"},"spec":{"ports":[{"port":1},{"port":0,"name":"b"}]}})",
       422,
       {"spec.ports[0].name", "spec.ports[1].port", "spec.ports[1].targetPort"}},
      {"Route",
       R"({"metadata":{"name":"x"},"spec":{"host":"bad host","to":{"name":"s"}}})",
       422,
       {"spec.host", "spec.host"}},
      {"Route",
       R"({"metadata":{"name":"x"},"spec":{"to":{"name":""},"path":"p","wildcardPolicy":"Some"}})",
       422,
       {"spec.wildcardPolicy", "spec.path", "spec.to.name"}},
      {"Route",
       R"({"metadata":{"name":"x"},"spec":{"to":{"name":"s"},"tls":{"termination":"sideways"}}})",
       422,
       {"spec.tls.termination"}},
      {"Role",
       R"({"metadata":{"name":"x"},"rules":[{"apiGroups":[""],"resources":["pods"]}]})",
       422,
       {"rules[0].verbs"}},
      {"RoleBinding", R"({"metadata":{"name":"x"},"roleRef":{"kind":"Rule","name":"r"}})", 422, {"roleRef.kind"}},
      {"PersistentVolumeClaim",
       R"({"metadata":{"name":"x"},"spec":{}})",
       422,
       {"spec.accessModes", "spec.resources[storage]"}},
      {"ImageStream",
       R"({"metadata":{"name":"x"},"spec":{"tags":[{"name":"1","from":{"kind":"Thing","name":"a"}}]}})",
       422,
       {"[]", "spec.tags[1].from.kind"}},
  };
  for (const Row& row : rows) {
    const Response response = post(row.kind, json(row.body));
    EXPECT_EQ(response.status, row.status) << row.body << "\n" << response.body;
    EXPECT_THAT(fields(response), testing::ElementsAreArray(row.fields)) << row.body;
    EXPECT_EQ(response.body["status"], "Failure") << row.body;
    EXPECT_THAT(store.all(), IsEmpty()) << row.body;
  }
}

TEST_F(ApiObjects, RefuseToChangeWhatIsImmutable) {
  post("Secret", json(R"({"metadata":{"name":"s"},"type":"Opaque"})"));
  EXPECT_THAT(fields(merge("Secret", "s", json(R"({"type":"other"})"))), ElementsAre("type"));
  post("RoleBinding", json(R"({"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"}})"));
  EXPECT_THAT(fields(merge("RoleBinding", "b", json(R"({"roleRef":{"name":"q"}})"))), ElementsAre("roleRef"));
  post("Service", json(R"({"metadata":{"name":"v"},"spec":{"ports":[{"port":1}]}})"));
  EXPECT_THAT(fields(merge("Service", "v", json(R"({"spec":{"clusterIP":"1.2.3.4"}})"))),
              ElementsAre("spec.clusterIPs[0]"));
  post("PersistentVolumeClaim", json(R"({"metadata":{"name":"p"},"spec":{"accessModes":["ReadWriteOnce"],
      "resources":{"requests":{"storage":"1Gi"}}}})"));
  EXPECT_THAT(fields(merge("PersistentVolumeClaim", "p", json(R"({"spec":{"storageClassName":"fast"}})"))),
              ElementsAre("spec"));
  const Json larger = json(R"({"spec":{"resources":{"requests":{"storage":"2Gi"}}}})");
  EXPECT_THAT(fields(merge("PersistentVolumeClaim", "p", larger)), ElementsAre("spec")) << "not bound yet";
  EXPECT_EQ(send("PATCH", collection("PersistentVolumeClaim") + "/p/status", json(R"({"status":{"phase":"Bound"}})"),
                 std::string(cluster::kMergePatch))
                .status,
            200);
  EXPECT_EQ(merge("PersistentVolumeClaim", "p", larger).status, 200);
}

TEST_F(ApiObjects, AnswerPatchesWithTheServersCodes) {
  post("ConfigMap", config_map("m"));
  const std::string path = collection("ConfigMap") + "/m";
  const auto patch = [&](std::string_view type, const char* body) {
    return send("PATCH", path, json(body), std::string(type));
  };
  EXPECT_EQ(patch(cluster::kJsonPatch, R"([{"op":"remove","path":"/data/none"}])").status, 422);
  EXPECT_EQ(patch(cluster::kJsonPatch, R"({"op":"remove"})").status, 400);
  EXPECT_EQ(patch(cluster::kMergePatch, R"({"data":{"n":5}})").status, 422);
  EXPECT_THAT(fields(patch(cluster::kStrategicMergePatch, R"({"data":{"n":5}})")), ElementsAre("patch"));
  EXPECT_EQ(patch("application/json", R"({})").status, 415);
  EXPECT_EQ(merge("ConfigMap", "absent", Json::object()).status, 404);
  EXPECT_EQ(
      merge("ConfigMap", "m", json(R"({"metadata":{"annotations":{"e~f":"1"}}})")).body["details"]["causes"].size(),
      4U);
}

TEST_F(ApiObjects, InAbsentNamespacesOrOfUnknownTypesAreNotFound) {
  EXPECT_EQ(send("GET", "/api/v1/namespaces/n/nosuchresources").body["reason"], "NotFound");
  EXPECT_EQ(send("GET", "/apis/no.such.group/v1/namespaces/n/things").body, "404 page not found\n");
  EXPECT_EQ(send("GET", "/apis/apps.openshift.io/v1/namespaces/n/secrets").status, 404);
  EXPECT_EQ(send("GET", "/api/v1/secrets/s").status, 404);
  EXPECT_EQ(send("GET", "/").status, 404);
  EXPECT_EQ(send("POST", "/api/v1/secrets", Json::object()).status, 405);
  EXPECT_EQ(send("PATCH", "/api/v1/namespaces/n/secrets", Json::object()).status, 405);
  send("POST", "/api/v1/namespaces", json(R"({"metadata":{"name":"other"}})"));
  const Response lost = post("ConfigMap", config_map("m"));
  EXPECT_EQ(lost.status, 404);
  EXPECT_EQ(lost.body["details"]["kind"], "namespaces");
}

TEST_F(ApiObjects, AreRefusedByTheInterceptorBeforeAnythingElse) {
  api.set_interceptor([](const Request& request) -> std::optional<Response> {
    if (request.method == "GET") return std::nullopt;
    return forbidden(*cluster::find_kind("ConfigMap"), "", "n", "developer", "create");
  });
  const Response refused = post("ConfigMap", config_map("m"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["details"]["kind"], "configmaps");
  EXPECT_EQ(get("ConfigMap", "m").status, 404);
}

TEST_F(ApiObjects, ComeInRawBodiesToo) {
  const Request post_request{"POST", collection("ConfigMap"), {}, "application/json; charset=utf-8", {}};
  EXPECT_EQ(api.handle_raw(post_request, R"({"metadata":{"name":"j"}})").status, 201);
  Request yaml = post_request;
  yaml.content_type = "application/yaml";
  EXPECT_EQ(api.handle_raw(yaml, "metadata:\n  name: y\n").status, 201);
  EXPECT_EQ(api.handle_raw(post_request, "{not json").body["reason"], "BadRequest");
  Request text = post_request;
  text.content_type = "text/plain";
  EXPECT_EQ(api.handle_raw(text, "{}").status, 415);
  EXPECT_EQ(api.handle_raw({"GET", collection("ConfigMap"), {}, {}, {}}, "").body["items"].size(), 2U);
}

}  // namespace
}  // namespace upshift::emulator
