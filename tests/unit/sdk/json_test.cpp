#include "upshift/sdk/json.hpp"

#include <gtest/gtest.h>

namespace upshift::sdk {
namespace {

TEST(SdkJson, FindsByPointerAndTreatsNullAsAbsent) {
  const Json json = Json::parse(R"({"a": {"b/c": 1, "~": 2, "~1": 3, "n": null}, "list": [10, {"x": true}]})");
  EXPECT_EQ(int_at(json, "/a/b~1c"), 1);
  EXPECT_EQ(int_at(json, "/a/~0"), 2);
  EXPECT_EQ(int_at(json, "/a/~01"), 3);
  EXPECT_EQ(int_at(json, "/list/0"), 10);
  EXPECT_TRUE(bool_at(json, "/list/1/x"));
  EXPECT_EQ(find(json, ""), &json);
  for (const char* absent : {"/a/n", "/a/none", "/list/2", "/list/x", "/list/99999999999", "/list/", "/a/b~1c/d"}) {
    EXPECT_EQ(find(json, absent), nullptr) << absent;
  }
}

TEST(SdkJson, FallsBackWhereTheTypeIsAnother) {
  const Json json = {{"s", "x"}, {"i", 1}};
  EXPECT_EQ(string_at(json, "/i", "other"), "other");
  EXPECT_EQ(int_at(json, "/s", 7), 7);
  EXPECT_TRUE(array_at(json, "/s").empty());
  EXPECT_TRUE(object_at(json, "/none").is_object());
}

TEST(SdkJson, FindsEntriesByName) {
  const Json list = Json::parse(R"([{"name": "a"}, 3, {"name": "b", "value": "1"}])");
  EXPECT_EQ(index_of(list, "b"), 2U);
  EXPECT_EQ(index_of(list, "c"), std::nullopt);
  EXPECT_EQ(index_of(Json("text"), "c"), std::nullopt);
  EXPECT_EQ(string_at(*named(list, "b"), "/value"), "1");
  EXPECT_EQ(named(list, "1", "value"), &list[2]);
}

TEST(SdkBase64, RoundTripsEveryLengthAndRefusesGarbage) {
  for (std::size_t length = 0; length < 64; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37 + 200);
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
  EXPECT_EQ(encode_base64("redis://x"), "cmVkaXM6Ly94");
  for (const char* garbage : {"%%%%", "abc", "a=bc", "===="})
    EXPECT_EQ(decode_base64(garbage), std::nullopt) << garbage;
}

TEST(SdkSecret, IsReadFromEitherForm) {
  EXPECT_EQ(secret_value({{"data", {{"k", "eA=="}}}}, "k"), "x");
  EXPECT_EQ(secret_value({{"stringData", {{"k", "x"}}}}, "k"), "x");
  EXPECT_EQ(secret_value({{"data", {{"k", "eA=="}}}}, "none"), std::nullopt);
}

}  // namespace
}  // namespace upshift::sdk
