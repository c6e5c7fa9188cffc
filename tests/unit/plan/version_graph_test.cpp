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

std::string path_text(const Catalog& catalog, const std::string& from, const std::string& to,
                      const std::vector<std::string>& via = {}) {
  const auto path = find_path(catalog, "shop", from, to, via);
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
       "no plugin offers shop 2.4 → 2.5; without it there is no way from 2.3 to 2.6 | These would be needed: 2.4 → "
       "2.5. "
       "Offered: 2.3 → 2.4, 2.5 → 2.6."},
      {{hop("2.3", "2.4"), hop("2.5", "2.6"), hop("2.7", "2.8")},
       "2.3",
       "2.8",
       StatusCode::kNotFound,
       "These would be needed: 2.4 → 2.5, 2.6 → 2.7."},
      {{hop("2.5", "2.6")}, "2.2", "2.6", StatusCode::kNotFound, "These would be needed: 2.2 → 2.5."},
      {{hop("2.5", "2.6")},
       "2.5",
       "2.7",
       StatusCode::kNotFound,
       "no plugin knows shop 2.7 | Known versions: 2.5, 2.6."},
      {{hop("2.5", "2.6")},
       "next",
       "2.6",
       StatusCode::kNotFound,
       "no plugin knows shop next | Known versions: 2.5, 2.6."},
      {{hop("2.5", "2.6")}, "2.6", "2.5", StatusCode::kFailedPrecondition, "shop 2.6 → 2.5 leads backwards"},
      {{hop("2.3", "2.4"), hop("2.4", "2.6"), hop("2.3", "2.5"), hop("2.5", "2.6")},
       "2.3",
       "2.6",
       StatusCode::kFailedPrecondition,
       "equally short ways from shop 2.3 to 2.6: 2.3 → 2.4 (plugin plugin-1) → 2.6"},
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

// Hops of several plugins: "acme.direct: 2.3-2.6".
Catalog offers(const std::vector<std::pair<std::string, std::pair<std::string, std::string>>>& list) {
  Catalog catalog;
  for (const auto& [plugin, versions] : list) {
    HopOffer offer;
    offer.plugin = plugin;
    offer.product = "shop";
    offer.from = versions.first;
    offer.to = versions.second;
    offer.id = plugin + ":" + versions.first + "-" + versions.second;
    catalog.hops.push_back(std::move(offer));
  }
  return catalog;
}

TEST(VersionGraph, GoesByAnotherAuthorsShortcutOnlyWhenAsked) {
  const auto catalog = offers({{"own.a", {"2.3", "2.4"}},
                               {"own.b", {"2.4", "2.5"}},
                               {"own.c", {"2.5", "2.6"}},
                               {"acme.direct", {"2.3", "2.6"}},
                               {"acme.late", {"2.4", "2.6"}}});
  EXPECT_EQ(path_text(catalog, "2.3", "2.6"), "own.a:2.3-2.4 own.b:2.4-2.5 own.c:2.5-2.6 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.6", {"acme.direct"}), "acme.direct:2.3-2.6 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.6", {"acme.late"}), "own.a:2.3-2.4 acme.late:2.4-2.6 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.5", {"acme.late"}),
            "no way from shop 2.3 to 2.5 goes by acme.late | It offers: 2.4 → 2.6 (plugin acme.late). Leave out --via, "
            "or name another version.");
  EXPECT_EQ(path_text(catalog, "2.3", "2.6", {"acme.driect"}),
            "no loaded plugin 'acme.driect' offers a hop of shop | Did you mean acme.direct?");
  // Where nothing else leads there, a shortcut is none.
  EXPECT_EQ(path_text(offers({{"own.a", {"2.3", "2.4"}}, {"acme.direct", {"2.3", "2.6"}}}), "2.3", "2.6"),
            "acme.direct:2.3-2.6 ");
}

TEST(VersionGraph, NamesBothPluginsThatOfferOneHop) {
  const auto catalog = offers({{"own.a", {"2.3", "2.4"}}, {"own.b", {"2.4", "2.5"}}, {"acme.b", {"2.4", "2.5"}}});
  EXPECT_EQ(path_text(catalog, "2.3", "2.5"),
            "two plugins offer shop 2.4 → 2.5: own.b and acme.b | Say which one with --via own.b or --via acme.b.");
  EXPECT_EQ(path_text(catalog, "2.3", "2.5", {"acme.b"}), "own.a:2.3-2.4 acme.b:2.4-2.5 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.5", {"own.b"}), "own.a:2.3-2.4 own.b:2.4-2.5 ");
  EXPECT_EQ(path_text(catalog, "2.3", "2.4"), "own.a:2.3-2.4 ");
}

TEST(VersionGraph, FindsItsWayAmongManyThatAreEquallyShort) {
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>> list;
  std::vector<std::string> via;
  for (int i = 0; i < 30; ++i) {
    const std::pair versions{"1." + std::to_string(i), "1." + std::to_string(i + 1)};
    list.push_back({"own.x", versions});
    list.push_back({"acme.x", versions});
  }
  EXPECT_NE(path_text(offers(list), "1.0", "1.30").find("two plugins offer shop"), std::string::npos);
  EXPECT_EQ(find_path(offers(list), "shop", "1.0", "1.30", {"own.x"})->size(), 30U);
}

TEST(VersionGraph, SuggestsTheProductThatWasMeant) {
  const auto catalog = catalog_of({hops({hop("1", "2")})});
  const auto path = find_path(catalog, "shp", "1", "2");
  EXPECT_EQ(path.error().detail, "Did you mean shop?");
  EXPECT_NE(find_path(Catalog{}, "shop", "1", "2").error().detail.find("plugin list"), std::string::npos);
}

}  // namespace
}  // namespace upshift::plan
