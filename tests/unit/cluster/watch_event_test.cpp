#include "cluster/watch_event.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace upshift::cluster {
namespace {

using Type = WatchEvent::Type;

Json pod(const std::string& name, const std::string& padding = "") {
  return {{"kind", "Pod"},
          {"metadata", {{"name", name}, {"resourceVersion", "17"}}},
          {"spec", {{"containers", {{{"name", "c"}, {"image", padding}}}}}}};
}

std::string line_of(const char* type, const Json& object) {
  return to_text(Json{{"object", object}, {"type", type}});
}

TEST(WatchEvent, ReadsEveryTypeWithItsObject) {
  const std::pair<const char*, Type> kTypes[] = {{"ADDED", Type::kAdded},
                                                 {"MODIFIED", Type::kModified},
                                                 {"DELETED", Type::kDeleted},
                                                 {"BOOKMARK", Type::kBookmark},
                                                 {"ERROR", Type::kError}};
  for (const auto& [name, type] : kTypes) {
    const auto event = WatchEvent::read(line_of(name, pod("a")));
    ASSERT_TRUE(event) << name;
    EXPECT_EQ(event->type, type);
    EXPECT_EQ(event->object.tree(), pod("a")) << name;
  }
}

TEST(WatchEvent, TellsNameAndVersionBeforeAndAfterItWasLookedInto) {
  // Larger than what the quick parser takes, too.
  for (const std::size_t size : {std::size_t{1}, std::size_t{600} * 1024}) {
    auto event = WatchEvent::read(line_of("MODIFIED", pod("gr\u00fc\u00df \"a\"", std::string(size, 'x'))));
    ASSERT_TRUE(event);
    const auto copy = *event;
    for (int look = 0; look < 2; ++look) {
      EXPECT_EQ(event->object.name(), "gr\u00fc\u00df \"a\"");
      EXPECT_EQ(event->object.version(), "17");
      EXPECT_EQ(string_at(event->object, "/kind"), "Pod");
    }
    event->object.tree()["metadata"]["resourceVersion"] = "18";
    EXPECT_EQ(event->object.version(), "18");
    EXPECT_EQ(copy.object.version(), "17");
    EXPECT_EQ(copy.object.tree(), pod("gr\u00fc\u00df \"a\"", std::string(size, 'x')));
  }
}

TEST(WatchEvent, HasAnObjectWithoutANameAsTheServerSentIt) {
  const Json nameless = {{"kind", "Pod"}, {"metadata", {{"resourceVersion", "3"}}}};
  const auto event = WatchEvent::read(line_of("ADDED", nameless));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->object.name(), "");
  EXPECT_EQ(event->object.version(), "3");
  EXPECT_EQ(event->object.tree(), nameless);
}

TEST(WatchEvent, IsNotReadFromOtherLines) {
  for (const char* line :
       {"", "null", "[]", "{}", "x", R"({"type":"ADDED"})", R"({"type":"ADDED","object":[]})",
        R"({"type":"NEW","object":{"metadata":{"name":"a"}}})", R"({"type":1,"object":{"metadata":{"name":"a"}}})",
        R"({"object":{"metadata":{"name":"a"}}})", R"({"type":"ADDED","object":{"metadata":{"name":"a"}})",
        R"({"type":"ADDED","object":{"metadata":{"name":"a"}}} {})", R"({"type":"ADDED","object":null})"}) {
    EXPECT_FALSE(WatchEvent::read(line)) << line;
  }
  EXPECT_FALSE(WatchEvent::read(fmt::format(R"({{"type":"ADDED","object":{{"metadata":{{"name":"a"}},"deep":{}{}}}}})",
                                            std::string(300, '['), std::string(300, ']'))));
}

}  // namespace
}  // namespace upshift::cluster
