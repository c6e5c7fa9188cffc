#include "plan/shortest_ways.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upshift::plan {
namespace {

// A version, and which plugins of `via` have been used on the way to it.
struct Node {
  std::string version;
  std::set<std::string> used;
  auto operator<=>(const Node&) const = default;
};

// How a node is reached in the fewest hops: the last hop and the node before it, for each way.
struct Arrival {
  Node before;
  const HopOffer* hop;
};

class Search {
 public:
  Search(const Path& hops, const std::vector<std::string>& via) : hops_(hops), via_(via.begin(), via.end()) {}

  // Breadth first, a layer at a time, until the goal has been reached.
  bool reach(const Node& start, const Node& goal) {
    std::set<Node> layer{start};
    settled_.insert(start);
    while (!layer.empty() && !settled_.contains(goal)) {
      std::set<Node> next;
      for (const auto& at : layer) {
        for (const auto* hop : hops_) {
          if (hop->from != at.version) continue;
          Node to{hop->to, at.used};
          if (via_.contains(hop->plugin)) to.used.insert(hop->plugin);
          if (settled_.contains(to)) continue;
          arrivals_[to].push_back({at, hop});
          next.insert(std::move(to));
        }
      }
      settled_.insert(next.begin(), next.end());
      layer = std::move(next);
    }
    return settled_.contains(goal);
  }

  // Backwards from the goal. A second way leaves the first at the choice that lies nearest to the goal.
  std::vector<Path> ways(const Node& start, const Node& goal) const {
    std::vector<Path> found;
    for (bool wants_other : {false, true}) {
      Path path;
      bool differs = false;
      for (Node at = goal; at != start;) {
        const auto& choices = arrivals_.at(at);
        const bool turns = wants_other && !differs && choices.size() > 1;
        const auto& taken = turns ? choices[1] : choices[0];
        differs = differs || turns;
        path.insert(path.begin(), taken.hop);
        at = taken.before;
      }
      if (!wants_other || differs) found.push_back(std::move(path));
    }
    return found;
  }

 private:
  const Path& hops_;
  std::set<std::string> via_;
  std::set<Node> settled_;
  std::map<Node, std::vector<Arrival>> arrivals_;
};

}  // namespace

std::vector<Path> shortest_ways(const Path& hops, const std::string& from, const std::string& to,
                                const std::vector<std::string>& via) {
  Search search(hops, via);
  const Node start{from, {}};
  const Node goal{to, {via.begin(), via.end()}};
  if (!search.reach(start, goal)) return {};
  return search.ways(start, goal);
}

bool leads(const Path& hops, const std::string& from, const std::string& to) {
  return from == to || !shortest_ways(hops, from, to, {}).empty();
}

}  // namespace upshift::plan
