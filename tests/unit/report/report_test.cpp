#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/document.hpp"
#include "sample_run.hpp"

namespace upshift::report {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::ResultOf;

Document sample_document() {
  Document document;
  document.command = "rehearse";
  for (const Event& event : sample_run()) document.run.on_event(event);
  document.detection = {{"found", true}, {"version", "2.5"}, {"summary", "3scale 2.5 is installed"}};
  document.stand_ins = {{"registry.credentials-file", "file with the registry's user and password"}};
  document.exit_status = 1;
  return document;
}

TEST(TextReport, TellsEveryStepUnderItsSection) {
  const std::string text = to_text_report(sample_document(), {});
  for (const char* expected :
       {"3scale 2.5 → 2.6, rehearsed on sample threescale-2.5", "2.1  Stage backup",
        "  skipped     objects: a backup is there", "  done        amp-system: tag 2.6 added (1 min 1 s)",
        "warning: the emptyDir is emptied", "gate: Delete the old routes? (answered yes)",
        "Point of no return\n  2.5-2.6/images/amp-system: the database is migrated",
        "registry.credentials-file: file with",
        "failed: 1 of 3 steps done, 1 skipped, 1 not done; 1 change; 1 min 3 s of virtual\n        time.",
        "step 2.5-2.6/routes/old failed"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
}

TEST(TextReport, KeepsToTheWidth) {
  Document document = sample_document();
  document.stand_ins[0].description = std::string(300, 'x').replace(100, 1, " ").replace(50, 1, " ");
  Look look;
  look.width = 60;
  document.stand_ins[0].description =
      "many short words which together are longer than one line of sixty columns can be";
  EXPECT_THAT(split(to_text_report(document, look), '\n'), Each(ResultOf(&display_width, Le(70))));
}

TEST(TextReport, ShowsDiffsWithoutSecretsWhenAsked) {
  Document document = sample_document();
  document.with_changes = true;
  document.changes = {
      {"2.5-2.6/images/amp-system", "update", "Secret/x", Json{{"kind", "Secret"}, {"data", {{"a", "b2xk"}}}},
       Json{{"kind", "Secret"}, {"data", {{"a", "bmV3"}}}}, ""},
      {"2.5-2.6/images/amp-system", "exec", "system-app/system-master", nullptr, nullptr, "rake x TOKEN=abc"}};
  const std::string text = to_text_report(document, {});
  EXPECT_THAT(text, HasSubstr("update Secret/x"));
  EXPECT_THAT(text, HasSubstr("+  a: (redacted) (new)"));
  EXPECT_THAT(text, HasSubstr("$ rake x TOKEN=(redacted)"));
  EXPECT_THAT(text, Not(HasSubstr("bmV3")));
  document.with_changes = false;
  EXPECT_THAT(to_text_report(document, {}), Not(HasSubstr("update Secret/x")));
}

TEST(TextReport, OfACommandThatHadNothingToRunIsItsDiagnosticsAlone) {
  Document document;
  document.diagnostics = {{Severity::kWarning, "something is odd", "look there", ""}};
  EXPECT_EQ(to_text_report(document, {}), "\nwarning: something is odd\n         look there\n");
}

TEST(JsonReport, HoldsTheRunAndItsSteps) {
  const Json json = to_json_report(sample_document());
  EXPECT_EQ(json["report"], 1);
  EXPECT_EQ(json["state"], "failed");
  EXPECT_EQ(json["exit_status"], 1);
  EXPECT_EQ(json["run"]["to"], "2.6");
  EXPECT_EQ(json["run"]["duration_ms"], 63000);
  EXPECT_EQ(json["point_of_no_return"], "2.5-2.6/images/amp-system");
  ASSERT_EQ(json["steps"].size(), 3U);
  EXPECT_EQ(json["steps"][1]["changes"][0]["object"], "ImageStream/amp-system");
  EXPECT_EQ(json["steps"][2]["gate"]["answer"], "yes");
  EXPECT_EQ(json["stand_ins"][0]["parameter"], "registry.credentials-file");
  EXPECT_TRUE(json["saved_state"].is_null());
}

TEST(JsonReport, NeverHoldsASecret) {
  Document document = sample_document();
  document.with_changes = true;
  document.changes = {{"2.5-2.6/images/amp-system", "create", "Secret/x", nullptr,
                       Json{{"kind", "Secret"}, {"data", {{"a", "c2VjcmV0"}}}}, ""}};
  document.diagnostics = {{Severity::kError, "cannot reach http://user:pass@host/", "", ""}};
  const std::string text = to_text(to_json_report(document));
  EXPECT_THAT(text, Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(text, Not(HasSubstr("user:pass")));
}

TEST(JsonReport, HoldsNoMemberThatItsSchemaDoesNotName) {
  const auto text = read_file(std::string(UPSHIFT_SOURCE_DIR) + "/config/schemas/report.schema.json");
  ASSERT_TRUE(text);
  const auto schema = parse_json(*text, "the schema");
  ASSERT_TRUE(schema) << schema.error().detail;
  Document document = sample_document();
  document.with_changes = true;
  const Json json = to_json_report(document);
  for (const auto& [key, value] : json.items()) EXPECT_TRUE(schema->at("properties").contains(key)) << key;
  for (const auto& name : schema->at("required")) EXPECT_TRUE(json.contains(name)) << name;
  for (const Json& step : json["steps"]) {
    for (const auto& [key, value] : step.items()) {
      EXPECT_TRUE(schema->at("definitions").at("step").at("properties").contains(key)) << key;
    }
  }
}

TEST(Describe, TellsAnErrorWithItsDetailAndDiagnosticsOnce) {
  Error error{StatusCode::kInvalidArgument, "cannot read 'x'", "give another file", "", {}};
  error.diagnostics = {{Severity::kError, "cannot read 'x'", "give another file", ""},
                       {Severity::kError, "also this", "because", ""}};
  EXPECT_EQ(describe(error), "cannot read 'x'\n  give another file\n  error: also this\n    because\n");
}

}  // namespace
}  // namespace upshift::report
