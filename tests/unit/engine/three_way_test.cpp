#include "engine/three_way.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace upshift::engine {
namespace {

struct Case {
  const char* name;
  const char *edited, *wanted, *live;  // JSON; null: absent
  const char* merged;
  std::vector<std::string> conflicts = {};
};

class ThreeWay : public ::testing::TestWithParam<Case> {};

TEST_P(ThreeWay, Merges) {
  const Case& c = GetParam();
  const auto result = merge(Json::parse(c.edited), Json::parse(c.wanted), Json::parse(c.live));
  EXPECT_EQ(result.object, Json::parse(c.merged));
  std::vector<std::string> paths;
  for (const auto& conflict : result.conflicts) paths.push_back(conflict.path);
  EXPECT_EQ(paths, c.conflicts);
}

const Case kCases[] = {
    {"UntouchedComesBack", R"({"a":2})", R"({"a":1})", R"({"a":2})", R"({"a":1})"},
    {"AddedMemberGoes", R"({"a":1,"b":2})", R"({"a":1})", R"({"a":1,"b":2})", R"({"a":1})"},
    {"RemovedMemberComesBack", R"({})", R"({"a":1})", R"({"x":1})", R"({"a":1,"x":1})"},
    {"EditElsewhereStays", R"({"a":2})", R"({"a":1})", R"({"a":2,"x":{"y":1}})", R"({"a":1,"x":{"y":1}})"},
    {"AlreadyBack", R"({"a":2})", R"({"a":1})", R"({"a":1,"x":3})", R"({"a":1,"x":3})"},
    {"SameEdited", R"({"a":{"b":2}})", R"({"a":{"b":1}})", R"({"a":{"b":3}})", R"({"a":{"b":3}})", {"a.b"}},
    {"GoneMeanwhile", R"({"a":2})", R"({"a":1})", R"({})", R"({})", {"a"}},
    {"EmptyObjectThatWasNotThereGoes", R"({"a":{"b":1}})", R"({})", R"({"a":{"b":1}})", R"({})"},
    {"ObjectWithTheirsStays", R"({"a":{"b":1}})", R"({})", R"({"a":{"b":1,"c":2}})", R"({"a":{"c":2}})"},
    {"ThingOfAListByName", R"([{"name":"a","v":2},{"name":"b","v":1}])", R"([{"name":"a","v":1},{"name":"b","v":1}])",
     R"([{"name":"a","v":2},{"name":"b","v":9}])", R"([{"name":"a","v":1},{"name":"b","v":9}])"},
    {"AddedThingGoesTheirsStay", R"([{"name":"a"},{"name":"b"}])", R"([{"name":"a"}])",
     R"([{"name":"a"},{"name":"b"},{"name":"c"}])", R"([{"name":"a"},{"name":"c"}])"},
    {"RemovedThingComesBackInItsPlace", R"([{"name":"a"},{"name":"c"}])", R"([{"name":"a"},{"name":"b"},{"name":"c"}])",
     R"([{"name":"a"},{"name":"c"},{"name":"x"}])", R"([{"name":"a"},{"name":"b"},{"name":"c"},{"name":"x"}])"},
    {"RemovedFirstThingComesBackFirst", R"([{"name":"b"}])", R"([{"name":"a"},{"name":"b"}])",
     R"([{"name":"b"},{"name":"x"}])", R"([{"name":"a"},{"name":"b"},{"name":"x"}])"},
    {"OrderComesBack", R"([{"name":"b"},{"name":"a"}])", R"([{"name":"a"},{"name":"b"}])",
     R"([{"name":"b"},{"name":"a"}])", R"([{"name":"a"},{"name":"b"}])"},
    {"PortsAreToldApartByNumber", R"([{"containerPort":1,"protocol":"UDP"}])",
     R"([{"containerPort":1,"protocol":"TCP"}])", R"([{"containerPort":1,"protocol":"UDP"},{"containerPort":2}])",
     R"([{"containerPort":1,"protocol":"TCP"},{"containerPort":2}])"},
    {"PlainListIsOneValue",
     R"({"args":["a","b"]})",
     R"({"args":["a"]})",
     R"({"args":["a","b","c"]})",
     R"({"args":["a","b","c"]})",
     {"args"}},
    {"ListWithANameTwiceIsOneValue",
     R"({"l":[{"name":"a"},{"name":"a"}]})",
     R"({"l":[]})",
     R"({"l":[{"name":"a"},{"name":"a"},{"name":"b"}]})",
     R"({"l":[{"name":"a"},{"name":"a"},{"name":"b"}]})",
     {"l"}},
    {"EmptyListThatWasNotThereGoes", R"({"l":[{"name":"a"}]})", R"({})", R"({"l":[{"name":"a"}]})", R"({})"},
    {"EveryConflictIsTold", R"({"a":1,"b":1})", R"({"a":2,"b":2})", R"({"a":3,"b":3})", R"({"a":3,"b":3})", {"a", "b"}},
    {"AnotherKindOfValueIsAConflict", R"({"a":{"b":1}})", R"({"a":{"b":2}})", R"({"a":"x"})", R"({"a":"x"})", {"a"}},
};
INSTANTIATE_TEST_SUITE_P(Of, ThreeWay, ::testing::ValuesIn(kCases),
                         [](const auto& item) { return std::string(item.param.name); });

TEST(ThreeWayMerge, TellsTheThreeValuesAndTakesOursWhenAsked) {
  const Json edited = {{"a", 2}}, wanted = {{"a", 1}}, live = {{"a", 3}, {"x", 1}};
  const auto kept = merge(edited, wanted, live);
  ASSERT_EQ(kept.conflicts.size(), 1U);
  EXPECT_EQ(kept.conflicts[0].edited, 2);
  EXPECT_EQ(kept.conflicts[0].wanted, 1);
  EXPECT_EQ(kept.conflicts[0].live, 3);
  const auto ours = merge(edited, wanted, live, OnConflict::kTakeWanted);
  EXPECT_EQ(ours.object, (Json{{"a", 1}, {"x", 1}}));
  EXPECT_EQ(ours.conflicts.size(), 1U);
}

// Whatever the two sides are: with nobody else's edit, the merge is what was there before.
TEST(ThreeWayMerge, RestoresExactlyWhatWasThere) {
  const Json states[] = {
      Json::object(),
      {{"a", {{"name", "x"}}}},
      {{"a", Json::array({{{"name", "x"}}})}},
      {{"a", Json::array({{{"name", "y"}}, {{"name", "x"}, {"v", {1, 2}}}})}},
      {{"a", Json::array({1, 2})}},
      {{"a", nullptr}},
      {{"a", Json::object()}, {"b", Json::array()}},
  };
  for (const Json& before : states) {
    for (const Json& after : states) {
      const auto result = merge(after, before, after);
      EXPECT_EQ(result.object, before) << after;
      EXPECT_TRUE(result.conflicts.empty());
    }
  }
}

}  // namespace
}  // namespace upshift::engine
