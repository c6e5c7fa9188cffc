// The parts of the command line that need no process: options, parameter values, input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "cli/input.hpp"
#include "cli/option_set.hpp"
#include "cli/parameter_values.hpp"
#include "cli/samples.hpp"
#include "support/process.hpp"

namespace upshift::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

OptionSet some_options() {
  OptionSet set;
  set.list("manifest", "FILE", "a file").value("output,o", "FORMAT", "a form").flag("quiet,q", "silence").positional(1);
  return set;
}

TEST(OptionSet, ReadsValuesListsFlagsAndPositionals) {
  const auto arguments = some_options().parse({"--manifest", "a", "-o", "json", "--manifest=b", "x", "-q"});
  ASSERT_TRUE(arguments) << arguments.error().summary;
  EXPECT_THAT(arguments->all("manifest"), ElementsAre("a", "b"));
  EXPECT_EQ(arguments->get("output"), "json");
  EXPECT_TRUE(arguments->has("quiet"));
  EXPECT_THAT(arguments->positional(), ElementsAre("x"));
  EXPECT_EQ(arguments->get("absent", "fallback"), "fallback");
}

TEST(OptionSet, RefusesWhatItDoesNotKnow) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> table{
      {{"--mani", "a"}, "there is no option '--mani'"},  // no guessing of prefixes
      {{"--manifest"}, "needs a value"},
      {{"-o", "a", "-o", "b"}, "is given twice"},
      {{"x", "y"}, "'y' is one argument too many"},
      {{"-z"}, "there is no option '-z'"},
  };
  for (const auto& [words, expected] : table) {
    const auto arguments = some_options().parse(words);
    ASSERT_FALSE(arguments) << words[0];
    EXPECT_THAT(arguments.error().summary, HasSubstr(expected));
  }
}

TEST(ParameterValues, TakeTheTypeOfTheirSchema) {
  const auto value = [](const char* type, const char* text) { return typed_value("a.B", {{"type", type}}, text); };
  EXPECT_EQ(*value("integer", "3"), 3);
  EXPECT_EQ(*value("boolean", "true"), true);
  EXPECT_EQ(*value("string", "3"), "3");
  EXPECT_EQ(*value("array", "a,b"), Json::array({"a", "b"}));
  EXPECT_EQ(*value("array", "[1, 2]"), Json::array({1, 2}));
  EXPECT_EQ(*value("array", ""), Json::array());
  EXPECT_EQ(*typed_value("a.B", {{"type", "integer"}}, 7), 7);
  for (const char* type : {"integer", "boolean", "object", "number"}) {
    const auto bad = value(type, "hunter2");
    ASSERT_FALSE(bad) << type;
    EXPECT_THAT(bad.error().summary, HasSubstr("parameter a.B"));
    EXPECT_THAT(bad.error().summary + bad.error().detail, Not(HasSubstr("hunter2")));
  }
}

TEST(ParameterValues, AreTheContentOfAFileWhereTheSchemaSaysSo) {
  const upshift::testing::TemporaryDirectory directory;
  ASSERT_TRUE(write_private_file(directory.file("x"), "content"));
  const Json schema{{"type", "string"}, {"x-upshift-file", true}};
  EXPECT_EQ(*typed_value("a.B", schema, directory.file("x")), "content");
  const auto absent = typed_value("a.B", schema, directory.file("absent"));
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().summary, HasSubstr("parameter a.B"));
}

TEST(ParameterValues, OfSecretsAreNotToldWhenTheyAreWrong) {
  const auto settings = plan_settings({}, StandIns::kUse);
  const Json schema{{"type", "string"}, {"pattern", "^x$"}, {"x-upshift-secret", true}};
  const auto status = settings.validate("a.B", schema, "hunter2");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().summary + status.error().detail, Not(HasSubstr("hunter2")));
  EXPECT_TRUE(settings.validate("a.B", schema, "x"));
}

TEST(Input, TakesTheNamespaceThatTheObjectsTell) {
  const Json live{
      {"kind", "List"},
      {"apiVersion", "v1"},
      {"items", Json::array({{{"kind", "Secret"}, {"metadata", {{"name", "a"}, {"namespace", "live25"}}}}})}};
  EXPECT_EQ(*namespace_of({{live, "x"}}, "fallback"), "live25");
  EXPECT_EQ(*namespace_of({{Json{{"kind", "Template"}}, "x"}}, "fallback"), "fallback");
  Json other = live;
  other["items"][0]["metadata"]["namespace"] = "live26";
  EXPECT_FALSE(namespace_of({{live, "x"}, {other, "y"}}, "fallback"));
}

TEST(Input, ReadsSeveralDocumentsOfOneFileInOrder) {
  const upshift::testing::TemporaryDirectory directory;
  ASSERT_TRUE(write_private_file(directory.file("b.yaml"), "apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n"));
  ASSERT_TRUE(write_private_file(directory.file("a.json"), R"({"apiVersion": "v1", "kind": "C"})"));
  ASSERT_TRUE(write_private_file(directory.file("notes.txt"), "not read"));
  const auto documents = read_input({{directory.path()}, "", {}});
  ASSERT_TRUE(documents) << documents.error().summary;
  std::vector<std::string> kinds;
  for (const auto& document : *documents) kinds.push_back(string_at(document.content, "/kind"));
  EXPECT_THAT(kinds, ElementsAre("C", "A", "B"));
}

TEST(Samples, AreThere) {
  EXPECT_THAT(sample_names(), ::testing::Contains("threescale-2.5"));
  EXPECT_TRUE(sample_text("threescale-2.5"));
  EXPECT_FALSE(sample_text("x"));
}

}  // namespace
}  // namespace upshift::cli
