#include "plan/version_graph.hpp"

#include "catalog.hpp"

namespace upshift::plan {
namespace {

TEST(Versions, AreComparedByTheirNumbers) {
  EXPECT_EQ(compare_versions("2.9", "2.10"), -1);
  EXPECT_EQ(compare_versions("2.10", "2.10"), 0);
  EXPECT_EQ(compare_versions("2.10.1", "2.10"), 1);
  EXPECT_EQ(compare_versions("3", "2.10"), 1);
  EXPECT_EQ(compare_versions("2.x", "2.y"), -1);
}

std::string path_text(const Catalog& catalog, const std::string& from, const std::string& to) {
  const auto path = find_path(catalog, "shop", from, to);
  if (!path) return path.error().summary + " | " + path.error().detail;
  std::string text;
  for (const auto* one : *path) text += one->id + " ";
  return text;
}

TEST(VersionGraph, TakesTheFewestHops) {
  const auto catalog = catalog_of({hops({hop("2.3", "2.4"), hop("2.4", "2.5"), hop("2.5", "2.6"), hop("2.3", "2.5")})});
  EXPECT_EQ(path_text(catalog, "2.5", "2.6"), "2.5-2.6 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.6"), "2.3-2.5 2.5-2.6 ");
  EXPECT_EQ(path_text(catalog, "2.6", "2.6"), "");
  EXPECT_EQ(known_versions(catalog, "shop"), (std::vector<std::string>{"2.3", "2.4", "2.5", "2.6"}));
}

struct Refused {
  std::vector<Json> hops;
  const char* from;
  const char* to;
  StatusCode code;
  const char* says;
};

TEST(VersionGraph, SaysWhatIsMissing) {
  const Refused cases[] = {
      {{hop("2.3", "2.4"), hop("2.5", "2.6")},
       "2.3",
       "2.6",
       StatusCode::kNotFound,
       "no plugin offers shop 2.4 → 2.5; without it there is no way from 2.3 to 2.6"},
      {{hop("2.5", "2.6")},
       "2.5",
       "2.7",
       StatusCode::kNotFound,
       "no plugin knows shop 2.7 | Did you mean 2.5? Known versions: 2.5, 2.6."},
      {{hop("2.5", "2.6")},
       "next",
       "2.6",
       StatusCode::kNotFound,
       "no plugin knows shop next | Known versions: 2.5, 2.6."},
      {{hop("2.5", "2.6")}, "2.6", "2.5", StatusCode::kNotFound, "shop 2.6 → 2.5 leads backwards"},
      {{hop("2.3", "2.4"), hop("2.4", "2.6"), hop("2.3", "2.5"), hop("2.5", "2.6")},
       "2.3",
       "2.6",
       StatusCode::kFailedPrecondition,
       "2 equally short ways from shop 2.3 to 2.6: 2.3 → 2.4 (plugin plugin-1) → 2.6"},
      {{hop("2.5", "2.6"), hop("2.5", "2.6")}, "2.5", "2.6", StatusCode::kFailedPrecondition, "2 equally short ways"},
  };
  for (const auto& one : cases) {
    const auto catalog = catalog_of({hops(one.hops)});
    const auto path = find_path(catalog, "shop", one.from, one.to);
    ASSERT_FALSE(path) << one.says;
    EXPECT_EQ(path.error().code, one.code) << one.says;
    EXPECT_NE(path_text(catalog, one.from, one.to).find(one.says), std::string::npos)
        << path_text(catalog, one.from, one.to);
  }
}

TEST(VersionGraph, SuggestsTheProductThatWasMeant) {
  const auto catalog = catalog_of({hops({hop("1", "2")})});
  const auto path = find_path(catalog, "shp", "1", "2");
  EXPECT_EQ(path.error().detail, "Did you mean shop?");
  EXPECT_NE(find_path(Catalog{}, "shop", "1", "2").error().detail.find("plugin list"), std::string::npos);
}

}  // namespace
}  // namespace upshift::plan
