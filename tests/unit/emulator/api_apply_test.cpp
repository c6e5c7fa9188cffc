// Server-side apply: whose fields are whose.
#include "emulator/apply.hpp"
#include "emulator/field_set.hpp"
#include "unit/emulator/api_fixture.hpp"

namespace upshift::emulator {
namespace {

using testing::ElementsAre;

class ApiApply : public ApiFixture {
 protected:
  Response apply(const std::string& manager, Json object, const std::string& more = {}) {
    object["apiVersion"] = cluster::find_kind(kind_)->api_version();
    object["kind"] = kind_;
    object["metadata"]["name"] = "x";
    return send("PATCH", collection(kind_) + "/x?fieldManager=" + manager + more, object, std::string(kApplyPatch));
  }
  std::string kind_ = "ConfigMap";
};

TEST_F(ApiApply, CreatesWhatIsNotThere) {
  EXPECT_EQ(apply("one", json(R"({"data":{"a":"1"}})"), "&dryRun=All").status, 201);
  EXPECT_EQ(get("ConfigMap", "x").status, 404);
  const Response made = apply("one", json(R"({"data":{"a":"1"}})"));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body["metadata"]["managedFields"][0]["fieldsV1"], json(R"({"f:data":{"f:a":{}}})"));
  EXPECT_EQ(apply("one", json(R"({"data":{"a":"1"}})")).status, 200);
}

TEST_F(ApiApply, RefusesToTakeFieldsOfOthers) {
  apply("one", json(R"({"data":{"a":"1","b":"2"}})"));
  const Response refused = apply("two", json(R"({"data":{"a":"other","c":"3"}})"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(fields(refused), ElementsAre(".data.a"));
  EXPECT_EQ(refused.body["details"]["causes"][0]["reason"], "FieldManagerConflict");
  EXPECT_EQ(apply("two", json(R"({"data":{"a":"1","c":"3"}})")).status, 200) << "the same value is shared";
  EXPECT_EQ(apply("two", json(R"({"data":{"a":"mine","c":"3"}})"), "&force=true").body["data"],
            json(R"({"a":"mine","b":"2","c":"3"})"));
}

TEST_F(ApiApply, DropsWhatNobodyWantsAnyMore) {
  apply("one", json(R"({"data":{"a":"1","b":"2"}})"));
  apply("two", json(R"({"data":{"b":"2","c":"3"}})"));
  EXPECT_EQ(apply("one", json(R"({"data":{"a":"1"}})")).body["data"], json(R"({"a":"1","b":"2","c":"3"})"));
  EXPECT_EQ(apply("two", json(R"({})")).body["data"], json(R"({"a":"1"})"));
  EXPECT_EQ(apply("one", json(R"({"data":{}})")).status, 200);
  EXPECT_EQ(apply("one", json(R"({"data":{"again":"1"}})")).body["data"], json(R"({"again":"1"})"));
}

TEST_F(ApiApply, GivesFieldsToWhoeverChangesThemOtherwise) {
  apply("one", json(R"({"data":{"a":"1"}})"));
  merge("ConfigMap", "x", json(R"({"data":{"a":"changed"}})"));
  EXPECT_THAT(fields(apply("one", json(R"({"data":{"a":"1"}})"))), ElementsAre(".data.a"));
}

TEST_F(ApiApply, CountsWhatWasThereBeforeAsOnesOwn) {
  post("ConfigMap", json(R"({"metadata":{"name":"x"},"data":{"a":"1"}})"));
  EXPECT_EQ(apply("one", json(R"({"data":{"a":"other"}})")).status, 409);
  EXPECT_EQ(apply("one", json(R"({"data":{"b":"2"}})")).body["data"], json(R"({"a":"1","b":"2"})"));
}

TEST_F(ApiApply, MergesListsByTheirKeys) {
  kind_ = "Deployment";
  apply("one",
        json(R"({"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
      "spec":{"containers":[{"name":"c","image":"i:1"}]}}}})"));
  const Json more = json(R"({"spec":{"template":{"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"1"}]},
      {"name":"d","image":"j"}]}}}})");
  const Json both = apply("two", more).body["spec"]["template"]["spec"]["containers"];
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0]["image"], "i:1");
  EXPECT_EQ(both[0]["env"][0]["name"], "A");
  EXPECT_THAT(fields(apply("two", json(R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":"k"}]}}}})"))),
              ElementsAre(R"(.spec.template.spec.containers[name="c"].image)"));
  EXPECT_EQ(apply("two", json("{}")).body["spec"]["template"]["spec"]["containers"].size(), 1U);
}

TEST_F(ApiApply, IsRefusedWhereItMakesNoSense) {
  EXPECT_THAT(fields(send("PATCH", collection("ConfigMap") + "/x", config_map("x"), std::string(kApplyPatch))),
              ElementsAre("fieldManager"));
  struct Row {
    const char* body;
    int status;
  };
  for (const Row& row :
       {Row{R"({"kind":"ConfigMap"})", 400}, Row{R"({"apiVersion":"v1","kind":"Secret"})", 400},
        Row{R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other"}})", 400},
        Row{R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","managedFields":[{}]}})", 400},
        Row{R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","uid":"u"}})", 409},
        Row{R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":1}})", 500},
        Row{R"("text")", 400}}) {
    EXPECT_EQ(
        send("PATCH", collection("ConfigMap") + "/x?fieldManager=m", json(row.body), std::string(kApplyPatch)).status,
        row.status)
        << row.body;
  }
  post("ConfigMap", config_map("x"));
  EXPECT_THAT(
      fields(send("PATCH", collection("ConfigMap") + "/x?force=true", json("{}"), std::string(cluster::kMergePatch))),
      ElementsAre("force"));
}

TEST(FieldSets, AreWhatManagedFieldsHold) {
  const Json object = Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","finalizers":["a/b"]},
      "spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}],"nodeSelector":{}}})");
  const FieldSet set = fields_of_object("Pod", object);
  const Json expected = Json::parse(R"({"f:metadata":{"f:finalizers":{"v:\"a/b\"":{}}},"f:spec":{"f:nodeSelector":{},
      "f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:name":{},"f:image":{},
        "f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}})");
  EXPECT_EQ(fields_to_json(set), expected);
  EXPECT_EQ(fields_from_json(expected), set);
}

}  // namespace
}  // namespace upshift::emulator
