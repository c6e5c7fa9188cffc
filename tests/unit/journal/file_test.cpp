// The journal as a file: who may read it, who may write it, and what is refused.
#include "base/file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using ::testing::HasSubstr;
using upshift::testing::TemporaryDirectory;
namespace fs = std::filesystem;

void write(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Changes the file with plain SQLite, as no upshift would.
void execute(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

// A file with a finished change in it, closed.
std::string make_journal(const TemporaryDirectory& folder) {
  const std::string path = folder.file("journal.db");
  const auto journal = open_or_fail(path);
  const Begun begun = begin(*journal);
  const ChangeId id = journal->intend(sample_change(begun.step)).value();
  EXPECT_TRUE(journal->settle(id, ChangeState::kApplied, 200, sample_change(begun.step).intended, "", at_ms(1003)));
  EXPECT_TRUE(journal->set_value(begun.run, "a/b/c", "token", "s3cret", true));
  return path;
}

TEST(JournalFile, AndAllBesideItAreForTheirOwnerOnly) {
  const TemporaryDirectory folder;
  const mode_t before = ::umask(0);
  const auto journal = open_or_fail(folder.file("journal.db"));
  const Begun begun = begin(*journal);
  EXPECT_TRUE(journal->intend(sample_change(begun.step)));
  ::umask(before);
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    ++files;
    EXPECT_EQ(entry.status().permissions(), fs::perms(0600)) << entry.path();
  }
  EXPECT_EQ(files, 3) << "journal, its rollback journal, its lock";
}

TEST(JournalFile, IsMadePrivateWhereItWasNot) {
  const TemporaryDirectory folder;
  const std::string path = make_journal(folder);
  fs::permissions(path, fs::perms(0644));
  const auto journal = open_or_fail(path);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
}

TEST(JournalFile, HasOneWriterAtATime) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  auto first = open_or_fail(path);
  const auto second = open_journal(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, StatusCode::kAborted);
  EXPECT_THAT(second.error().summary, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  first.reset();
  EXPECT_TRUE(open_journal(path));
}

TEST(JournalFile, CanBeReadWhileItIsWritten) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const auto writer = open_or_fail(path);
  const Begun begun = begin(*writer);
  ASSERT_TRUE(writer->flush());
  const auto reader = read_journal(path);
  ASSERT_TRUE(reader) << reader.error().summary;
  EXPECT_EQ((*reader)->runs().value().size(), 1U);
  ASSERT_TRUE(writer->intend(sample_change(begun.step)));
  EXPECT_EQ((*reader)->steps(begun.run).value().size(), 1U);
  EXPECT_EQ((*reader)->changes(begun.run).value().size(), 1U);
  const auto refused = (*reader)->begin_run(sample_run());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StatusCode::kPermissionDenied);
}

TEST(JournalFile, IsNotInventedForAReader) {
  const TemporaryDirectory folder;
  EXPECT_EQ(read_journal(folder.file("none.db")).error().code, StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder.file("none.db")));
}

TEST(JournalFile, NeedsADirectory) {
  const TemporaryDirectory folder;
  const auto journal = open_journal(folder.file("no/such/journal.db"));
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, StatusCode::kNotFound);
}

TEST(JournalFile, RefusesWhatIsNoJournal) {
  const TemporaryDirectory folder;
  write(folder.file("text"), "kind: Secret\n");
  execute(folder.file("other.db"), "CREATE TABLE t (x)");
  for (const std::string& path : {folder.file("text"), folder.file("other.db"), folder.path()}) {
    const auto journal = open_journal(path);
    ASSERT_FALSE(journal) << path;
    EXPECT_EQ(journal.error().code,
              path == folder.path() ? StatusCode::kPermissionDenied : StatusCode::kFailedPrecondition);
    EXPECT_THAT(journal.error().summary, HasSubstr(path));
  }
  EXPECT_EQ(read_file(folder.file("text")).value(), "kind: Secret\n") << "left as it was";
}

TEST(JournalFile, RefusesANewerFormatAndNamesBoth) {
  const TemporaryDirectory folder;
  const std::string path = make_journal(folder);
  execute(path, "PRAGMA user_version = 3");
  for (const auto& journal : {open_journal(path), read_journal(path)}) {
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(journal.error().summary, HasSubstr("has format 3, this upshift knows 2"));
  }
}

TEST(JournalFile, RefusesAnOldValueThatSomebodyEdited) {
  for (const char* edit : {"UPDATE changes SET old_value = '{}'", "UPDATE changes SET new_value = '{}'",
                           "UPDATE changes SET state = 'refused'", "UPDATE changes SET object = 'x'",
                           "UPDATE changes SET outcome_digest = NULL", "UPDATE changes SET old_value = 'not json'",
                           "UPDATE changes SET state = 'intended', outcome_digest = NULL"}) {
    const TemporaryDirectory folder;
    const std::string path = make_journal(folder);
    execute(path, edit);
    const auto journal = open_or_fail(path);
    const auto changes = journal->changes(1);
    ASSERT_FALSE(changes) << edit;
    EXPECT_EQ(changes.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(changes.error().summary, HasSubstr("damaged"));
  }
}

TEST(JournalFile, RefusesARunOrAStepThatSomebodyEdited) {
  for (const char* edit :
       {"UPDATE runs SET plan = '{}'", "UPDATE runs SET target = 'x'", "UPDATE runs SET state = 'done'",
        "UPDATE runs SET files = '/x'", "UPDATE runs SET finished_ms = 5", "UPDATE runs SET digest = ''",
        "UPDATE step_runs SET state = 'done'", "UPDATE step_runs SET step = 'x'", "UPDATE step_runs SET reply = '{}'",
        "UPDATE step_runs SET attempt = 2", "UPDATE step_runs SET digest = ''"}) {
    const TemporaryDirectory folder;
    const std::string path = make_journal(folder);
    execute(path, edit);
    const auto journal = open_or_fail(path);
    const auto all = everything_in(*journal);
    ASSERT_FALSE(all) << edit;
    EXPECT_EQ(all.error().code, StatusCode::kFailedPrecondition);
    EXPECT_THAT(all.error().summary, HasSubstr("does not fit its checksum")) << edit;
    // What is damaged is not written on either, which would give it a checksum that fits.
    const bool of_run = std::string_view(edit).starts_with("UPDATE runs");
    EXPECT_FALSE(of_run ? journal->end_run(1, RunState::kDone, at_ms(1))
                        : journal->end_step(1, StepState::kDone, "", nullptr, at_ms(1)))
        << edit;
  }
}

TEST(JournalFile, RefusesAValueThatSomebodyEditedAndDoesNotShowIt) {
  const TemporaryDirectory folder;
  const std::string path = make_journal(folder);
  execute(path, "UPDATE run_values SET value = '\"edited\"'");
  const auto value = open_or_fail(path)->value(1, "token");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, StatusCode::kFailedPrecondition);
  EXPECT_EQ(value.error().summary.find("edited"), std::string::npos);
}

TEST(JournalFile, HasTheDigestThatItsFormatDescribes) {
  const TemporaryDirectory folder;
  const std::string path = make_journal(folder);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  sqlite3_stmt* query = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(handle, "SELECT digest FROM run_values", -1, &query, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(query), SQLITE_ROW);
  const std::string digest = reinterpret_cast<const char*>(sqlite3_column_text(query, 0));
  sqlite3_finalize(query);
  sqlite3_close(handle);
  EXPECT_EQ(digest, sha256_hex(R"([1,"token","a/b/c","s3cret",true])"));
}

TEST(JournalFile, CanBeReadAsOfOneMoment) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const auto writer = open_or_fail(path);
  const Begun begun = begin(*writer);
  ASSERT_TRUE(writer->flush());
  const auto moment = journal_snapshot(path);
  ASSERT_TRUE(moment) << moment.error().summary;
  ASSERT_TRUE(writer->intend(sample_change(begun.step)));
  EXPECT_TRUE((*moment)->changes(begun.run).value().empty());
  EXPECT_EQ((*moment)->runs().value().size(), 1U);
  EXPECT_EQ((*moment)->end_run(begun.run, RunState::kDone, at_ms(1)).error().code, StatusCode::kPermissionDenied);
}

// The child intends a change, acts, and is killed without any clean-up.
void run_and_kill(const std::string& path, Verb verb,
                  const std::function<void(Journal&, StepRunId, ChangeId)>& act = {}) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto journal = open_journal(path);
    const auto run = (*journal)->begin_run(sample_run());
    const auto step = (*journal)->begin_step(*run, "2.5-2.6/objects/secret", 1, at_ms(1001));
    Change change = sample_change(*step);
    change.verb = verb;
    const auto id = (*journal)->intend(change);
    if (act) act(**journal, *step, *id);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(JournalFile, HoldsTheIntentAfterAKillBeforeTheOutcome) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  run_and_kill(path, Verb::kUpdate);
  const auto journal = open_or_fail(path);
  EXPECT_EQ(journal->runs().value().at(0).state, RunState::kRunning);
  EXPECT_EQ(journal->steps(1).value().at(0).state, StepState::kRunning);
  const auto changes = journal->changes(1).value();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].state, ChangeState::kIntended);
  EXPECT_EQ(changes[0].old_value, sample_change(1).old_value);
  EXPECT_TRUE(journal->settle(changes[0].id, ChangeState::kApplied, 200, nullptr, "", at_ms(9))) << "resume goes on";
}

struct OutcomeCase {
  const char* name;
  Verb verb;
  std::function<void(Journal&, StepRunId, ChangeId)> after;  // the change was settled and its step ended
  ChangeState change;
  StepState step;
};

void intend_another(Journal& journal, StepRunId step, ChangeId) {
  (void)journal.intend(sample_change(step));
}

// What the cluster shows is durable with the next intent, or when it is asked for; what nothing shows, at once.
const OutcomeCase kOutcomes[] = {
    {"OfAnObjectIsLookedUp", Verb::kUpdate, {}, ChangeState::kIntended, StepState::kRunning},
    {"OfAnObjectStandsWithTheNextIntent", Verb::kUpdate, intend_another, ChangeState::kApplied, StepState::kDone},
    {"OfAnObjectStandsWithTheEndOfTheRun", Verb::kUpdate,
     [](Journal& journal, StepRunId, ChangeId) { (void)journal.end_run(1, RunState::kDone, at_ms(1005)); },
     ChangeState::kApplied, StepState::kDone},
    {"OfAnObjectStandsAfterAFlush", Verb::kUpdate, [](Journal& journal, StepRunId, ChangeId) { (void)journal.flush(); },
     ChangeState::kApplied, StepState::kDone},
    {"OfACommandStandsAtOnce", Verb::kExec, {}, ChangeState::kApplied, StepState::kRunning},
    {"OfACallStandsAtOnce", Verb::kHttp, {}, ChangeState::kApplied, StepState::kRunning},
};

class OutcomeAfterAKill : public ::testing::TestWithParam<OutcomeCase> {};

TEST_P(OutcomeAfterAKill, IsThereOrLookedUp) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  run_and_kill(path, GetParam().verb, [](Journal& journal, StepRunId step, ChangeId change) {
    (void)journal.settle(change, ChangeState::kApplied, 200, {{"v", 1}}, "", at_ms(1003));
    (void)journal.end_step(step, StepState::kDone, "", nullptr, at_ms(1004));
    if (GetParam().after) GetParam().after(journal, step, change);
  });
  const auto journal = open_or_fail(path);
  EXPECT_EQ(journal->changes(1).value().at(0).state, GetParam().change);
  EXPECT_EQ(journal->steps(1).value().at(0).state, GetParam().step);
}

INSTANTIATE_TEST_SUITE_P(Kills, OutcomeAfterAKill, ::testing::ValuesIn(kOutcomes),
                         [](const auto& item) { return std::string(item.param.name); });

TEST(JournalFile, ShowsOthersWhatIsNotDurableOnceItIsFlushed) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const auto writer = open_or_fail(path);
  const Begun begun = begin(*writer);
  ASSERT_TRUE(writer->set_value(begun.run, "a/b/c", "label", "x", false));
  EXPECT_TRUE(read_journal(path).value()->runs().value().empty()) << "and keeps nobody waiting";
  ASSERT_TRUE(writer->flush());
  const auto reader = read_journal(path).value();
  EXPECT_EQ(reader->steps(begun.run).value().size(), 1U);
  EXPECT_EQ(reader->value(begun.run, "label").value(), "x");
  EXPECT_TRUE(writer->flush()) << "with nothing to do";
}

TEST(JournalFile, TakesTheTextsOfAnIntentThatAreKnown) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  Change change = sample_change(begun.step);
  change.old_value = nullptr;
  change.texts = std::make_shared<const ChangeTexts>(ChangeTexts{R"({"method":"known"})", "null", R"({"a":1})"});
  ASSERT_TRUE(journal->intend(change));
  const auto stored = journal->changes(begun.run).value().at(0);
  EXPECT_EQ(stored.request, Json({{"method", "known"}}));
  EXPECT_TRUE(stored.old_value.is_null());
  EXPECT_EQ(stored.intended, Json({{"a", 1}}));
}

TEST(JournalFile, ClosedInOrderHoldsAll) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  auto journal = open_or_fail(path);
  begin(*journal);
  journal.reset();
  EXPECT_EQ(read_journal(path).value()->steps(1).value().size(), 1U);
}

}  // namespace
}  // namespace upshift::journal
