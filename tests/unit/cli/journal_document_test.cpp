#include "cli/journal_document.hpp"

#include <gmock/gmock.h>

#include "journal_fixture.hpp"

namespace upshift::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using upshift::testing::begin_upgrade;

Json exported(journal::Journal& journal, bool with_secrets) {
  const auto secrets = JournalSecrets::of(journal);
  EXPECT_TRUE(secrets);
  Json records = Json::array();
  EXPECT_TRUE(
      each_record(journal, with_secrets ? nullptr : &*secrets, [&](Json record) { records.push_back(record); }));
  return records;
}

TEST(JournalDocument, HidesEverySecretWhereverItStands) {
  const auto upgrade = begin_upgrade("");
  const std::string clear = upshift::to_text(exported(*upgrade.journal, true));
  const std::string shown = upshift::to_text(exported(*upgrade.journal, false));
  const JournalFilter filter{{}, "*", true, true};
  const auto runs = shown_runs(*upgrade.journal, filter).value();
  for (const char* secret : upshift::testing::kSecrets) {
    EXPECT_THAT(clear, HasSubstr(secret)) << "else this shows nothing";
    EXPECT_THAT(shown, Not(HasSubstr(secret)));
    EXPECT_THAT(to_text(runs, filter, {}), Not(HasSubstr(secret)));
    EXPECT_THAT(upshift::to_text(to_json(runs, filter)), Not(HasSubstr(secret)));
  }
  EXPECT_THAT(shown, HasSubstr("system-database")) << "names are no secrets";
}

TEST(JournalDocument, HidesThePatchesOfSecretsAndOfNamedPlacesInOthers) {
  const auto upgrade = begin_upgrade("");
  const auto secrets = JournalSecrets::of(*upgrade.journal).value();
  journal::Change change = upshift::testing::secret_change(1, "s");
  change.request = {{"method", "PATCH"},
                    {"body", Json::array({{{"op", "add"}, {"path", "/data/x"}, {"value", "c29tZXRoaW5n"}},
                                          {{"op", "add"}, {"path", "/metadata/labels/app"}, {"value", "zync"}}})}};
  auto body = secrets.shown(change).request.at("body");
  EXPECT_EQ(body[0]["value"], "(redacted)");
  EXPECT_EQ(body[1]["value"], "zync");
  change.kind = "ConfigMap";
  change.request["body"] = Json::array({{{"op", "add"}, {"path", "/data/SMTP_PASSWORD"}, {"value", "mail"}},
                                        {{"op", "add"}, {"path", "/data/HOST"}, {"value", "mail.example.org"}}});
  body = secrets.shown(change).request.at("body");
  EXPECT_EQ(body[0]["value"], "(redacted)");
  EXPECT_EQ(body[1]["value"], "mail.example.org");
}

TEST(JournalDocument, ShowsWhatItIsAskedFor) {
  const auto upgrade = begin_upgrade("");
  auto& journal = *upgrade.journal;
  EXPECT_EQ(shown_runs(journal, {9, "*", false, false}).error().code, StatusCode::kNotFound);
  const auto one = shown_runs(journal, {1, "*/one", true, false}).value();
  ASSERT_EQ(one.at(0).attempts.size(), 1U);
  EXPECT_EQ(one[0].attempts[0].changes.size(), 1U);
  EXPECT_EQ(shown_runs(journal, {{}, "*", false, false}).value().at(0).attempts.size(), 2U);
  const JournalFilter plain{{}, "*", false, false};
  EXPECT_FALSE(to_json(shown_runs(journal, plain).value(), plain).at(0).at("step_runs").at(0).contains("changes"));
  const JournalFilter diffs{{}, "*/one", true, true};
  const auto text = to_text(shown_runs(journal, diffs).value(), diffs, {});
  EXPECT_THAT(text, HasSubstr("Run 1: run 3scale 2.5 → 2.6"));
  EXPECT_THAT(text, HasSubstr("done    h/s/one, 1 min"));
  EXPECT_THAT(text, HasSubstr("update Secret/system-database, applied (200)"));
  EXPECT_THAT(text, HasSubstr("+  DB_PASSWORD: (redacted)"));
}

TEST(JournalDocument, ExportsEveryRowAfterThatWhatItRefersTo) {
  const auto upgrade = begin_upgrade("");
  std::map<std::string, int> counts;
  for (const Json& record : exported(*upgrade.journal, false)) ++counts[record.at("record").get<std::string>()];
  EXPECT_EQ(counts, (std::map<std::string, int>{{"change", 3}, {"run", 1}, {"step_run", 2}, {"value", 2}}));
}

}  // namespace
}  // namespace upshift::cli
