// The quick parser and the thorough one say the same.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace upshift {
namespace {

class ParsedText : public ::testing::TestWithParam<const char*> {};

TEST_P(ParsedText, IsWhatTheHoldingLibraryMakesOfIt) {
  const std::string text = GetParam();
  const auto parsed = parse_json(text, "the text");
  if (!Json::accept(text)) {
    EXPECT_FALSE(parsed) << text;
    return;
  }
  ASSERT_TRUE(parsed) << text << ": " << parsed.error().detail;
  const Json wanted = Json::parse(text);
  EXPECT_EQ(*parsed, wanted) << text;
  EXPECT_EQ(to_text(*parsed), to_text(wanted)) << text;
  EXPECT_EQ(parsed->is_number_unsigned(), wanted.is_number_unsigned()) << text;
}

INSTANTIATE_TEST_SUITE_P(Of, ParsedText,
                         ::testing::Values("null", "true", " [ ] ", "{}", "\"\"", R"("\u00e4\n\"\\\ud83d\ude00")", "0",
                                           "-1", "12345678901", "9223372036854775808", "18446744073709551615",
                                           "18446744073709551616", "-9223372036854775809", "1.5", "1e3", "-0.0",
                                           "1e400", R"({"a":1,"a":2})", R"({"b":{"c":[1,2,{"d":null}]},"a":"x"})",
                                           R"(["[[[", "]", "\\", "\"["])", "", " ", "{", "[1,]", "{\"a\"}", "01", "nul",
                                           "\"\xff\"", "\"\x01\"", "[1] [2]", "\xef\xbb\xbf{}"));

TEST(ParseJson, CountsBracketsOutsideOfTextOnly) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(parse_json(nested(200), "x"));
  EXPECT_EQ(parse_json(nested(201), "x").error().summary, "x is nested deeper than 200 levels");
  EXPECT_TRUE(parse_json("[\"\\\"" + std::string(500, '[') + "\"]", "x"));
  EXPECT_FALSE(parse_json("[\"" + std::string(500, '['), "x")) << "and no end is found";
}

TEST(ParseJson, TakesTextsOfEveryLength) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{512} * 1024 - 2, std::size_t{512} * 1024 - 1, std::size_t{3'000'000}}) {
    const std::string text = '"' + std::string(size, 'x') + '"';
    const auto parsed = parse_json(text, "x");
    ASSERT_TRUE(parsed) << size;
    EXPECT_EQ(parsed->get_ref<const std::string&>().size(), size);
  }
}

TEST(StringsIn, AreThoseAtThePointersOfAWholeDocumentOnly) {
  constexpr std::string_view kPointers[] = {"/a/b", "/a/c", "/d", "/e/1"};
  const auto found = strings_in(R"({"a": {"b": "x\ny", "c": 1}, "e": ["f", "g"]})", kPointers);
  EXPECT_EQ(found, (std::vector<std::string>{"x\ny", "", "", "g"}));
  for (const char* text : {"", "{", R"({"a":{"b":"x"})", R"({"a":{"b":"x"}} 1)"})
    EXPECT_FALSE(strings_in(text, kPointers));
}

TEST(ObjectWithout, IsTheObjectAtThePointerWithoutOneMember) {
  const Json rest = {{"a", 1}, {"c", {{"b", 2}}}};
  EXPECT_EQ(object_without(R"({"a": 1, "b": {"x": []}, "c": {"b": 2}})", "", "b"), rest);
  EXPECT_EQ(object_without(R"({"o": {"a": 1, "c": {"b": 2}}})", "/o", "b"), rest);
  for (const char* text : {"", "[]", R"({"o": 1})", R"({"o": {})"})
    EXPECT_FALSE(object_without(text, "/o", "b")) << text;
}

}  // namespace
}  // namespace upshift
