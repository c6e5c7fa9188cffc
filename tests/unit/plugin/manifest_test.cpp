#include "plugin/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace upshift::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json sample() {
  return Json::parse(R"({
    "manifest": 1, "id": "com.example.hop", "version": "1.2.3-rc.1", "title": "T",
    "requires": ["upshift.cluster/1", "upshift.values/1"], "detects": ["shop"], "simulates": ["exec"], "x-author": "me",
    "hops": [{"product": "shop", "from": "1", "to": "2", "id": "1-2", "title": "T",
      "parameters": {"size": {"type": "integer", "description": "How large", "default": 3}},
      "stages": [
        {"id": "backup", "title": "B", "uses": "backup", "with": {"objects": ["x"]}},
        {"id": "images", "title": "I", "steps": [
          {"id": "web", "title": "W", "changes": [{"resource": "secrets", "verbs": ["update"]}], "timeout": "1h30m",
           "produces": ["a"], "consumes": ["b"], "after": [], "gate": "Sure?", "irreversible": "x", "tags": ["t"]}]}]}],
    "concerns": [{"id": "backup", "title": "B", "steps": [{"id": "objects", "title": "O"}]}],
    "extends": [{"stage": "9-10/images", "before": "9-10/images/web", "steps": [{"id": "mine", "title": "M"}]}]})");
}

TEST(Manifest, ListsSubjectsAndProvisions) {
  const auto manifest = read_manifest(sample().dump());
  ASSERT_TRUE(manifest) << manifest.error().summary << manifest.error().detail;
  EXPECT_EQ(manifest->id, "com.example.hop");
  EXPECT_EQ(manifest->version, "1.2.3-rc.1");
  EXPECT_THAT(manifest->step_subjects, ElementsAre("1-2/images/web", "backup/objects", "9-10/images/mine"));
  EXPECT_THAT(manifest->provisions, ElementsAre("hop 1-2", "concern backup", "step 9-10/images/mine"));
  EXPECT_THAT(manifest->requires_services, ElementsAre("upshift.cluster/1", "upshift.values/1"));
  EXPECT_THAT(manifest->detected_products, ElementsAre("shop"));
  EXPECT_TRUE(manifest->simulates);
}

struct Wrong {
  const char* name;
  const char* patch;  // RFC 6902
  const char* path;
  const char* says;
};

class WrongManifest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongManifest, IsRefusedAtItsPlace) {
  const auto manifest = read_manifest(sample().patch(Json::parse(GetParam().patch)).dump());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, StatusCode::kInvalidArgument);
  EXPECT_EQ(manifest.error().path, GetParam().path) << manifest.error().summary << "\n" << manifest.error().detail;
  EXPECT_THAT(manifest.error().summary, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongManifest,
    ::testing::Values(
        Wrong{"no_id", R"([{"op": "remove", "path": "/id"}])", "", "'id'"},
        Wrong{"later_manifest", R"([{"op": "replace", "path": "/manifest", "value": 2}])", "/manifest", "const"},
        Wrong{"bad_version", R"([{"op": "replace", "path": "/version", "value": "new"}])", "/version", "pattern"},
        Wrong{"id_with_space", R"([{"op": "replace", "path": "/hops/0/id", "value": "1 2"}])", "/hops/0/id", "pattern"},
        Wrong{"unknown_member", R"([{"op": "add", "path": "/hops/0/stages/1/steps/0/awaitz", "value": []}])",
              "/hops/0/stages/1/steps/0", "awaitz"},
        Wrong{"unknown_verb",
              R"([{"op": "replace", "path": "/hops/0/stages/1/steps/0/changes/0/verbs", "value": ["break"]}])",
              "/hops/0/stages/1/steps/0/changes/0/verbs/0", "enum"},
        Wrong{"bad_timeout", R"([{"op": "replace", "path": "/hops/0/stages/1/steps/0/timeout", "value": "soon"}])",
              "/hops/0/stages/1/steps/0/timeout", "pattern"},
        Wrong{"steps_and_uses", R"([{"op": "add", "path": "/hops/0/stages/1/uses", "value": "backup"}])",
              "/hops/0/stages/1", "the stage '1-2/images' needs either"},
        Wrong{"neither_steps_nor_uses", R"([{"op": "remove", "path": "/hops/0/stages/1/steps"}])", "/hops/0/stages/1",
              "needs either"},
        Wrong{"stage_twice", R"([{"op": "replace", "path": "/hops/0/stages/1/id", "value": "backup"}])",
              "/hops/0/stages/1", "the stage '1-2/backup' stands twice"},
        Wrong{"concern_twice", R"([{"op": "copy", "from": "/concerns/0", "path": "/concerns/1"}])", "/concerns/1",
              "the concern backup stands twice"},
        Wrong{"hop_twice", R"([{"op": "copy", "from": "/hops/0", "path": "/hops/1"}])", "/hops/1",
              "the hop 1-2 stands twice"},
        Wrong{"step_twice",
              R"([{"op": "copy", "from": "/hops/0/stages/1/steps/0", "path": "/hops/0/stages/1/steps/1"}])",
              "/hops/0/stages/1/steps/1", "the step '1-2/images/web' stands twice"},
        Wrong{"parameter_without_help", R"([{"op": "remove", "path": "/hops/0/parameters/size/description"}])",
              "/hops/0/parameters/size", "'description'"},
        Wrong{"parameter_schema", R"([{"op": "replace", "path": "/hops/0/parameters/size/type", "value": "whole"}])",
              "/hops/0/parameters/size", "not a valid JSON Schema"},
        Wrong{"parameter_default", R"([{"op": "replace", "path": "/hops/0/parameters/size/default", "value": "x"}])",
              "/hops/0/parameters/size/default", "does not fit"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Manifest, TakesTheDefaultOfAFileForItsName) {
  Json manifest = sample();
  manifest["hops"][0]["parameters"]["size"] = {
      {"type", "object"}, {"description", "D"}, {"x-upshift-file", true}, {"default", "size.json"}};
  EXPECT_TRUE(read_manifest(manifest.dump()));
}

TEST(Manifest, IsRefusedWhereItIsNoJson) {
  EXPECT_EQ(read_manifest("{").error().code, StatusCode::kInvalidArgument);
  EXPECT_FALSE(read_manifest("[]"));
  EXPECT_FALSE(read_manifest(""));
}

}  // namespace
}  // namespace upshift::plugin
