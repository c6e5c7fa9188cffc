#include "config/schema.hpp"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace upshift::config {
namespace {

using ::testing::HasSubstr;

const Json kPeople = {
    {"type", "object"},
    {"required", {"name"}},
    {"properties",
     {{"name", {{"type", "string"}}},
      {"age", {{"type", "integer"}, {"minimum", 0}}},
      {"friends", {{"type", "array"}, {"items", {{"$ref", "#/definitions/friend"}}}}},
      {"a/b", {{"type", "boolean"}}}}},
    {"additionalProperties", false},
    {"definitions", {{"friend", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}}};

struct Invalid {
  std::string name;
  Json document;
  std::string path;
  std::string says;
};

TEST(Schema, NamesEachProblemByPointer) {
  const Invalid table[] = {
      {"missing", {{"age", 3}}, "", "Missing required property 'name'"},
      {"wrong type", {{"name", 7}}, "/name", "type"},
      {"too small", {{"name", "x"}, {"age", -1}}, "/age", "greater than or equal to 0"},
      {"unknown key", {{"name", "x"}, {"agee", 1}}, "", "agee"},
      {"in a list", {{"name", "x"}, {"friends", {{{"name", "y"}}, {{"name", 4}}}}}, "/friends/1/name", "type"},
      {"escaped key", {{"name", "x"}, {"a/b", "no"}}, "/a~1b", "type"},
      {"not an object", Json::array(), "", "type"},
  };
  for (const Invalid& row : table) {
    const auto problems = validate(kPeople, row.document, "people");
    ASSERT_FALSE(problems.empty()) << row.name;
    EXPECT_EQ(problems.front().path, row.path) << row.name;
    EXPECT_THAT(problems.front().summary, HasSubstr(row.says)) << row.name;
    EXPECT_EQ(problems.front().severity, Severity::kError);
  }
}

TEST(Schema, AcceptsAValidDocumentAndCanBeUsedAgain) {
  const auto schema = Schema::compile(kPeople, "people");
  ASSERT_TRUE(schema);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(schema->validate({{"name", "x"}, {"age", 3}, {"friends", {{{"name", "y"}}}}}).empty());
    EXPECT_FALSE(schema->validate({{"name", 1}}).empty());
  }
}

TEST(Schema, ReportsOnlyTheCauseAndNotEveryLevelAboveIt) {
  const auto problems = validate(kPeople, {{"name", "x"}, {"friends", {{{"name", 4}}}}}, "people");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].detail, "found: a number");
}

TEST(Schema, RefusesASchemaThatIsNone) {
  const Json wrong[] = {{{"type", 7}}, {{"properties", "x"}}, {{"minimum", "many"}}, {{"$ref", "#/definitions/none"}}};
  for (const Json& schema : wrong) {
    const auto compiled = Schema::compile(schema, "the parameter 'x'");
    ASSERT_FALSE(compiled) << schema;
    EXPECT_EQ(compiled.error().code, StatusCode::kInvalidArgument);
    EXPECT_THAT(compiled.error().summary, HasSubstr("the parameter 'x' is not a valid JSON Schema"));
    EXPECT_FALSE(validate(schema, Json(1), "x").empty());
  }
}

TEST(Schema, IgnoresKeywordsItDoesNotKnow) {
  EXPECT_TRUE(validate({{"type", "string"}, {"x-upshift-secret", true}}, "s", "x").empty());
}

TEST(Schema, APatternThatIsNoRegularExpressionIsAProblemAndNoCrash) {
  EXPECT_FALSE(validate({{"type", "string"}, {"pattern", "(["}}, "x", "x").empty());
}

TEST(Schema, APatternIsAppliedToEveryTextAndAWrongOneIsWrongEachTime) {
  const Json letters = {{"type", "string"}, {"pattern", "^[a-z]+$"}}, digits = {{"pattern", "^[0-9]+$"}};
  const Json none = {{"pattern", "^[a-z"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(validate(letters, "abc", "x").empty());
    EXPECT_FALSE(validate(letters, "123", "x").empty());
    EXPECT_TRUE(validate(digits, "123", "x").empty());
    EXPECT_FALSE(validate(digits, "abc", "x").empty());
    const auto problems = validate(none, "abc", "x");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].summary, "the document cannot be validated");
  }
}

TEST(Schema, SeveralThreadsValidateAtOnce) {
  const auto schema = Schema::compile({{"items", {{"type", "string"}, {"pattern", "^[a-z]+$"}}}}, "x");
  ASSERT_TRUE(schema);
  std::vector<std::future<std::size_t>> found;
  for (int i = 0; i < 4; ++i) {
    found.push_back(std::async(std::launch::async, [&schema] {
      std::size_t problems = 0;
      for (int j = 0; j < 20; ++j) problems += schema->validate({"abc", "7", "x"}).size();
      return problems;
    }));
  }
  for (auto& each : found) EXPECT_EQ(each.get(), 20U);
}

TEST(Schema, WhatIsRefusedWithoutAReasonIsStillRefused) {
  const Json names = {{"propertyNames", {{"pattern", "^[a-z]+$"}}}};
  EXPECT_TRUE(validate(names, {{"abc", 1}}, "x").empty());
  for (const auto& [schema, document] : {std::pair<Json, Json>{names, {{"ABC", 1}}}, {false, 1}}) {
    const auto problems = validate(schema, document, "x");
    ASSERT_EQ(problems.size(), 1U) << schema;
    EXPECT_THAT(problems[0].summary, HasSubstr("not allowed by the schema"));
    EXPECT_EQ(problems[0].path, "");
  }
}

TEST(ShippedSchema, IsFoundByNameAndDefinition) {
  EXPECT_TRUE(shipped_schema("manifest"));
  EXPECT_EQ(shipped_schema("nothing").error().code, StatusCode::kNotFound);
  EXPECT_EQ(shipped_schema("replies", "NOTHING").error().code, StatusCode::kNotFound);
  const auto check = shipped_schema("replies", "CHECK");
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->validate({{"state", "done"}, {"summary", "x"}}).empty());
  const auto problems = check->validate({{"state", "finished"}, {"summary", "x"}});
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].path, "/state");
}

TEST(ShippedSchema, RepliesNeedWhatTheirConditionNeeds) {
  const auto apply = shipped_schema("replies", "APPLY");
  ASSERT_TRUE(apply);
  const auto with = [](Json condition) { return Json{{"summary", "x"}, {"await", {std::move(condition)}}}; };
  EXPECT_TRUE(apply->validate({{"summary", "x"}}).empty());
  EXPECT_TRUE(apply->validate(with({{"condition", "rollout"}, {"deployment_config", "x"}})).empty());
  EXPECT_TRUE(
      apply->validate(with({{"condition", "absent"}, {"kind", "Pod"}, {"name", "x"}, {"timeout", "1m30s"}})).empty());
  EXPECT_FALSE(apply->validate(with({{"condition", "rollout"}})).empty());
  EXPECT_FALSE(apply->validate(with({{"condition", "import"}, {"image_stream", "x"}})).empty());
  EXPECT_FALSE(apply->validate(with({{"condition", "exists"}, {"kind", "Pod"}})).empty());
  EXPECT_FALSE(apply->validate(with({{"condition", "moon"}})).empty());
  EXPECT_FALSE(
      apply->validate(with({{"condition", "rollout"}, {"deployment_config", "x"}, {"timeout", "soon"}})).empty());
}

TEST(ShippedSchema, ADetectedProductHasAVersion) {
  const auto detect = shipped_schema("replies", "DETECT");
  ASSERT_TRUE(detect);
  EXPECT_TRUE(detect->validate({{"found", false}, {"summary", "x"}}).empty());
  EXPECT_TRUE(detect->validate({{"found", true}, {"version", "2.5"}, {"summary", "x"}}).empty());
  EXPECT_FALSE(detect->validate({{"found", true}, {"summary", "x"}}).empty());
}

TEST(ToError, NamesTheFirstProblemAndListsAll) {
  const Error error = to_error("the manifest", validate(kPeople, {{"name", 7}, {"age", -1}}, "people"));
  EXPECT_EQ(error.code, StatusCode::kInvalidArgument);
  EXPECT_THAT(error.summary, HasSubstr("the manifest is not valid at /"));
  EXPECT_THAT(error.detail, HasSubstr("/age"));
  EXPECT_THAT(error.detail, HasSubstr("/name"));
}

}  // namespace
}  // namespace upshift::config
