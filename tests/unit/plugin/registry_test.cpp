#include "plugin/registry.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support.hpp"
#include "support/process.hpp"

namespace upshift::plugin {
namespace {

using ::testing::HasSubstr;
using upshift::testing::TemporaryDirectory;

TEST(Registry, LoadsADirectoryAndFindsPluginsByIdAndByWhatTheyDo) {
  Registry registry;
  ASSERT_TRUE(registry.scan(UPSHIFT_FIXTURE_PLUGINS "/good"));
  ASSERT_EQ(registry.plugins().size(), 2U);
  EXPECT_TRUE(registry.refused().empty());
  EXPECT_EQ(registry.plugins()[0].plugin->id(), "test.asks-the-host") << "in the order of file names";
  EXPECT_EQ(registry.plugins()[1].path, std::filesystem::canonical(good_fixture("banner")));
  ASSERT_NE(registry.find("com.example.banner"), nullptr);
  EXPECT_EQ(registry.find("com.example.none"), nullptr);
  EXPECT_EQ(registry.provider(Operation::kApply, "banner/show"), registry.find("com.example.banner"));
  EXPECT_EQ(registry.provider(Operation::kUndo, "banner/show"), nullptr);
}

TEST(Registry, KeepsWhatItRefusedVisibleWithReasonAndRemedy) {
  Registry registry;
  ASSERT_TRUE(registry.scan(UPSHIFT_FIXTURE_PLUGINS "/bad"));
  EXPECT_GE(registry.refused().size(), 14U);
  for (const Refusal& refusal : registry.refused()) {
    EXPECT_FALSE(refusal.reason.empty()) << refusal.path;
    EXPECT_FALSE(refusal.remedy.empty()) << refusal.path;
    EXPECT_TRUE(std::filesystem::exists(refusal.path));
  }
}

TEST(Registry, RefusesASecondPluginOfTheSameIdAndNamesTheFirst) {
  const TemporaryDirectory folder;
  std::filesystem::copy_file(good_fixture("banner"), folder.file("copy.so"));
  Registry registry;
  ASSERT_TRUE(registry.load(good_fixture("banner")));
  const auto second = registry.load(folder.file("copy.so"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, StatusCode::kAlreadyExists);
  EXPECT_THAT(second.error().summary, HasSubstr("banner.so"));
  EXPECT_EQ(registry.refused().size(), 1U);
}

TEST(Registry, RefusesWhatAnotherPluginProvidesAlready) {
  Registry registry;
  ASSERT_TRUE(registry.load(good_fixture("banner")));
  const auto second = registry.load(bad_fixture("same_concern"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, StatusCode::kAlreadyExists);
  EXPECT_THAT(second.error().summary, HasSubstr("the concern banner is provided by"));
  EXPECT_THAT(second.error().summary, HasSubstr("banner.so"));
}

TEST(Registry, LoadsAFileOnceAlsoThroughALink) {
  const TemporaryDirectory folder;
  std::filesystem::create_symlink(good_fixture("banner"), folder.file("link.so"));
  Registry registry;
  ASSERT_TRUE(registry.load(good_fixture("banner")));
  EXPECT_TRUE(registry.load(folder.file("link.so")));
  EXPECT_EQ(registry.plugins().size(), 1U);
  EXPECT_TRUE(registry.refused().empty());
}

TEST(Registry, RefusesATruncatedFileAndStaysAlive) {
  const TemporaryDirectory folder;
  const std::string bytes = read_file(good_fixture("banner")).value();
  std::ofstream(folder.file("half.so"), std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  Registry registry;
  ASSERT_TRUE(registry.scan(folder.path()));
  ASSERT_EQ(registry.refused().size(), 1U);
  EXPECT_THAT(registry.refused()[0].reason, HasSubstr("truncated"));
}

TEST(Registry, HoldsAPinnedFileToItsChecksum) {
  Registry registry;
  EXPECT_FALSE(registry.load(good_fixture("banner"), std::string(64, 'a')));
  EXPECT_TRUE(registry.load(good_fixture("banner"), sha256_hex(read_file(good_fixture("banner")).value())));
}

TEST(Registry, SaysWhichDirectoryIsMissing) {
  Registry registry;
  const auto status = registry.scan("/no/such/directory");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, StatusCode::kNotFound);
  EXPECT_THAT(status.error().summary, HasSubstr("/no/such/directory"));
}

}  // namespace
}  // namespace upshift::plugin
