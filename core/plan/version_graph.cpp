#include "plan/version_graph.hpp"

#include <charconv>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "plan/shortest_ways.hpp"

namespace upshift::plan {
namespace {

int compare_parts(const std::string& a, const std::string& b) {
  int x = 0;
  int y = 0;
  const auto read_a = std::from_chars(a.data(), a.data() + a.size(), x);
  const auto read_b = std::from_chars(b.data(), b.data() + b.size(), y);
  const bool numbers =
      !a.empty() && !b.empty() && read_a.ptr == a.data() + a.size() && read_b.ptr == b.data() + b.size();
  if (numbers) return (x > y) - (x < y);
  const int order = a.compare(b);
  return (order > 0) - (order < 0);
}

bool older(const std::string& a, const std::string& b) {
  return compare_versions(a, b) < 0;
}

// Who made a plugin: "acme" of "acme.direct".
std::string_view author_of(std::string_view plugin) {
  return plugin.substr(0, plugin.find('.'));
}

std::string to_text(const Path& path) {
  std::string text = path.front()->from;
  for (const auto* hop : path) text += fmt::format(" → {} (plugin {})", hop->to, hop->plugin);
  return text;
}

Path hops_of(const Catalog& catalog, std::string_view product) {
  Path hops;
  for (const auto& hop : catalog.hops) {
    if (hop.product == product) hops.push_back(&hop);
  }
  return hops;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether plugins of other authors lead the same way by more than one hop.
bool is_shortcut(const HopOffer& hop, const Path& hops) {
  Path others;
  for (const auto* other : hops) {
    const bool same_way = other->from == hop.from && other->to == hop.to;
    if (!same_way && author_of(other->plugin) != author_of(hop.plugin)) others.push_back(other);
  }
  return leads(others, hop.from, hop.to);
}

// What may be used: without shortcuts that nobody asked for, and of hops that lead the same way those that are wanted.
Path usable(const Path& hops, const std::vector<std::string>& via) {
  Path used;
  for (const auto* hop : hops) {
    if (has(via, hop->plugin)) {
      used.push_back(hop);
      continue;
    }
    const auto is_wanted_instead = [&](const HopOffer* other) {
      return other->from == hop->from && other->to == hop->to && has(via, other->plugin);
    };
    if (std::none_of(hops.begin(), hops.end(), is_wanted_instead) && !is_shortcut(*hop, hops)) used.push_back(hop);
  }
  return used;
}

Error unknown_version(const Catalog& catalog, const std::string& product, const std::string& version) {
  return {StatusCode::kNotFound,
          fmt::format("no plugin knows {} {}", product, version),
          fmt::format("Known versions: {}.", join(known_versions(catalog, product), ", ")),
          "",
          {}};
}

Error downgrade(const std::string& product, const std::string& from, const std::string& to) {
  return {StatusCode::kFailedPrecondition,
          fmt::format("{} {} → {} leads backwards, and upshift goes to newer versions only", product, from, to),
          "What a run changed is taken back by `upshift rollback`.",
          "",
          {}};
}

// The hops that would close the gaps: from the newest version that can be reached to the next one that is known.
std::vector<std::string> missing_hops(const Path& hops, const std::vector<std::string>& versions,
                                      const std::string& from, const std::string& to) {
  std::vector<std::string> missing;
  std::string at = from;
  while (at != to) {
    for (const auto& version : versions) {
      if (older(at, version) && !older(to, version) && leads(hops, at, version)) at = version;
    }
    if (at == to) break;
    std::string next = to;
    for (const auto& version : versions) {
      if (older(at, version) && older(version, next)) next = version;
    }
    missing.push_back(at + " → " + next);
    at = next;
  }
  return missing;
}

bool has_numbers_only(const std::string& version) {
  return !version.empty() && version.find_first_not_of("0123456789.") == std::string::npos;
}

Status check_plugins(const Catalog& catalog, const std::string& product, const std::vector<std::string>& via) {
  std::vector<std::string> plugins;
  for (const auto* hop : hops_of(catalog, product)) {
    if (!has(plugins, hop->plugin)) plugins.push_back(hop->plugin);
  }
  for (const auto& name : via) {
    if (has(plugins, name)) continue;
    const auto near = nearest(name, plugins);
    return failure(StatusCode::kNotFound, fmt::format("no loaded plugin '{}' offers a hop of {}", name, product),
                   near.empty() ? fmt::format("Plugins that do: {}.", join(plugins, ", "))
                                : fmt::format("Did you mean {}?", near));
  }
  return {};
}

Error no_way_via(const Catalog& catalog, const std::string& product, const std::string& from, const std::string& to,
                 const std::vector<std::string>& via) {
  std::vector<std::string> offers;
  for (const auto* hop : hops_of(catalog, product)) {
    if (has(via, hop->plugin)) offers.push_back(fmt::format("{} → {} (plugin {})", hop->from, hop->to, hop->plugin));
  }
  return {StatusCode::kNotFound,
          fmt::format("no way from {} {} to {} goes by {}", product, from, to, join(via, " and ")),
          fmt::format("It offers: {}. Leave out --via, or name another version.", join(offers, ", ")),
          "",
          {}};
}

Error ambiguous(const std::string& product, const Path& one, const Path& other) {
  for (std::size_t i = 0; i < one.size() && i < other.size(); ++i) {
    if (one[i] == other[i] || one[i]->from != other[i]->from || one[i]->to != other[i]->to) continue;
    return {StatusCode::kFailedPrecondition,
            fmt::format("two plugins offer {} {} → {}: {} and {}", product, one[i]->from, one[i]->to, one[i]->plugin,
                        other[i]->plugin),
            fmt::format("Say which one with --via {} or --via {}.", one[i]->plugin, other[i]->plugin),
            "",
            {}};
  }
  return {StatusCode::kFailedPrecondition,
          fmt::format("there are equally short ways from {} {} to {}: {}; and {}", product, one.front()->from,
                      one.back()->to, to_text(one), to_text(other)),
          "Say with --via PLUGIN by which plugin's hop to go, or upgrade to a version in between first.",
          "",
          {}};
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const auto left = split(a, '.');
  const auto right = split(b, '.');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i >= left.size()) return -1;
    if (i >= right.size()) return 1;
    if (const int order = compare_parts(left[i], right[i]); order != 0) return order;
  }
  return 0;
}

std::vector<std::string> known_versions(const Catalog& catalog, std::string_view product) {
  std::set<std::string> names;
  for (const auto& hop : catalog.hops) {
    if (hop.product == product) names.insert({hop.from, hop.to});
  }
  std::vector<std::string> versions(names.begin(), names.end());
  std::sort(versions.begin(), versions.end(), older);
  return versions;
}

std::string offered_hops(const Catalog& catalog, std::string_view product) {
  std::vector<std::string> hops;
  for (const auto* hop : hops_of(catalog, product)) {
    if (auto text = hop->from + " → " + hop->to; !has(hops, text)) hops.push_back(std::move(text));
  }
  return hops.empty() ? "none" : join(hops, ", ");
}

Error missing_way(const Catalog& catalog, const std::string& product, const std::string& from, const std::string& to) {
  const auto missing = missing_hops(hops_of(catalog, product), known_versions(catalog, product), from, to);
  return {
      StatusCode::kNotFound,
      fmt::format("no plugin offers {} {}; without it there is no way from {} to {}", product, missing.front(), from,
                  to),
      fmt::format("These would be needed: {}. Offered: {}. See `upshift plugin list` for plugins that were refused.",
                  join(missing, ", "), offered_hops(catalog, product)),
      "",
      {}};
}

Result<std::vector<const HopOffer*>> find_path(const Catalog& catalog, const std::string& product,
                                               const std::string& from, const std::string& to,
                                               const std::vector<std::string>& via) {
  const auto versions = known_versions(catalog, product);
  if (versions.empty()) {
    const auto near = nearest(product, catalog.products());
    return failure(StatusCode::kNotFound, fmt::format("no plugin upgrades a product '{}'", product),
                   !near.empty()                ? fmt::format("Did you mean {}?", near)
                   : catalog.products().empty() ? "No loaded plugin offers a hop; see `upshift plugin list`."
                                                : fmt::format("Known products: {}.", join(catalog.products(), ", ")));
  }
  UPSHIFT_TRY(check_plugins(catalog, product, via));
  for (const auto* version : {&to, &from}) {
    // A version older than all that plugins know lacks its hop, and that is said below.
    const bool lacks_hop = version == &from && has_numbers_only(from) && older(from, to);
    if (!lacks_hop && !has(versions, *version)) return failure(unknown_version(catalog, product, *version));
  }
  if (from == to) return Path{};
  if (older(to, from)) return failure(downgrade(product, from, to));
  const Path all = hops_of(catalog, product);
  auto ways = shortest_ways(usable(all, via), from, to, via);
  if (ways.empty()) ways = shortest_ways(all, from, to, via);
  if (ways.empty() && !via.empty() && leads(all, from, to)) return failure(no_way_via(catalog, product, from, to, via));
  if (ways.empty()) return failure(missing_way(catalog, product, from, to));
  if (ways.size() > 1) return failure(ambiguous(product, ways[0], ways[1]));
  return std::move(ways.front());
}

}  // namespace upshift::plan
