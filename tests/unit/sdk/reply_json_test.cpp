// The C++ layer reads with whichever parser there is, and both say the same.
#include "upshift/sdk/reply_json.hpp"

#include <gtest/gtest.h>

namespace upshift::sdk::detail {
namespace {

using Json = nlohmann::json;

class ReplyText : public ::testing::TestWithParam<std::string> {};

TEST_P(ReplyText, IsWhatNlohmannJsonMakesOfIt) {
  const std::string& text = GetParam();
  const Json wanted = Json::parse(text, nullptr, false);
  const Json read = parsed(text);
  ASSERT_EQ(read.is_discarded(), wanted.is_discarded()) << text.substr(0, 100);
  if (wanted.is_discarded()) return;
  EXPECT_EQ(read, wanted) << text.substr(0, 100);
  EXPECT_EQ(read.is_number_unsigned(), wanted.is_number_unsigned()) << text.substr(0, 100);
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

INSTANTIATE_TEST_SUITE_P(Of, ReplyText,
                         ::testing::Values("null", "true", R"({"object":null})", R"("\u00e4\n\ud83d\ude00")", "-1", "0",
                                           "18446744073709551615", "18446744073709551616", "1.5", R"({"a":1,"a":2})",
                                           R"({"items":[{"b":{"c":[1,2,{"d":null}]}},"x"]})", "", " ", "{", "[1,]",
                                           "[1] 2", "\"\xff\"", nested(200), nested(5000),
                                           '"' + std::string(2'000'000, 'x') + '"'));

TEST(ReplyText, IsReadWithTheQuickParserInThisBuild) {
#ifdef UPSHIFT_SDK_SIMDJSON
  EXPECT_TRUE(quickly_parsed(R"({"a":1})"));
  EXPECT_FALSE(quickly_parsed("{"));
#else
  FAIL() << "the build has simdjson, and the SDK did not find it";
#endif
}

}  // namespace
}  // namespace upshift::sdk::detail
