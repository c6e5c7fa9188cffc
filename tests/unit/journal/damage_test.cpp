// Files that were cut off, or in which a bit has flipped: recovered, or refused in words; what is read is what was
// written.
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using upshift::testing::TemporaryDirectory;
namespace fs = std::filesystem;

// A full journal at `path`, closed; what it says.
Json make_full_journal(const std::string& path) {
  const auto journal = open_or_fail(path);
  fill(*journal);
  const auto all = everything_in(*journal);
  EXPECT_TRUE(all);
  return all.value_or(Json());
}

Result<Json> read_all(const std::string& path) {
  UPSHIFT_ASSIGN(const auto journal, read_journal(path));
  return everything_in(*journal);
}

// Whether it was refused. Anything else than a refusal in words, or the same rows, is a failure.
bool refused_or_same(const std::string& path, const Json& expected, const std::string& what) {
  const auto all = read_all(path);
  if (all) {
    EXPECT_EQ(*all, expected) << what;
    return false;
  }
  EXPECT_FALSE(all.error().summary.empty()) << what;
  EXPECT_NE(all.error().summary.find(path), std::string::npos) << what << ": " << all.error().summary;
  return true;
}

TEST(DamagedJournal, CutOffAtAnyByteIsRefusedOrSaysTheSame) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const Json expected = make_full_journal(path);
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  int refused = 0;
  int tried = 0;
  // Each byte of the last page, then in strides.
  for (std::int64_t cut = size - 1; cut > 0; cut -= cut > size - 4096 ? 1 : 37) {
    ASSERT_EQ(::truncate(path.c_str(), cut), 0);
    ++tried;
    if (refused_or_same(path, expected, "cut at " + std::to_string(cut))) ++refused;
  }
  EXPECT_GT(refused, tried / 2);
}

TEST(DamagedJournal, CutOffIsRefusedForWritingToo) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  make_full_journal(path);
  const std::string bytes = read_file(path).value();
  for (std::size_t size = 1; size + 4096 < bytes.size(); size += 2039) {
    ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(size)), 0);
    const auto journal = open_journal(path);
    ASSERT_FALSE(journal) << size;
    EXPECT_EQ(journal.error().code, StatusCode::kFailedPrecondition) << size << ": " << journal.error().summary;
    EXPECT_EQ(fs::file_size(path), size) << "left as it was";
    ASSERT_TRUE(write_private_file(path, bytes));
  }
}

unsigned seed() {
  const char* const given = std::getenv("UPSHIFT_TEST_SEED");
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
}

TEST(DamagedJournal, WithAFlippedBitIsRefusedOrSaysTheSame) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const Json expected = make_full_journal(path);
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  const unsigned start = seed();
  std::cout << "UPSHIFT_TEST_SEED=" << start << "\n";
  std::mt19937 random(start);
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file, 0);
  const auto flip = [&](std::int64_t bit) {
    unsigned char byte = 0;
    ASSERT_EQ(::pread(file, &byte, 1, bit / 8), 1);
    byte = static_cast<unsigned char>(byte ^ (1U << static_cast<unsigned>(bit % 8)));
    ASSERT_EQ(::pwrite(file, &byte, 1, bit / 8), 1);
  };
  int refused = 0;
  // Every bit of the file's header, then a sample of all.
  for (int i = 0; i < 800 + 2000; ++i) {
    const std::int64_t bit = i < 800 ? i : std::uniform_int_distribution<std::int64_t>(0, size * 8 - 1)(random);
    flip(bit);
    if (refused_or_same(path, expected, "bit " + std::to_string(bit))) ++refused;
    flip(bit);
  }
  ::close(file);
  EXPECT_GT(refused, 500);
  EXPECT_EQ(read_all(path).value(), expected) << "it is whole again";
}

// The child is killed by the system in the middle of writing a large change, after `pages` more pages of the file.
void die_while_writing(const std::string& path, int pages) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto journal = open_journal(path);
    Change large = sample_change(1);
    large.old_value = std::string(1 << 17, 'y');
    std::signal(SIGXFSZ, SIG_DFL);
    const auto limit = fs::file_size(path) + static_cast<std::uintmax_t>(pages) * 4096;
    const rlimit small = {limit, limit};
    // No core file for this.
    const rlimit none = {0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::setrlimit(RLIMIT_FSIZE, &small);
    (void)(*journal)->intend(large);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << pages;
  EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
}

TEST(DamagedJournal, CutOffInTheMiddleOfAWriteTakesThatWriteBack) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const Json expected = make_full_journal(path);
  const std::string bytes = read_file(path).value();
  for (const bool only_look : {true, false}) {
    for (const int pages : {0, 1, 7, 20}) {
      ASSERT_TRUE(write_private_file(path, bytes));
      die_while_writing(path, pages);
      ASSERT_GT(fs::file_size(path + "-journal"), 0U) << "the write was begun";
      if (only_look) {
        const auto moment = journal_snapshot(path);
        ASSERT_TRUE(moment) << moment.error().summary;
        EXPECT_EQ(everything_in(**moment).value(), expected);
      }
      const auto journal = open_or_fail(path);
      EXPECT_EQ(everything_in(*journal).value(), expected);
      EXPECT_TRUE(journal->intend(sample_change(1))) << "and it goes on";
    }
  }
}

TEST(DamagedJournal, WithATruncatedRollbackJournalIsRefusedOrSaysTheSame) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  const Json expected = make_full_journal(path);
  die_while_writing(path, 20);
  const std::string data = read_file(path).value();
  const std::string undo = read_file(path + "-journal").value();
  ASSERT_FALSE(undo.empty());
  for (std::size_t cut = 0; cut < undo.size(); cut += cut < 1024 ? 31 : 257) {
    ASSERT_TRUE(write_private_file(path, data));
    ASSERT_TRUE(write_private_file(path + "-journal", std::string_view(undo).substr(0, cut)));
    refused_or_same(path, expected, "rollback journal cut at " + std::to_string(cut));
  }
}

}  // namespace
}  // namespace upshift::journal
