#include "cluster/patch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/schema.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster {
namespace {

Json json(const char* text) {
  return Json::parse(text);
}

struct Row {
  const char* name;
  const char* document;
  const char* patch;
  const char* result;  // or
  StatusCode refused = StatusCode::kOk;
};

std::string name_of(const testing::TestParamInfo<Row>& info) {
  return info.param.name;
}

void check(const Row& row, const Result<Json>& result) {
  if (row.refused == StatusCode::kOk) {
    ASSERT_TRUE(result) << result.error().summary;
    EXPECT_EQ(*result, json(row.result)) << result->dump(2);
  } else {
    ASSERT_FALSE(result) << result->dump();
    EXPECT_EQ(result.error().code, row.refused);
    EXPECT_NE(result.error().summary, "");
  }
}

class JsonPatch : public testing::TestWithParam<Row> {};

TEST_P(JsonPatch, AppliesAsTheServerDoes) {
  check(GetParam(), apply_json_patch(json(GetParam().document), json(GetParam().patch)));
}

constexpr StatusCode kMalformed = StatusCode::kInvalidArgument;
constexpr StatusCode kDoesNotApply = StatusCode::kFailedPrecondition;
constexpr StatusCode kBroken = StatusCode::kInternal;

INSTANTIATE_TEST_SUITE_P(
    Operations, JsonPatch,
    testing::Values(
        Row{"AddsAMember", R"({"a":{}})", R"([{"op":"add","path":"/a/b","value":1}])", R"({"a":{"b":1}})"},
        Row{"AppendsToAList", R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])", R"({"a":[1,2]})"},
        Row{"InsertsIntoAList", R"({"a":[1,2]})", R"([{"op":"add","path":"/a/0","value":0}])", R"({"a":[0,1,2]})"},
        Row{"InsertsAtTheEnd", R"({"a":[1]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2]})"},
        Row{"CountsFromTheEnd", R"({"a":[1,2]})", R"([{"op":"replace","path":"/a/-1","value":9}])", R"({"a":[1,9]})"},
        Row{"ReplacesWhatIsAbsent", R"({"a":{}})", R"([{"op":"replace","path":"/a/b","value":1}])", R"({"a":{"b":1}})"},
        Row{"UnescapesKeys", R"({"a":{"b/c":1,"d~e":2}})",
            R"([{"op":"remove","path":"/a/b~1c"},{"op":"replace","path":"/a/d~0e","value":3}])", R"({"a":{"d~e":3}})"},
        Row{"Moves", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/b"}])", R"({"b":1})"},
        Row{"Copies", R"({"a":[1]})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":[1],"b":[1]})"},
        Row{"TestsAndGoesOn", R"({"a":1})",
            R"([{"op":"test","path":"/a","value":1},{"op":"add","path":"/b","value":2}])", R"({"a":1,"b":2})"},
        Row{"TestsForAbsence", R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])", R"({"a":1})"},
        Row{"DoesNothingWhenEmpty", R"({"a":1})", "[]", R"({"a":1})"},
        Row{"StopsAtATestThatFails", R"({"a":1})", R"([{"op":"test","path":"/a","value":2}])", "", kDoesNotApply},
        Row{"RefusesToRemoveWhatIsAbsent", R"({"a":1})", R"([{"op":"remove","path":"/b"}])", "", kDoesNotApply},
        Row{"RefusesAnAbsentParent", R"({"a":1})", R"([{"op":"add","path":"/b/c","value":1}])", "", kDoesNotApply},
        Row{"RefusesAPlainParent", R"({"a":1})", R"([{"op":"add","path":"/a/c","value":1}])", "", kDoesNotApply},
        Row{"RefusesAnIndexBeyondTheEnd", R"({"a":[1]})", R"([{"op":"add","path":"/a/2","value":1}])", "",
            kDoesNotApply},
        Row{"RefusesANegativeIndexBeforeTheStart", R"({"a":[1]})", R"([{"op":"remove","path":"/a/-2"}])", "",
            kDoesNotApply},
        Row{"RefusesAWordAsIndex", R"({"a":[1]})", R"([{"op":"remove","path":"/a/x"}])", "", kDoesNotApply},
        Row{"RefusesAnUnknownOperation", R"({})", R"([{"op":"frob","path":"/a"}])", "", kDoesNotApply},
        Row{"RefusesAnOperationWithoutPath", R"({})", R"([{"op":"add","value":1}])", "", kDoesNotApply},
        Row{"RefusesAnObject", R"({})", R"({"op":"add","path":"/a","value":1})", "", kMalformed},
        Row{"RefusesAListOfWords", R"({})", R"(["add"])", "", kMalformed}),
    name_of);

class MergePatch : public testing::TestWithParam<Row> {};

TEST_P(MergePatch, FollowsRfc7386) {
  check(GetParam(), apply_merge_patch(json(GetParam().document), json(GetParam().patch)));
}

INSTANTIATE_TEST_SUITE_P(
    Documents, MergePatch,
    testing::Values(Row{"SetsAndRemoves", R"({"a":1,"b":2})", R"({"a":null,"c":3})", R"({"b":2,"c":3})"},
                    Row{"GoesDeep", R"({"a":{"b":1,"c":2}})", R"({"a":{"b":null}})", R"({"a":{"c":2}})"},
                    Row{"ReplacesLists", R"({"a":[1,2]})", R"({"a":[3]})", R"({"a":[3]})"},
                    Row{"DropsNullsOfNewObjects", R"({})", R"({"a":{"b":null,"c":1}})", R"({"a":{"c":1}})"},
                    Row{"ReplacesAPlainValueByAnObject", R"({"a":1})", R"({"a":{"b":1}})", R"({"a":{"b":1}})"}),
    name_of);

TEST(MergePatch, MadeFromTwoDocumentsTurnsOneIntoTheOther) {
  const Json from = json(R"({"a":1,"b":{"c":[1,2],"d":true},"e":{"f":1}})");
  const Json to = json(R"({"b":{"c":[2],"d":true,"n":"x"},"e":7})");
  const Json patch = make_merge_patch(from, to);
  EXPECT_EQ(patch, json(R"({"a":null,"b":{"c":[2],"n":"x"},"e":7})"));
  EXPECT_EQ(apply_merge_patch(from, patch), to);
  EXPECT_EQ(make_merge_patch(to, to), Json::object());
}

class StrategicMerge : public testing::TestWithParam<Row> {};

// Patches of a DeploymentConfig's pod spec.
TEST_P(StrategicMerge, MergesPodSpecs) {
  const auto wrap = [](const Json& spec) { return Json{{"spec", {{"template", {{"spec", spec}}}}}}; };
  auto result =
      apply_strategic_merge_patch("DeploymentConfig", wrap(json(GetParam().document)), wrap(json(GetParam().patch)));
  if (result) result = Json((*result)["spec"]["template"]["spec"]);
  check(GetParam(), result);
}

INSTANTIATE_TEST_SUITE_P(
    PodSpecs, StrategicMerge,
    testing::Values(
        Row{"PutsANewVariableFirst", R"({"containers":[{"name":"c","env":[{"name":"A","value":"1"}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"B","value":"2"}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"B","value":"2"},{"name":"A","value":"1"}]}]})"},
        Row{"ChangesAVariableInPlace",
            R"({"containers":[{"name":"c","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"B","value":"3"}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"A","value":"1"},{"name":"B","value":"3"}]}]})"},
        Row{"TurnsAValueIntoAReference", R"({"containers":[{"name":"c","env":[{"name":"A","value":"1"}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"A","value":null,"valueFrom":{"x":1}}]}]})",
            R"({"containers":[{"name":"c","env":[{"name":"A","valueFrom":{"x":1}}]}]})"},
        Row{"DeletesByDirective", R"({"containers":[{"name":"c"},{"name":"d"}]})",
            R"({"containers":[{"name":"c","$patch":"delete"}]})", R"({"containers":[{"name":"d"}]})"},
        Row{"ReplacesAListByDirective", R"({"containers":[{"name":"c"},{"name":"d"}]})",
            R"({"containers":[{"name":"e"},{"$patch":"replace"}]})", R"({"containers":[{"name":"e"}]})"},
        Row{"ReplacesAnObjectByDirective", R"({"securityContext":{"runAsUser":1,"fsGroup":2}})",
            R"({"securityContext":{"$patch":"replace","fsGroup":3}})", R"({"securityContext":{"fsGroup":3}})"},
        Row{"EmptiesAnObjectByDirective", R"({"securityContext":{"runAsUser":1}})",
            R"({"securityContext":{"$patch":"delete"}})", R"({"securityContext":{}})"},
        Row{"ReplacesListsWithoutKey", R"({"tolerations":[{"key":"a"}]})", R"({"tolerations":[{"key":"b"}]})",
            R"({"tolerations":[{"key":"b"}]})"},
        Row{"MergesPortsByNumberAndMountsByPath",
            R"({"containers":[{"name":"c","ports":[{"containerPort":1,"name":"a"}],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]})",
            R"({"containers":[{"name":"c","ports":[{"containerPort":1,"name":"b"}],"volumeMounts":[{"name":"w","mountPath":"/v"}]}]})",
            R"({"containers":[{"name":"c","ports":[{"containerPort":1,"name":"b"}],"volumeMounts":[{"name":"w","mountPath":"/v"}]}]})"},
        Row{"ReplacesCommands", R"({"containers":[{"name":"c","command":["a","b"]}]})",
            R"({"containers":[{"name":"c","command":["x"]}]})", R"({"containers":[{"name":"c","command":["x"]}]})"},
        Row{"RetainsOnlyTheNamedKeys", R"({"volumes":[{"name":"v","emptyDir":{}}]})",
            R"({"volumes":[{"name":"v","$retainKeys":["name","secret"],"secret":{"secretName":"s"}}]})",
            R"({"volumes":[{"name":"v","secret":{"secretName":"s"}}]})"},
        Row{"OrdersElements", R"({"containers":[{"name":"a"},{"name":"b"}]})",
            R"({"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}],"containers":[{"name":"c"}]})",
            R"({"containers":[{"name":"c"},{"name":"b"},{"name":"a"}]})"},
        Row{"RefusesAnElementWithoutKey", R"({"containers":[{"name":"c"}]})", R"({"containers":[{"image":"x"}]})", "",
            kBroken},
        Row{"RefusesAnUnknownDirective", R"({"containers":[]})", R"({"containers":[{"name":"c","$patch":"merge"}]})",
            "", kBroken},
        Row{"RefusesRetainedKeysThatLackAKey", R"({"volumes":[{"name":"v"}]})",
            R"({"volumes":[{"name":"v","$retainKeys":["name"],"secret":{}}]})", "", kMalformed},
        Row{"RefusesAnOrderThatLacksAnElement", R"({"containers":[{"name":"a"}]})",
            R"({"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"b"}]})", "", kMalformed}),
    name_of);

TEST(StrategicMerge, KnowsEveryTypesOwnKeys) {
  const auto merge = [](const char* kind, const char* document, const char* patch) {
    const auto result = apply_strategic_merge_patch(kind, json(document), json(patch));
    return result ? *result : Json(result.error().summary);
  };
  EXPECT_EQ(merge("Service", R"({"spec":{"ports":[{"port":1,"name":"a"},{"port":2}]}})",
                  R"({"spec":{"ports":[{"port":1,"name":"b"}]}})"),
            json(R"({"spec":{"ports":[{"port":1,"name":"b"},{"port":2}]}})"));
  EXPECT_EQ(merge("ServiceAccount", R"({"secrets":[{"name":"a"}],"imagePullSecrets":[{"name":"p"}]})",
                  R"({"secrets":[{"name":"b"}],"imagePullSecrets":[{"name":"q"}]})"),
            json(R"({"secrets":[{"name":"b"},{"name":"a"}],"imagePullSecrets":[{"name":"q"}]})"));
  EXPECT_EQ(merge("ImageStream", R"({"spec":{"tags":[{"name":"1"}]}})", R"({"spec":{"tags":[{"name":"2"}]}})"),
            json(R"({"spec":{"tags":[{"name":"2"},{"name":"1"}]}})"));
  EXPECT_EQ(
      merge("DeploymentConfig", R"({"spec":{"triggers":[{"type":"A"}]}})", R"({"spec":{"triggers":[{"type":"B"}]}})"),
      json(R"({"spec":{"triggers":[{"type":"B"}]}})"));
  EXPECT_EQ(merge("ConfigMap", R"({"metadata":{"finalizers":["a","b"]}})",
                  R"({"metadata":{"finalizers":["c"],"$deleteFromPrimitiveList/finalizers":["a"]}})"),
            json(R"({"metadata":{"finalizers":["c","b"]}})"));
  EXPECT_EQ(merge("Unheard", R"({"spec":{"list":[{"name":"a"}],"x":1}})", R"({"spec":{"list":[{"name":"b"}]}})"),
            json(R"({"spec":{"list":[{"name":"b"}],"x":1}})"));
}

TEST(Patch, IsChosenByContentType) {
  const Json document = {{"a", 1}};
  EXPECT_TRUE(apply_patch(kJsonPatch, "ConfigMap", document, Json::array()));
  EXPECT_TRUE(apply_patch(kMergePatch, "ConfigMap", document, Json::object()));
  EXPECT_TRUE(apply_patch(kStrategicMergePatch, "ConfigMap", document, Json::object()));
  EXPECT_EQ(apply_patch("application/json", "ConfigMap", document, Json::object()).error().code, kMalformed);
  EXPECT_EQ(apply_patch(kMergePatch, "ConfigMap", document, Json::array()).error().code, kMalformed);
  EXPECT_EQ(apply_patch(kStrategicMergePatch, "ConfigMap", document, 5).error().code, kMalformed);
}

TEST(Schema, DropsWhatTheServerDoesNotKnowAndWhatIsEmpty) {
  const auto config = conform("DeploymentConfig", json(R"({"metadata":{"name":"x","unheard":1,"labels":{}},
      "spec":{"nosuch":1,"paused":false,"template":{"spec":{"containers":[{"name":"c","env":[{"name":"E","value":""}]}]}}}})"));
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)["metadata"], json(R"({"name":"x","creationTimestamp":null})"));
  EXPECT_FALSE((*config)["spec"].contains("nosuch"));
  EXPECT_FALSE((*config)["spec"].contains("paused"));
  EXPECT_EQ((*config)["spec"]["test"], false);
  EXPECT_EQ((*config)["spec"]["template"]["spec"]["containers"],
            json(R"([{"name":"c","resources":{},"env":[{"name":"E"}]}])"));
}

TEST(Schema, NamesTheFieldOfAWrongType) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"spec":{"replicas":"three"}})", "spec.replicas"},
      {R"({"spec":{"paused":"yes"}})", "spec.paused"},
      {R"({"spec":{"selector":{"a":1}}})", "spec.selector.a"},
      {R"({"spec":{"triggers":{}}})", "spec.triggers"},
      {R"({"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":5}]}]}}}})",
       "spec.template.spec.containers[0].env[0].value"},
      {R"({"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}}})",
       "spec.template.spec.containers[0].resources.limits.cpu"}};
  for (const auto& [text, path] : rows) {
    const auto result = conform("DeploymentConfig", json(text));
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().path, path);
  }
  EXPECT_EQ(conform("Secret", json(R"({"data":{"k":"%%"}})")).error().path, "data.k");
}

TEST(Schema, WritesQuantitiesTheCanonicalWay) {
  const std::pair<const char*, const char*> rows[] = {
      {"1000m", "1"},     {"0.5", "500m"},    {"250m", "250m"},    {"1024Mi", "1Gi"}, {"1Gi", "1Gi"},
      {"100Mi", "100Mi"}, {"1.50", "1500m"},  {"2000", "2k"},      {"0", "0"},        {"-1000m", "-1"},
      {"1e3", "1e3"},     {"128Ki", "128Ki"}, {"1.5Gi", "1536Mi"}, {"0.5Ki", "512"}};
  for (const auto& [given, canonical] : rows) EXPECT_EQ(canonical_quantity(given), canonical);
  for (const char* text : {"", "x", "1Q", "Mi", "1 Gi"}) EXPECT_FALSE(is_quantity(text)) << text;
}

}  // namespace
}  // namespace upshift::cluster
