#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace upshift {
namespace {

// Every byte alone, between others, at the beginning and at the end.
std::vector<std::string> strings_with_each_byte() {
  std::vector<std::string> texts = {"", "plain", "\"\\\n", "gr\xC3\xBC\xC3\x9F", "cut \xC3", "\xF0\x9F\x98\x80\""};
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    for (const auto& text : {one, "a" + one + "b", "\"" + one, one + "\\", "\n" + one + "\n"}) texts.push_back(text);
  }
  return texts;
}

std::string wanted(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TEST(JsonWrite, EscapesAndReplacesInStringsAndKeysWhatNlohmannDoes) {
  for (const auto& text : strings_with_each_byte()) {
    EXPECT_EQ(to_text(Json(text)), wanted(text));
    EXPECT_EQ(to_text(Json{{text, 1}}), wanted({{text, 1}}));
  }
}

TEST(JsonWrite, WritesEveryKindOfValueAsNlohmannDoes) {
  const std::vector<Json> values = {nullptr,
                                    true,
                                    false,
                                    0,
                                    -1,
                                    std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::uint64_t>::max(),
                                    1.0,
                                    -0.0,
                                    0.1,
                                    1e300,
                                    std::numeric_limits<double>::infinity(),
                                    Json::object(),
                                    Json::array(),
                                    Json::array({Json::array(), Json::object(), nullptr, "x"}),
                                    Json::parse(R"({"b": [1, {"c": "d"}], "a": {"e": {}, "f": [[], 2.5]}})")};
  for (const auto& value : values) {
    EXPECT_EQ(to_text(value), wanted(value));
    EXPECT_EQ(to_text(Json::array({value, value})), wanted(Json::array({value, value})));
    EXPECT_EQ(to_text(value, 2), value.dump(2));
  }
}

}  // namespace
}  // namespace upshift
