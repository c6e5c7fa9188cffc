#include "plan/selector.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::plan {
namespace {

constexpr std::string_view kTag = "tag:";
constexpr std::size_t kMostShown = 6;

std::string_view without_hop(std::string_view id) {
  const auto slash = id.find('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

std::string_view last_part(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

// "HOP/STAGE" and "HOP" of "HOP/STAGE/STEP".
std::vector<std::string> parents_of(const std::string& id) {
  std::vector<std::string> parents;
  for (auto slash = id.rfind('/'); slash != std::string::npos && slash > 0; slash = id.rfind('/', slash - 1)) {
    parents.push_back(id.substr(0, slash));
  }
  return parents;
}

void add_once(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

std::string shortened(std::vector<std::string> names) {
  const auto all = names.size();
  if (all > kMostShown) names.resize(kMostShown);
  return join(names, ", ") + (all > kMostShown ? fmt::format(" and {} more", all - kMostShown) : "");
}

}  // namespace

Result<std::vector<std::size_t>> Selectors::meant_by(const std::string& selector) const {
  std::vector<std::size_t> positions;
  if (selector.starts_with(kTag)) {
    positions = with_tag(selector.substr(kTag.size()));
  } else if (selector.find_first_of("*?") != std::string::npos) {
    positions = matching(selector);
  } else {
    UPSHIFT_ASSIGN(positions, named(selector));
  }
  if (positions.empty()) return failure(unknown(selector));
  return positions;
}

std::vector<std::size_t> Selectors::with_tag(std::string_view tag) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto& tags = steps_[i].tags;
    if (std::find(tags.begin(), tags.end(), tag) != tags.end()) positions.push_back(i);
  }
  return positions;
}

std::vector<std::size_t> Selectors::matching(std::string_view glob) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto& id = steps_[i].id;
    if (matches_glob(glob, id) || matches_glob(glob, without_hop(id)) || matches_glob(glob, last_part(id))) {
      positions.push_back(i);
    }
  }
  return positions;
}

Result<std::vector<std::size_t>> Selectors::named(const std::string& name) const {
  if (auto whole = below(name); !whole.empty()) return whole;
  std::vector<std::string> candidates;
  for (const auto& step : steps_) {
    if (step.id.ends_with("/" + name)) add_once(candidates, step.id);
    for (const auto& parent : parents_of(step.id)) {
      if (parent.ends_with("/" + name)) add_once(candidates, parent);
    }
  }
  if (candidates.empty()) return failure(unknown(name));
  if (candidates.size() == 1) return below(candidates.front());
  return failure(StatusCode::kInvalidArgument, fmt::format("'{}' may mean {}", name, shortened(candidates)),
                 fmt::format("Write the whole id, or '*/{}' for all of them.", name));
}

std::vector<std::size_t> Selectors::below(const std::string& id) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].id == id || steps_[i].id.starts_with(id + "/")) positions.push_back(i);
  }
  return positions;
}

Error Selectors::unknown(const std::string& selector) const {
  std::vector<std::string> names;
  std::vector<std::string> tags;
  std::vector<std::string> similar;
  const auto bare = without_hop(selector);
  for (const auto& step : steps_) {
    for (const auto& tag : step.tags) add_once(tags, std::string(kTag) + tag);
    for (const auto& parent : parents_of(step.id)) add_once(names, parent);
    add_once(names, step.id);
    add_once(names, without_hop(step.id));
    add_once(names, last_part(step.id));
    if (step.id.find(bare) != std::string::npos) add_once(similar, step.id);
  }
  const bool is_tag = selector.starts_with(kTag);
  const auto near = nearest(selector, is_tag ? tags : names);
  std::string advice;
  if (!near.empty()) {
    advice = fmt::format("Did you mean '{}'?", near);
  } else if (is_tag) {
    advice = fmt::format("There is {}.", tags.empty() ? "no tag in the plan" : shortened(tags));
  } else if (!similar.empty()) {
    advice = fmt::format("Did you mean one of {}?", shortened(similar));
  } else {
    advice = "`upshift plan` lists the steps.";
  }
  return {StatusCode::kInvalidArgument, fmt::format("no step of the plan is meant by '{}'", selector), advice, "", {}};
}

}  // namespace upshift::plan
