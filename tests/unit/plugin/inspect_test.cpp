#include "plugin/inspect.hpp"

#include <elf.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "plugin/elf.hpp"
#include "plugin/mapped_file.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using upshift::testing::TemporaryDirectory;

void write(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

TEST(Inspect, FindsTheEntryOfASoundPluginWithoutLoadingIt) {
  const auto inspection = inspect(good_fixture("banner"));
  ASSERT_TRUE(inspection) << inspection.error().summary;
  EXPECT_THAT(inspection->abi_majors, ElementsAre(1U));
  EXPECT_TRUE(inspection->path.is_absolute());
}

TEST(Inspect, WorksOnAStrippedPlugin) {
  const TemporaryDirectory folder;
  const std::string copy = folder.file("stripped.so");
  const auto strip = upshift::testing::run_process({"strip", "-o", copy, good_fixture("banner")});
  ASSERT_EQ(strip.exit_status, 0) << strip.standard_error;
  EXPECT_TRUE(inspect(copy));
}

TEST(Inspect, ReportsTheFileBehindALink) {
  const TemporaryDirectory folder;
  std::filesystem::create_symlink(good_fixture("banner"), folder.file("link.so"));
  const auto inspection = inspect(folder.file("link.so"));
  ASSERT_TRUE(inspection);
  EXPECT_EQ(inspection->path, std::filesystem::canonical(good_fixture("banner")));
}

TEST(Inspect, RefusesAMissingFileADirectoryAndText) {
  const TemporaryDirectory folder;
  EXPECT_EQ(inspect(folder.file("none.so")).error().code, StatusCode::kNotFound);
  EXPECT_THAT(inspect(folder.path()).error().summary, HasSubstr("not a regular file"));
  write(folder.file("empty.so"), "");
  EXPECT_THAT(inspect(folder.file("empty.so")).error().summary, HasSubstr("too short"));
  write(folder.file("text.so"), std::string(4096, 'x'));
  EXPECT_THAT(inspect(folder.file("text.so")).error().summary, HasSubstr("no ELF header"));
}

TEST(Inspect, NamesTheAbiOfAPluginForAnotherMajor) {
  const auto inspection = inspect(bad_fixture("wrong_major"));
  ASSERT_FALSE(inspection);
  EXPECT_THAT(inspection.error().summary, HasSubstr("built for ABI 2, this upshift speaks 1"));
  EXPECT_THAT(inspection.error().detail, HasSubstr("newer upshift"));
}

TEST(Inspect, RefusesALibraryThatIsNoPlugin) {
  const auto inspection = inspect(bad_fixture("no_entry"));
  ASSERT_FALSE(inspection);
  EXPECT_THAT(inspection.error().summary, HasSubstr("upshift_plugin_entry_v1"));
}

TEST(Inspect, HoldsAFileToItsPinnedChecksum) {
  const std::string path = good_fixture("banner");
  const std::string sum = sha256_hex(read_file(path).value());
  EXPECT_TRUE(inspect(path, sum));
  const auto other = inspect(path, std::string(64, '0'));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, StatusCode::kFailedPrecondition);
  EXPECT_THAT(other.error().summary, HasSubstr(sum));
}

TEST(Inspect, RefusesEveryTruncationBeforeTheLinkerCanTripOverIt) {
  const TemporaryDirectory folder;
  const std::string bytes = read_file(good_fixture("banner")).value();
  for (std::size_t sixteenth = 0; sixteenth < 16; ++sixteenth) {
    const std::string path = folder.file("cut.so");
    write(path, std::string_view(bytes).substr(0, bytes.size() * sixteenth / 16));
    EXPECT_FALSE(inspect(path)) << sixteenth << "/16 of the file";
  }
  write(folder.file("cut.so"), std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_THAT(inspect(folder.file("cut.so")).error().summary, HasSubstr("truncated"));
}

TEST(Inspect, RefusesAnEmptyFile) {
  const TemporaryDirectory folder;
  write(folder.file("empty.so"), "");
  const auto inspection = inspect(folder.file("empty.so"));
  ASSERT_FALSE(inspection);
  EXPECT_THAT(inspection.error().summary, HasSubstr("too short"));
}

TEST(MappedFile, HasTheBytesOfTheFile) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("bytes");
  const std::string content = std::string("\0\1", 2) + std::string(10000, 'x');
  write(path, content);
  auto opened = MappedFile::open(path);
  ASSERT_TRUE(opened);
  const MappedFile file = std::move(*opened);
  EXPECT_EQ(file.bytes(), content);
  EXPECT_TRUE(opened->bytes().empty()) << "what was moved from no longer owns the bytes";
}

TEST(MappedFile, NamesAFileThatIsNotThereOrIsADirectory) {
  const TemporaryDirectory folder;
  const auto missing = MappedFile::open(folder.file("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, StatusCode::kNotFound);
  EXPECT_THAT(missing.error().summary, HasSubstr(folder.file("none")));
  EXPECT_FALSE(MappedFile::open(folder.file(".")));
}

TEST(ExportedFunctions, AreReadFromTheDynamicSymbols) {
  const auto functions = exported_functions(read_file(bad_fixture("no_entry")).value());
  ASSERT_TRUE(functions);
  EXPECT_THAT(*functions, ElementsAre("some_other_function"));
}

TEST(ExportedFunctions, RefusesOtherMachinesAndKindsOfFile) {
  const std::string bytes = read_file(good_fixture("banner")).value();
  struct Row {
    std::size_t offset;
    unsigned char value;
    const char* says;
  };
  const Row table[] = {
      {EI_CLASS, ELFCLASS32, "another kind of machine"},
      {EI_DATA, ELFDATANONE, "another kind of machine"},
      {offsetof(Elf64_Ehdr, e_machine), 0x7f, "another kind of machine"},
      {offsetof(Elf64_Ehdr, e_type), ET_REL, "not a shared library"},
      {offsetof(Elf64_Ehdr, e_shentsize), 1, "wrong size"},
      {offsetof(Elf64_Ehdr, e_phoff) + 7, 0x7f, "truncated"},
      {offsetof(Elf64_Ehdr, e_shoff) + 7, 0x7f, "truncated"},
  };
  for (const Row& row : table) {
    std::string damaged = bytes;
    damaged[row.offset] = static_cast<char>(row.value);
    const auto functions = exported_functions(damaged);
    ASSERT_FALSE(functions) << row.offset;
    EXPECT_THAT(functions.error().summary, HasSubstr(row.says)) << row.offset;
  }
}

TEST(ExportedFunctions, SurvivesAnyByteOfHeadersAndTablesFlipped) {
  const std::string bytes = read_file(bad_fixture("no_entry")).value();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(~damaged[at]);
    const auto functions = exported_functions(damaged);
    if (!functions) {
      EXPECT_FALSE(functions.error().summary.empty());
    }
  }
}

}  // namespace
}  // namespace upshift::plugin
