#include "journal/verify.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.hpp"
#include "journal/target.hpp"
#include "journal/writer_lock.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using ::testing::HasSubstr;
using upshift::testing::TemporaryDirectory;

void execute(const std::string& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

std::string make_full_journal(const TemporaryDirectory& folder) {
  const std::string path = folder.file("journal.db");
  fill(*open_or_fail(path));
  return path;
}

std::string damage_of(const Verification& verification) {
  std::string text;
  for (const auto& finding : verification.findings) {
    if (finding.grade == Finding::Grade::kDamaged) text += finding.subject + ": " + finding.text + "\n";
  }
  return text;
}

TEST(Verify, FindsAWholeJournalSoundAndNamesOpenChanges) {
  const TemporaryDirectory folder;
  const auto verification = verify_journal(make_full_journal(folder));
  ASSERT_TRUE(verification) << verification.error().summary;
  EXPECT_TRUE(verification->sound()) << damage_of(*verification);
  EXPECT_EQ(verification->format, 2);
  EXPECT_EQ(verification->runs, 2);
  EXPECT_EQ(verification->step_runs, 3);
  EXPECT_EQ(verification->changes, 5);
  EXPECT_EQ(verification->values, 2);
  EXPECT_EQ(verification->open_changes, 3) << "two that were not settled, one that is unknown";
}

TEST(Verify, FindsTheFixtureOfFormat1Sound) {
  const auto verification = verify_journal(UPSHIFT_SOURCE_DIR "/tests/fixtures/journal/format-1.db");
  ASSERT_TRUE(verification) << verification.error().summary;
  EXPECT_TRUE(verification->sound()) << damage_of(*verification);
  EXPECT_EQ(verification->format, 1);
  EXPECT_EQ(verification->changes, 17);
}

TEST(Verify, NamesEachKindOfDamage) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"UPDATE runs SET target = 'x' WHERE id = 1", "checksums: run 1 does not fit"},
      {"UPDATE step_runs SET state = 'done' WHERE id = 1", "checksums: step run 1"},
      {"UPDATE changes SET old_value = '{}' WHERE id = 2", "checksums: change 2"},
      {"UPDATE changes SET http_status = 201 WHERE id = 2", "checksums: the outcome of change 2"},
      {"UPDATE run_values SET value = '1' WHERE name = 'label'", "checksums: the value 'label' of run 1"},
      {"DELETE FROM step_runs WHERE id = 1", "references: row 1 of changes belongs to nothing in step_runs"},
      {"DELETE FROM changes WHERE id = 1", "references: row 5 of changes belongs to nothing in changes"},
      {"UPDATE run_values SET run = 9 WHERE name = 'label'", "references:"},
      {"DROP INDEX changes_of_step_run", ""},
      {"DROP TABLE run_values", "structure: "},
      {"PRAGMA user_version = 7", "file: the journal"},
      {"PRAGMA application_id = 7", "is not a journal of upshift"}};
  const TemporaryDirectory folder;
  const std::string bytes = read_file(make_full_journal(folder)).value();
  for (const auto& [edit, expected] : table) {
    const std::string path = folder.file("edited.db");
    ASSERT_TRUE(write_private_file(path, bytes));
    execute(path, edit);
    const auto verification = verify_journal(path);
    ASSERT_TRUE(verification) << edit;
    EXPECT_EQ(verification->sound(), expected.empty()) << edit;
    EXPECT_THAT(damage_of(*verification), HasSubstr(expected)) << edit;
  }
}

TEST(Verify, TellsATruncatedFileAndAMissingOneApart) {
  const TemporaryDirectory folder;
  const std::string path = make_full_journal(folder);
  const std::string bytes = read_file(path).value();
  ASSERT_TRUE(write_private_file(path, std::string_view(bytes).substr(0, bytes.size() / 2)));
  const auto cut = verify_journal(path);
  ASSERT_TRUE(cut) << cut.error().summary;
  EXPECT_FALSE(cut->sound());
  ASSERT_TRUE(write_private_file(path, "no journal"));
  EXPECT_FALSE(verify_journal(path)->sound());
  EXPECT_EQ(verify_journal(folder.file("none.db")).error().code, StatusCode::kNotFound);
}

TEST(Target, OfAnotherProjectIsRefusedAndBothAreNamed) {
  const auto journal = open_or_fail("");
  EXPECT_TRUE(check_target(*journal, "project 'a' at https://x")) << "an empty one belongs to nobody yet";
  journal::Run run = sample_run();
  run.target = "project 'a' at https://Api.example.org:443/";
  ASSERT_TRUE(journal->begin_run(run));
  for (const char* same : {"project 'a' at https://api.example.org", "project 'a' at https://api.example.org/",
                           "project 'a' at https://API.example.org:443"}) {
    EXPECT_TRUE(check_target(*journal, same)) << same;
  }
  for (const char* other : {"project 'b' at https://api.example.org", "project 'a' at https://api.example.org:6443",
                            "project 'A' at https://api.example.org", "project 'a' at https://api.example.com"}) {
    const auto refused = check_target(*journal, other);
    ASSERT_FALSE(refused) << other;
    EXPECT_EQ(refused.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(refused.error().summary, HasSubstr(run.target));
    EXPECT_THAT(refused.error().summary, HasSubstr(other));
  }
}

TEST(Target, OfARehearsalDoesNotCount) {
  const auto journal = open_or_fail("");
  journal::Run run = sample_run();
  run.mode = "rehearse";
  ASSERT_TRUE(journal->begin_run(run));
  EXPECT_TRUE(check_target(*journal, "project 'b' at https://x"));
}

TEST(WriterOf, NamesTheProcessAsLongAsItWrites) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  EXPECT_FALSE(writer_of(path));
  auto journal = open_or_fail(path);
  EXPECT_EQ(writer_of(path).value_or(""), std::to_string(::getpid()));
  journal.reset();
  EXPECT_FALSE(writer_of(path));
}

}  // namespace
}  // namespace upshift::journal
