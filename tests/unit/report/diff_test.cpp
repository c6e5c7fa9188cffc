#include "report/diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"

namespace upshift::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_of(const std::vector<YamlLine>& lines) {
  std::string out;
  for (const auto& line : lines) out += line.text + "\n";
  return out;
}

TEST(Yaml, IsReadBackAsTheSameValue) {
  const std::vector<Json> table{
      Json{{"a", 1}, {"b", {{"c", Json::array({1, "x", nullptr, true})}, {"d", Json::object()}, {"e", Json::array()}}}},
      Json{{"list", Json::array({{{"name", "n"}, {"deep", Json::array({{{"k", "v"}}})}}, "plain"})}},
      Json{{"text", "line one\nline two\n"}, {"after", "x"}},
      Json{{"quoted", Json::array({"true", "1", "", " x", "a: b", "- x", "'q'", "#no", "null", "1e3", "x:"})}},
      Json::array({Json::array({1, 2}), Json::array({Json{{"a", 1}, {"b", 2}}})}),
  };
  for (const Json& value : table) {
    const auto text = text_of(to_yaml_lines(value));
    const auto parsed = parse_yaml(text, "the test's text");
    ASSERT_TRUE(parsed) << parsed.error().detail << "\n" << text;
    ASSERT_EQ(parsed->size(), 1U);
    EXPECT_EQ((*parsed)[0], value) << text;
  }
}

Json deployment(std::string value) {
  return {
      {"kind", "DeploymentConfig"},
      {"metadata", {{"name", "zync"}, {"resourceVersion", value}, {"generation", 1}}},
      {"spec",
       {{"template",
         {{"spec",
           {{"containers",
             Json::array({{{"name", "zync"},
                           {"env", Json::array({{{"name", "RAILS_ENV"}, {"value", value}}, {{"name", "Z"}}})}}})}}}}}}},
      {"status", {{"latestVersion", value}}}};
}

TEST(Diff, HeadsAHunkWithThePlace) {
  EXPECT_THAT(diff_objects(deployment("one"), deployment("two")),
              ElementsAre("@@ spec.template.spec.containers[zync].env[RAILS_ENV] @@",
                          "       - env:", "         - name: RAILS_ENV", "-          value: one",
                          "+          value: two", "         - name: Z", "         name: zync"));
}

TEST(Diff, LeavesOutWhatTheServerOwns) {
  Json after = deployment("one");
  after["metadata"]["resourceVersion"] = "2";
  after["status"] = {{"latestVersion", 7}};
  EXPECT_THAT(diff_objects(deployment("one"), after), IsEmpty());
}

TEST(Diff, ShowsACreationAndADeletionWhole) {
  const Json object{{"kind", "ServiceAccount"}, {"metadata", {{"name", "amp"}}}};
  EXPECT_THAT(diff_objects(nullptr, object), ElementsAre("@@", "+kind: ServiceAccount", "+metadata:", "+  name: amp"));
  EXPECT_THAT(diff_objects(object, nullptr), ElementsAre("@@", "-kind: ServiceAccount", "-metadata:", "-  name: amp"));
  EXPECT_THAT(diff_objects(object, object), IsEmpty());
  EXPECT_THAT(diff_objects(nullptr, nullptr), IsEmpty());
}

TEST(Diff, SeparatesDistantHunks) {
  Json before = Json::object();
  for (char c = 'a'; c <= 'z'; ++c) before[std::string(1, c)] = 1;
  Json after = before;
  after["b"] = 2;
  after["y"] = 2;
  const auto lines = diff_objects(before, after, 1);
  EXPECT_THAT(lines, ElementsAre("@@", " a: 1", "-b: 1", "+b: 2", " c: 1", "@@", " x: 1", "-y: 1", "+y: 2", " z: 1"));
}

TEST(Diff, NeverShowsASecret) {
  const Json before{{"kind", "Secret"}, {"data", {{"URL", "b2xk"}}}};
  const Json after{{"kind", "Secret"}, {"data", {{"URL", "bmV3"}, {"MORE", "bW9yZQ=="}}}};
  const auto text = join(diff_objects(before, after), "\n");
  EXPECT_THAT(text, HasSubstr("+  MORE: (redacted)"));
  EXPECT_THAT(text, HasSubstr("-  URL: (redacted) (old)"));
  for (const char* secret : {"b2xk", "bmV3", "bW9yZQ"}) EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST(Diff, IsColouredOnlyWhereColourIsWanted) {
  EXPECT_EQ(paint_diff_line({.colour = false, .width = 80}, "+x"), "+x");
  EXPECT_EQ(paint_diff_line({.colour = true, .width = 80}, "+x"), "\x1b[32m+x\x1b[0m");
  EXPECT_EQ(paint_diff_line({.colour = true, .width = 80}, " x"), " x");
}

}  // namespace
}  // namespace upshift::report
