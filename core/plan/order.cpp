#include "plan/order.hpp"

#include <fmt/format.h>
#include <set>

#include "base/text.hpp"

namespace upshift::plan {
namespace {

std::vector<std::string> ids_of(const std::vector<ExpandedStage>& stages) {
  std::vector<std::string> ids;
  for (const auto& stage : stages) {
    for (const auto& one : stage.steps) ids.push_back(one.step.id);
  }
  return ids;
}

// Every step id that the catalog could bring into some plan: to tell an unknown step from one that is not in this plan.
std::set<std::string> offered_ids(const Catalog& catalog) {
  std::set<std::string> ids;
  for (const auto& hop : catalog.hops) {
    for (const auto& stage : hop.stages) {
      const auto* concern = stage.uses.empty() ? nullptr : catalog.concern(stage.uses);
      for (const auto& step : concern == nullptr ? stage.steps : concern->steps) {
        ids.insert(fmt::format("{}/{}/{}", hop.id, stage.id, step.id));
      }
    }
  }
  for (const auto& extension : catalog.extensions) {
    for (const auto& step : extension.steps) ids.insert(extension.stage + "/" + step.id);
  }
  return ids;
}

// A full id, or one relative to the stage ("credentials") or to the hop ("registry/credentials").
std::string full_id(const std::string& reference, const ExpandedStage& stage, const std::set<std::string>& offered) {
  if (offered.contains(reference)) return reference;
  if (auto in_stage = stage.id + "/" + reference; offered.contains(in_stage)) return in_stage;
  if (auto in_hop = stage.hop + "/" + reference; offered.contains(in_hop)) return in_hop;
  return {};
}

class Linker {
 public:
  Linker(const Catalog& catalog, const std::vector<ExpandedStage>& stages)
      : offered_(offered_ids(catalog)), ids_(ids_of(stages)), planned_(ids_.begin(), ids_.end()) {}

  Status link(ExpandedStage& stage) {
    std::string before;
    for (auto& one : stage.steps) {
      auto& after = one.step.after;
      if (one.declared_after && !one.declared_after->empty()) {
        UPSHIFT_ASSIGN(after, declared(one, stage));
      } else if (one.declared_after || before.empty()) {
        after = barrier_;
      } else {
        after = {before};
      }
      before = one.step.id;
    }
    if (!stage.steps.empty()) barrier_ = ends_of(stage);
    return {};
  }

  // The steps of a stage that no other step of it waits for: done when all of them are.
  static std::vector<std::string> ends_of(const ExpandedStage& stage) {
    std::set<std::string> waited_for;
    for (const auto& one : stage.steps) waited_for.insert(one.step.after.begin(), one.step.after.end());
    std::vector<std::string> ends;
    for (const auto& one : stage.steps) {
      if (!waited_for.contains(one.step.id)) ends.push_back(one.step.id);
    }
    return ends;
  }

 private:
  Result<std::vector<std::string>> declared(const ExpandedStep& one, const ExpandedStage& stage) const {
    std::vector<std::string> after;
    for (const auto& reference : *one.declared_after) {
      const auto id = full_id(reference, stage, offered_);
      if (id.empty()) {
        const auto near = nearest(reference, ids_);
        return failure(StatusCode::kInvalidArgument,
                       fmt::format("step {} comes after '{}', a step that no plugin offers", one.step.id, reference),
                       near.empty() ? "Report it to the plugin's author."
                                    : fmt::format("Did the plugin's author mean '{}'?", near));
      }
      if (planned_.contains(id)) after.push_back(id);
    }
    return after;
  }

  std::set<std::string> offered_;
  std::vector<std::string> ids_;
  std::set<std::string> planned_;
  std::vector<std::string> barrier_;
};

Status refuse_duplicates(const std::vector<ExpandedStage>& stages) {
  std::map<std::string, std::string> owner;
  for (const auto& stage : stages) {
    for (const auto& one : stage.steps) {
      const auto [known, fresh] = owner.emplace(one.step.id, one.step.plugin);
      if (fresh) continue;
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("step {} is there twice: from plugin {} and from plugin {}", one.step.id,
                                 known->second, one.step.plugin),
                     "Leave out one of the plugins, or report it to their authors.");
    }
  }
  return {};
}

// A circle among the steps that are left when nothing can be placed any more.
std::string circle_in(const std::map<std::string, const Step*>& left) {
  std::vector<std::string> walk;
  std::string at = left.begin()->first;
  while (std::find(walk.begin(), walk.end(), at) == walk.end()) {
    walk.push_back(at);
    for (const auto& before : left.at(at)->after) {
      if (left.contains(before)) {
        at = before;
        break;
      }
    }
  }
  walk.erase(walk.begin(), std::find(walk.begin(), walk.end(), at));
  walk.push_back(at);
  return join(walk, " after ");
}

Result<std::vector<Step>> sort_steps(std::vector<Step> steps) {
  std::vector<Step> sorted;
  std::set<std::string> placed;
  std::vector<bool> used(steps.size(), false);
  while (sorted.size() < steps.size()) {
    bool moved = false;
    for (std::size_t i = 0; i < steps.size() && !moved; ++i) {
      const auto is_placed = [&](const std::string& id) { return placed.contains(id); };
      if (used[i] || !std::all_of(steps[i].after.begin(), steps[i].after.end(), is_placed)) continue;
      used[i] = moved = true;
      placed.insert(steps[i].id);
      sorted.push_back(steps[i]);
    }
    if (moved) continue;
    std::map<std::string, const Step*> left;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!used[i]) left[steps[i].id] = &steps[i];
    }
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("steps wait for each other in a circle: {}", circle_in(left)),
                   "Report it to the authors of the plugins that offer them.");
  }
  return sorted;
}

std::string producers_in(const Catalog& catalog, const std::string& value) {
  std::vector<std::string> names;
  const auto look = [&](const std::string& prefix, const std::vector<StepOffer>& steps) {
    for (const auto& step : steps) {
      if (std::find(step.produces.begin(), step.produces.end(), value) != step.produces.end()) {
        names.push_back(prefix + "/" + step.id);
      }
    }
  };
  for (const auto& hop : catalog.hops) {
    for (const auto& stage : hop.stages) look(hop.id + "/" + stage.id, stage.steps);
  }
  for (const auto& concern : catalog.concerns) look(concern.id, concern.steps);
  for (const auto& extension : catalog.extensions) look(extension.stage, extension.steps);
  return names.empty() ? "No loaded plugin produces it." : fmt::format("It is produced by {}.", join(names, ", "));
}

}  // namespace

Result<std::vector<Step>> order_steps(const Catalog& catalog, std::vector<ExpandedStage> stages) {
  UPSHIFT_TRY(refuse_duplicates(stages));
  Linker linker(catalog, stages);
  for (auto& stage : stages) UPSHIFT_TRY(linker.link(stage));
  std::vector<Step> steps;
  for (auto& stage : stages) {
    for (auto& one : stage.steps) steps.push_back(std::move(one.step));
  }
  return sort_steps(std::move(steps));
}

Status check_values(const Catalog& catalog, const std::vector<Step>& steps) {
  std::map<std::string, std::set<std::string>> before;  // of each step, all that comes before it
  for (const auto& step : steps) {
    auto& all = before[step.id];
    for (const auto& id : step.after) {
      all.insert(id);
      all.insert(before[id].begin(), before[id].end());
    }
    for (const auto& value : step.consumes) {
      const Step* late = nullptr;
      bool found = false;
      for (const auto& other : steps) {
        if (std::find(other.produces.begin(), other.produces.end(), value) == other.produces.end()) continue;
        if (all.contains(other.id) || other.id == step.id) {
          found = true;
        } else {
          late = &other;
        }
      }
      if (found) continue;
      if (late != nullptr) {
        return failure(StatusCode::kInvalidArgument,
                       fmt::format("step {} needs the value '{}' of step {}, which does not come before it", step.id,
                                   value, late->id),
                       "Report it to the plugin's author.");
      }
      return failure(StatusCode::kInvalidArgument,
                     fmt::format("step {} needs the value '{}', which no step of the plan produces", step.id, value),
                     producers_in(catalog, value));
    }
  }
  return {};
}

}  // namespace upshift::plan
