// Who may include whom, read from the #include lines. What a target links prevents most of it already; this test also
// finds the system headers that belong to one folder.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace upshift {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;    // "core/engine/run.cpp"
  std::string folder;  // "engine"
  std::string header;  // as it is written, without quotes or brackets
  bool quoted = false;
};

fs::path source() {
  return UPSHIFT_SOURCE_DIR;
}

bool is_code(const fs::path& path) {
  return path.extension() == ".cpp" || path.extension() == ".hpp" || path.extension() == ".h";
}

std::vector<Include> includes_below(const std::string& top) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> out;
  for (const auto& entry : fs::recursive_directory_iterator(source() / top)) {
    if (!entry.is_regular_file() || !is_code(entry.path())) continue;
    std::ifstream in(entry.path());
    const fs::path below = fs::relative(entry.path(), source() / top);
    const std::string folder = std::distance(below.begin(), below.end()) > 1 ? below.begin()->string() : "";
    for (std::string line; std::getline(in, line);) {
      std::smatch match;
      if (!std::regex_search(line, match, kInclude)) continue;
      out.push_back({top + "/" + below.string(), folder, match[2], match[1] == "\""});
    }
  }
  return out;
}

std::string first_component(const std::string& header) {
  return header.substr(0, header.find('/'));
}

// core/<folder> may include these folders of core and itself; beside them, two speak the ABI, and one reads JSON in the
// way of the SDK.
const std::map<std::string, std::set<std::string>>& allowed_folders() {
  static const std::map<std::string, std::set<std::string>> kAllowed{
      {"base", {}},
      {"config", {"base"}},
      {"cluster", {"base"}},
      {"emulator", {"cluster", "base"}},
      {"journal", {"base"}},
      {"plugin", {"config", "cluster", "base"}},
      {"plan", {"base"}},
      {"engine", {"plan", "plugin", "journal", "cluster", "base"}},
      {"report", {"base"}},
      {"cli", {"config", "cluster", "emulator", "journal", "plugin", "plan", "engine", "report", "base"}},
  };
  return kAllowed;
}

TEST(Includes, OfCoreStayWithinWhatEachFolderMayKnow) {
  const auto includes = includes_below("core");
  ASSERT_GT(includes.size(), 100U) << "the sources were not found";
  for (const Include& include : includes) {
    ASSERT_TRUE(allowed_folders().contains(include.folder)) << include.file << ": a folder without a rule";
    if (!include.quoted) continue;
    const std::string target = first_component(include.header);
    const bool own = target == include.folder;
    const bool abi = include.header == "upshift/plugin.h" && (include.folder == "plugin" || include.folder == "cli");
    const bool shared = include.header == "upshift/sdk/json_tree.hpp" && include.folder == "base";
    EXPECT_TRUE(own || abi || shared || allowed_folders().at(include.folder).contains(target))
        << include.file << " includes \"" << include.header << "\"";
  }
}

TEST(Includes, OfTheTransportsKeepThemApart) {
  for (const Include& include : includes_below("core")) {
    const bool http = include.file.starts_with("core/cluster/http/");
    EXPECT_FALSE(http && include.header.starts_with("emulator/")) << include.file;
    const bool may_know_http = http || include.folder == "cli";
    EXPECT_TRUE(may_know_http || !include.header.starts_with("cluster/http/")) << include.file;
  }
}

TEST(Includes, OfALibraryStandInTheFolderThatOwnsIt) {
  struct Rule {
    std::string header;
    std::set<std::string> folders;
  };
  const std::vector<Rule> rules{{"boost/dll", {"plugin"}},
                                {"sqlite3.h", {"journal"}},
                                {"simdjson.h", {"base"}},
                                {"sodium.h", {"journal"}},
                                {"boost/program_options", {"cli"}},
                                {"valijson/", {"config"}},
                                {"spdlog/", {"cli"}},
                                {"yaml-cpp/", {"base"}},
                                {"openssl/", {"base", "cluster", "emulator"}},
                                {"zlib.h", {"base"}},
                                {"curl/", {"cluster"}},
                                {"boost/beast", {"emulator", "cluster"}}};
  for (const Include& include : includes_below("core")) {
    for (const Rule& rule : rules) {
      if (!include.header.starts_with(rule.header)) continue;
      EXPECT_TRUE(rule.folders.contains(include.folder)) << include.file << " includes <" << include.header << ">";
    }
  }
}

TEST(Includes, OfValijsonStandInOneFileOnly) {
  std::set<std::string> files;
  for (const Include& include : includes_below("core")) {
    if (include.header.starts_with("valijson/")) files.insert(include.file);
  }
  EXPECT_LE(files.size(), 1U) << ::testing::PrintToString(files);
}

TEST(Includes, OfPluginsReachNothingButTheSdkAndThemselves) {
  static const std::set<std::string> kFolders = [] {
    std::set<std::string> folders;
    for (const auto& entry : fs::directory_iterator(source() / "core")) folders.insert(entry.path().filename());
    return folders;
  }();
  for (const Include& include : includes_below("plugins")) {
    const bool of_host = include.quoted && kFolders.contains(first_component(include.header)) &&
                         !fs::exists(source() / "plugins" / include.folder / include.header);
    EXPECT_FALSE(of_host) << include.file << " includes \"" << include.header << "\"";
  }
}

TEST(Includes, OfTheSdkReachNothingOfTheHost) {
  for (const Include& include : includes_below("sdk/include")) {
    if (!include.quoted) continue;
    const bool own = include.header.starts_with("upshift/") || include.header.find('/') == std::string::npos;
    EXPECT_TRUE(own) << include.file << " includes \"" << include.header << "\"";
  }
}

TEST(Includes, OfTheHostAreGuardedByPragmaOnce) {
  for (const auto& entry : fs::recursive_directory_iterator(source() / "core")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream in(entry.path());
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_THAT(text, ::testing::HasSubstr("#pragma once")) << entry.path();
  }
}

}  // namespace
}  // namespace upshift
