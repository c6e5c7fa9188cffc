// No room at any write, or at the one that makes it durable, and no right to write: told as what it is, nothing of
// that write is stored, and it goes on when there is room.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using ::testing::HasSubstr;
using upshift::testing::TemporaryDirectory;
namespace fs = std::filesystem;

// No file of this process grows beyond so many bytes as long as it lives.
class Room {
 public:
  explicit Room(std::uintmax_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small = {bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~Room() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0);
    std::signal(SIGXFSZ, handler_);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int) = nullptr;
};

Json large() {
  return {{"data", std::string(64 << 10, 'x')}};
}

Change large_change() {
  Change change = sample_change(1);
  change.old_value = large();
  return change;
}

Run large_run() {
  Run run = sample_run();
  run.plan = large();
  return run;
}

template <typename T>
Status status_of(const Result<T>& result) {
  if (!result) return failure(result.error());
  return {};
}

struct Write {
  const char* name;
  std::function<Status(Journal&)> write;  // of the journal that fill() makes; change 4 is open
};

const std::vector<Write>& writes() {
  static const std::vector<Write> kWrites{
      {"begin_run", [](Journal& journal) { return status_of(journal.begin_run(large_run())); }},
      {"end_run", [](Journal& journal) { return journal.end_run(2, RunState::kDone, at_ms(3000)); }},
      {"reopen_run", [](Journal& journal) { return journal.reopen_run(1); }},
      {"begin_step",
       [](Journal& journal) { return status_of(journal.begin_step(2, std::string(9000, 's'), 1, at_ms(3))); }},
      {"note_reply", [](Journal& journal) { return journal.note_reply(2, large()); }},
      {"end_step", [](Journal& journal) { return journal.end_step(2, StepState::kDone, "", large(), at_ms(4)); }},
      {"intend", [](Journal& journal) { return status_of(journal.intend(large_change())); }},
      {"settle", [](Journal& journal) { return journal.settle(4, ChangeState::kApplied, 200, large(), "", at_ms(5)); }},
      {"set_value", [](Journal& journal) { return journal.set_value(1, "a/b/c", "token", large(), true); }}};
  return kWrites;
}

TEST(FullDisk, AtAnyWriteIsToldAndLeavesNothingOfIt) {
  for (const Write& one : writes()) {
    const TemporaryDirectory folder;
    const auto journal = open_or_fail(folder.file("journal.db"));
    fill(*journal);
    const auto size = fs::file_size(folder.file("journal.db"));
    const Json before = everything_in(*journal).value();
    int failed = 0;
    for (const std::uintmax_t room : {std::uintmax_t{0}, std::uintmax_t{100}, std::uintmax_t{600}, std::uintmax_t{5000},
                                      size / 2, size, size + 8192}) {
      Status status;
      {
        const Room limited(room);
        status = one.write(*journal);
        if (status) status = journal->flush();
      }
      // A write that needs no new page has room enough at last.
      if (status) break;
      ++failed;
      EXPECT_EQ(status.error().code, StatusCode::kResourceExhausted)
          << one.name << " with " << room << ": " << status.error().summary;
      EXPECT_THAT(status.error().detail, HasSubstr("Make room and resume")) << one.name;
      EXPECT_EQ(everything_in(*journal).value(), before) << one.name << " with " << room;
    }
    EXPECT_GE(failed, 4) << one.name;
    const bool stored = everything_in(*journal).value() != before;
    if (!stored) {
      EXPECT_TRUE(one.write(*journal)) << one.name << " goes on when there is room";
    }
    EXPECT_TRUE(journal->flush());
    EXPECT_NE(everything_in(*journal).value(), before) << one.name;
    EXPECT_TRUE(journal_snapshot(folder.file("journal.db"))) << one.name << " left a sound file";
  }
}

// Steps that were begun are gone with the write that failed, and their ids are not given to others.
TEST(FullDisk, TakesBackWhatWasNotDurableAndGivesNoIdTwice) {
  const TemporaryDirectory folder;
  const auto journal = open_or_fail(folder.file("journal.db"));
  fill(*journal);
  const Json before = everything_in(*journal).value();
  ASSERT_TRUE(journal->end_step(2, StepState::kDone, "", nullptr, at_ms(3)));
  const auto lost = journal->begin_step(2, "2.5-2.6/lost", 1, at_ms(3));
  ASSERT_TRUE(lost);
  {
    const Room limited(fs::file_size(folder.file("journal.db")));
    EXPECT_EQ(journal->intend(large_change()).error().code, StatusCode::kResourceExhausted);
  }
  EXPECT_EQ(everything_in(*journal).value(), before);
  EXPECT_EQ(journal->end_step(*lost, StepState::kFailed, "", nullptr, at_ms(4)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->begin_step(2, "2.5-2.6/next", 1, at_ms(5)), *lost + 1);
}

TEST(FullDisk, WhileAJournalIsMadeLeavesWhatCanBeMadeLater) {
  for (const std::uintmax_t room : {0, 20, 600, 5000, 9000}) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("journal.db");
    {
      const Room limited(room);
      const auto refused = open_journal(path);
      ASSERT_FALSE(refused) << room;
      EXPECT_EQ(refused.error().code, StatusCode::kResourceExhausted) << room << ": " << refused.error().summary;
    }
    const auto journal = open_or_fail(path);
    ASSERT_NE(journal, nullptr) << room;
    EXPECT_TRUE(journal->begin_run(sample_run()));
  }
}

TEST(FullDisk, DuringAMigrationLeavesTheEarlierFormat) {
  for (const std::uintmax_t room : {0, 600, 9000, 100000}) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("journal.db");
    fs::copy_file(UPSHIFT_SOURCE_DIR "/tests/fixtures/journal/format-1.db", path);
    const Json before = everything_in(**read_journal(path)).value();
    {
      const Room limited(room);
      const auto refused = open_journal(path);
      ASSERT_FALSE(refused) << room;
      EXPECT_EQ(refused.error().code, StatusCode::kResourceExhausted) << room << ": " << refused.error().summary;
    }
    EXPECT_EQ(everything_in(**read_journal(path)).value(), before) << room;
    EXPECT_EQ(everything_in(*open_or_fail(path)).value(), before) << room;
  }
}

// The superuser may write everything: as somebody else then.
class WithoutPrivileges {
 public:
  WithoutPrivileges() : was_root_(::geteuid() == 0) {
    if (!was_root_) return;
    EXPECT_EQ(::seteuid(kNobody), 0);
  }
  ~WithoutPrivileges() {
    if (!was_root_) return;
    EXPECT_EQ(::seteuid(0), 0);
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

  // Makes a path one of the account that the test goes on as.
  static void hand_over(const std::string& path) {
    if (::geteuid() == 0) {
      EXPECT_EQ(::chown(path.c_str(), kNobody, static_cast<gid_t>(-1)), 0);
    }
  }

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_;
};

struct Closed {
  const char* what;
  fs::perms folder, file;
  bool readable;
};

TEST(ReadOnlyPlace, IsToldToAWriterAndServesAReader) {
  for (const Closed& closed : {Closed{"a directory", fs::perms(0500), fs::perms(0600), true},
                               Closed{"a file", fs::perms(0700), fs::perms(0400), true},
                               Closed{"both", fs::perms(0500), fs::perms(0400), true},
                               Closed{"not even to be read", fs::perms(0700), fs::perms(0), false}}) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("journal.db");
    Json before;
    {
      const auto journal = open_or_fail(path);
      fill(*journal);
      before = everything_in(*journal).value();
    }
    fs::remove(path + ".lock");
    for (const std::string& one : {path, path + "-journal", folder.path()}) WithoutPrivileges::hand_over(one);
    fs::permissions(path, closed.file);
    fs::permissions(folder.path(), closed.folder);
    {
      const WithoutPrivileges without;
      const auto refused = open_journal(path);
      ASSERT_FALSE(refused) << closed.what;
      EXPECT_EQ(refused.error().code, StatusCode::kPermissionDenied) << closed.what << refused.error().summary;
      EXPECT_THAT(refused.error().summary, HasSubstr(path)) << closed.what;
      const auto reader = read_journal(path);
      EXPECT_EQ(reader.has_value(), closed.readable) << closed.what;
      if (reader) {
        EXPECT_EQ(everything_in(**reader).value(), before) << closed.what;
      } else {
        EXPECT_EQ(reader.error().code, StatusCode::kPermissionDenied);
      }
    }
    fs::permissions(folder.path(), fs::perms(0700));
  }
}

}  // namespace
}  // namespace upshift::journal
