#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace upshift {
namespace {

TEST(Json, FindsByPointerAndTreatsNullAsAbsent) {
  const Json json = {{"a", {{"b/c", 1}, {"n", nullptr}}}, {"list", {10, 20}}};
  ASSERT_NE(find(json, "/a/b~1c"), nullptr);
  EXPECT_EQ(*find(json, "/a/b~1c"), 1);
  EXPECT_EQ(*find(json, "/list/1"), 20);
  EXPECT_EQ(find(json, "/a/n"), nullptr);
  EXPECT_EQ(find(json, "/list/2"), nullptr);
  EXPECT_EQ(find(json, "/list/x"), nullptr);
  EXPECT_EQ(find(json, ""), &json);
}

TEST(Json, RefusesMalformedAndTooDeepDocumentsNamingTheInput) {
  const auto malformed = parse_json("{\"a\": ", "the file 'x.json'");
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().code, StatusCode::kInvalidArgument);
  EXPECT_NE(malformed.error().summary.find("x.json"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(5000, '['), "x"));
  EXPECT_FALSE(parse_json(std::string(300, '[') + std::string(300, ']'), "x"));
}

TEST(Yaml, KeepsQuotedScalarsAsStringsAndTypesPlainOnes) {
  const auto documents =
      parse_yaml("a: \"10\"\nb: 10\nc: true\nd: ~\ne: '2.6'\nf: 2.50\ng: |\n  x\n  y\n---\nz: 1\n", "x");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  const Json& first = (*documents)[0];
  EXPECT_EQ(first["a"], "10");
  EXPECT_EQ(first["b"], 10);
  EXPECT_EQ(first["c"], true);
  EXPECT_TRUE(first["d"].is_null());
  EXPECT_EQ(first["e"], "2.6");
  EXPECT_EQ(first["f"], 2.5);
  EXPECT_EQ(first["g"], "x\ny\n");
}

TEST(Yaml, NamesLineAndColumnOfAnError) {
  const auto broken = parse_yaml("a: 1\nb: [1, 2\nc: 3\n", "the file 'x.yml'");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().detail.find("line"), std::string::npos);
  EXPECT_FALSE(parse_yaml("a: 1\na: 2\n", "x")) << "a key that stands twice is an error";
}

TEST(Base64, RoundTripsEveryLengthAndRefusesGarbage) {
  for (std::size_t length = 0; length < 64; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37 + 200);
    EXPECT_EQ(decode_base64(encode_base64(bytes)).value(), bytes);
  }
  EXPECT_EQ(encode_base64("redis://x"), "cmVkaXM6Ly94");
  EXPECT_FALSE(decode_base64("%%%"));
  EXPECT_FALSE(decode_base64("abc"));
  EXPECT_FALSE(decode_base64("a=bc"));
}

TEST(Clock, WritesAndReadsTimesOfTheApi) {
  const auto time = parse_rfc3339("2026-11-21T09:01:55Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_rfc3339(*time), "2026-11-21T09:01:55Z");
  EXPECT_TRUE(parse_rfc3339("2026-11-21T09:01:55.123456Z"));
  EXPECT_FALSE(parse_rfc3339("yesterday"));
  EXPECT_EQ(to_text(std::chrono::seconds(200)), "3 min 20 s");
  EXPECT_EQ(to_text(std::chrono::milliseconds(850)), "850 ms");
}

TEST(VirtualClock, NeverGoesBack) {
  VirtualClock clock(TimePoint{std::chrono::seconds(100)});
  clock.advance_to(TimePoint{std::chrono::seconds(50)});
  EXPECT_EQ(clock.now(), TimePoint{std::chrono::seconds(100)});
  clock.advance(std::chrono::seconds(5));
  EXPECT_EQ(clock.now(), TimePoint{std::chrono::seconds(105)});
}

TEST(Text, MatchesGlobsAndSuggestsTheNearestWord) {
  EXPECT_TRUE(matches_glob("*/images/*", "2.5-2.6/images/amp-system"));
  EXPECT_FALSE(matches_glob("*/images", "2.5-2.6/images/amp-system"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_EQ(nearest("reherse", {"plan", "rehearse", "run"}), "rehearse");
  EXPECT_EQ(nearest("xyzzy", {"plan", "rehearse", "run"}), "");
  EXPECT_EQ(join(split("a//b", '/'), "/"), "a//b");
}

TEST(Duration, IsReadAsManifestsWriteItAndNothingElse) {
  EXPECT_EQ(*parse_duration("90s"), std::chrono::seconds(90));
  EXPECT_EQ(*parse_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(*parse_duration("500ms"), std::chrono::milliseconds(500));
  for (const char* wrong : {"", "0s", "10", "m", "5 minutes", "-3s", "99999999999s", "1x"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
}

TEST(File, IsWrittenForItsOwnerOnlyAndReadBack) {
  const auto folder = std::filesystem::temp_directory_path() / "upshift-base-test";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(make_private_directory(folder / "a" / "b"));
  const auto path = folder / "a" / "b" / "file";
  ASSERT_TRUE(write_private_file(path, "one"));
  ASSERT_TRUE(write_private_file(path, "two"));
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(std::filesystem::status(folder / "a").permissions(), std::filesystem::perms(0700));
  EXPECT_EQ(read_file(folder / "none").error().code, StatusCode::kNotFound);
  EXPECT_EQ(read_file(folder).error().code, StatusCode::kInvalidArgument);
  EXPECT_FALSE(make_private_directory(path));
  std::filesystem::remove_all(folder);
}

TEST(Sha256, MatchesAKnownValue) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace upshift
