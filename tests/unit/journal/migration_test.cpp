#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using upshift::testing::TemporaryDirectory;

// A run of the sample's hop that upshift 0.1.0 was killed in, in format 1.
const std::string kFormat1 = UPSHIFT_SOURCE_DIR "/tests/fixtures/journal/format-1.db";

void expect_the_run_of_format_1(Journal& journal) {
  const auto runs = journal.runs();
  ASSERT_TRUE(runs) << runs.error().summary;
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ(runs->at(0).state, RunState::kRunning);
  EXPECT_EQ(runs->at(0).to_version, "2.6");
  EXPECT_EQ(runs->at(0).files, "");
  EXPECT_EQ(runs->at(0).undoes, 0);
  const auto steps = journal.steps(runs->at(0).id).value();
  EXPECT_EQ(steps.back().step, "2.5-2.6/registry/others");
  EXPECT_EQ(steps.back().state, StepState::kRunning);
  // Each with its checksum.
  const auto changes = journal.changes(runs->at(0).id);
  ASSERT_TRUE(changes) << changes.error().summary;
  EXPECT_EQ(changes->size(), 17U);
}

TEST(Migration, ReadsAJournalOfFormat1AndLeavesTheFileAlone) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  std::filesystem::copy_file(kFormat1, path);
  const auto before = sha256_hex(read_file(path).value());
  const auto journal = read_journal(path);
  ASSERT_TRUE(journal) << journal.error().summary;
  expect_the_run_of_format_1(**journal);
  EXPECT_EQ((*journal)->begin_run(sample_run()).error().code, StatusCode::kPermissionDenied);
  EXPECT_EQ(sha256_hex(read_file(path).value()), before);
}

TEST(Migration, GoesOnWithAJournalOfFormat1) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  std::filesystem::copy_file(kFormat1, path);
  for (int opened = 0; opened < 2; ++opened) {
    const auto journal = open_journal(path);
    ASSERT_TRUE(journal) << journal.error().summary;
    if (opened == 0) expect_the_run_of_format_1(**journal);
    journal::Run run = sample_run();
    run.undoes = 1;
    ASSERT_TRUE((*journal)->begin_run(run));
    EXPECT_EQ((*journal)->runs().value().size(), 2U + static_cast<std::size_t>(opened));
  }
}

}  // namespace
}  // namespace upshift::journal
