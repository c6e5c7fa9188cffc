#include "plan/version_graph.hpp"

#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/text.hpp"

namespace upshift::plan {
namespace {

using Path = std::vector<const HopOffer*>;

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

// All versions that can be reached from `start` (or that reach it, walking backwards), with it.
std::set<std::string> reach(const Catalog& catalog, const std::string& product, const std::string& start,
                            bool forwards) {
  std::set<std::string> seen{start};
  std::vector<std::string> open{start};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    for (const auto& hop : catalog.hops) {
      if (hop.product != product || (forwards ? hop.from : hop.to) != at) continue;
      if (const auto& next = forwards ? hop.to : hop.from; seen.insert(next).second) open.push_back(next);
    }
  }
  return seen;
}

// Every way of the smallest length, breadth first; stops early once two are known.
std::vector<Path> shortest(const Catalog& catalog, const std::string& product, const std::string& from,
                           const std::string& to) {
  std::vector<Path> layer{{}};
  std::set<std::string> settled{from};
  while (!layer.empty()) {
    std::vector<Path> found;
    std::vector<Path> next;
    std::set<std::string> reached;
    for (const auto& path : layer) {
      const std::string& at = path.empty() ? from : path.back()->to;
      for (const auto& hop : catalog.hops) {
        if (hop.product != product || hop.from != at || settled.contains(hop.to)) continue;
        Path longer = path;
        longer.push_back(&hop);
        reached.insert(hop.to);
        (hop.to == to ? found : next).push_back(std::move(longer));
      }
    }
    if (!found.empty()) return found;
    settled.insert(reached.begin(), reached.end());
    layer = std::move(next);
  }
  return {};
}

std::string to_text(const Path& path) {
  std::string text = path.front()->from;
  for (const auto* hop : path) text += fmt::format(" → {} (plugin {})", hop->to, hop->plugin);
  return text;
}

Error unknown_version(const Catalog& catalog, const std::string& product, const std::string& version) {
  const auto known = known_versions(catalog, product);
  const auto near = nearest(version, known);
  return {StatusCode::kNotFound,
          fmt::format("no plugin knows {} {}", product, version),
          fmt::format("{}Known versions: {}.", near.empty() ? "" : fmt::format("Did you mean {}? ", near),
                      join(known, ", ")),
          "",
          {}};
}

Error no_way(const Catalog& catalog, const std::string& product, const std::string& from, const std::string& to) {
  const auto list = fmt::format("Offered for {}: {}.", product, [&] {
    std::vector<std::string> hops;
    for (const auto& hop : catalog.hops) {
      if (hop.product == product) hops.push_back(hop.from + " → " + hop.to);
    }
    return join(hops, ", ");
  }());
  if (older(to, from)) {
    return {StatusCode::kNotFound,
            fmt::format("{} {} → {} leads backwards: no plugin offers it", product, from, to),
            "To take an upgrade back, use `upshift rollback`. " + list,
            "",
            {}};
  }
  // The gap: from the newest version that can be reached to the oldest one after it that leads on to the target.
  const auto ahead = reach(catalog, product, from, true);
  const auto behind = reach(catalog, product, to, false);
  const std::string& gap_from = *std::max_element(ahead.begin(), ahead.end(), older);
  std::string gap_to = to;
  for (const auto& version : behind) {
    if (older(gap_from, version) && older(version, gap_to)) gap_to = version;
  }
  return {StatusCode::kNotFound,
          fmt::format("no plugin offers {} {} → {}; without it there is no way from {} to {}", product, gap_from,
                      gap_to, from, to),
          "Install a plugin for that hop. " + list,
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

Result<std::vector<const HopOffer*>> find_path(const Catalog& catalog, const std::string& product,
                                               const std::string& from, const std::string& to) {
  const auto versions = known_versions(catalog, product);
  if (versions.empty()) {
    const auto near = nearest(product, catalog.products());
    return failure(StatusCode::kNotFound, fmt::format("no plugin upgrades a product '{}'", product),
                   !near.empty()                ? fmt::format("Did you mean {}?", near)
                   : catalog.products().empty() ? "No loaded plugin offers a hop; see `upshift plugin list`."
                                                : fmt::format("Known products: {}.", join(catalog.products(), ", ")));
  }
  for (const auto* version : {&from, &to}) {
    if (std::find(versions.begin(), versions.end(), *version) == versions.end()) {
      return failure(unknown_version(catalog, product, *version));
    }
  }
  if (from == to) return Path{};
  auto paths = shortest(catalog, product, from, to);
  if (paths.empty()) return failure(no_way(catalog, product, from, to));
  if (paths.size() == 1) return std::move(paths.front());
  return failure(StatusCode::kFailedPrecondition,
                 fmt::format("there are {} equally short ways from {} {} to {}: {}; and {}", paths.size(), product,
                             from, to, to_text(paths[0]), to_text(paths[1])),
                 "Leave out the plugin whose hop you do not want, or upgrade to a version in between first.");
}

}  // namespace upshift::plan
