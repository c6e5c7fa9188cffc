#include "plan/selection.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "plan/selector.hpp"

namespace upshift::plan {
namespace {

std::vector<std::string> parts_of(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const auto& text : texts) {
    for (auto& part : split(text, ',')) {
      if (!part.empty()) parts.push_back(std::move(part));
    }
  }
  return parts;
}

// The positions of the steps that any of the selectors means.
Result<std::set<std::size_t>> meant(const Selectors& steps, std::string_view option,
                                    const std::vector<std::string>& selectors) {
  std::set<std::size_t> all;
  for (const auto& selector : parts_of(selectors)) {
    auto some = steps.meant_by(selector);
    if (!some) return failure(std::move(some.error()).with_context("--" + std::string(option)));
    all.insert(some->begin(), some->end());
  }
  return all;
}

std::string option_text(const Selection& selection) {
  std::string text;
  const auto add = [&text](std::string_view option, const std::vector<std::string>& selectors) {
    for (const auto& selector : selectors) text += fmt::format(" --{} {}", option, selector);
  };
  add("only", selection.only);
  add("skip", selection.skip);
  add("from-step", selection.from_step);
  add("until", selection.until);
  return text;
}

// Of each step that is kept, all that comes before it.
std::set<std::string> steps_before(const std::vector<Step>& steps, const std::set<std::string>& kept) {
  std::map<std::string, const Step*> by_id;
  for (const auto& step : steps) by_id[step.id] = &step;
  std::set<std::string> before;
  std::vector<std::string> open(kept.begin(), kept.end());
  while (!open.empty()) {
    const auto at = by_id.find(open.back());
    open.pop_back();
    if (at == by_id.end()) continue;
    for (const auto& id : at->second->after) {
      if (before.insert(id).second) open.push_back(id);
    }
  }
  return before;
}

// Which values the steps that are left out would give to those that are not.
void note_values(std::vector<Step>& steps) {
  for (auto& step : steps) {
    if (step.selected) continue;
    for (const auto& value : step.produces) {
      const auto gets_it = [&value](const Step& other) {
        return other.selected && std::find(other.consumes.begin(), other.consumes.end(), value) != other.consumes.end();
      };
      const auto other = std::find_if(steps.begin(), steps.end(), gets_it);
      if (other != steps.end()) step.gives.push_back(fmt::format("the value '{}' for {}", value, other->id));
    }
  }
}

// A selector may mean an optional step that nobody asked for.
Error with_hint_of_optional(Error error, const Plan& plan, const std::vector<Selectable>& steps,
                            const Selection& selection) {
  std::vector<Selectable> left_out;
  for (const auto& one : plan.left_out) left_out.push_back({one.id, one.tags});
  for (const auto& selector : parts_of(selection.only)) {
    if (Selectors(steps).meant_by(selector)) continue;
    const auto optional = Selectors(left_out).meant_by(selector);
    if (!optional) continue;
    const auto& id = left_out[optional->front()].id;
    error.detail = fmt::format("{} is optional: ask for it with --with {}.", id, id);
  }
  return error;
}

}  // namespace

bool Selection::is_whole() const {
  return only.empty() && skip.empty() && from_step.empty() && until.empty();
}

Result<std::set<std::string>> select(const std::vector<Selectable>& steps, const Selection& selection) {
  const Selectors selectors(steps);
  UPSHIFT_ASSIGN(const auto only, meant(selectors, "only", selection.only));
  UPSHIFT_ASSIGN(const auto skip, meant(selectors, "skip", selection.skip));
  UPSHIFT_ASSIGN(const auto from, meant(selectors, "from-step", selection.from_step));
  UPSHIFT_ASSIGN(const auto until, meant(selectors, "until", selection.until));
  const std::size_t first = from.empty() ? 0 : *from.begin();
  const std::size_t last = until.empty() ? steps.size() : *until.rbegin();
  std::set<std::string> selected;
  for (std::size_t i = first; i < steps.size() && i <= last; ++i) {
    if ((selection.only.empty() || only.contains(i)) && !skip.contains(i)) selected.insert(steps[i].id);
  }
  if (!selected.empty()) return selected;
  return failure(StatusCode::kInvalidArgument, fmt::format("no step is left by{}", option_text(selection)),
                 first > last ? fmt::format("{} comes after {}.", steps[first].id, steps[last].id)
                              : "What one option selects, another one leaves out.");
}

Status apply_selection(Plan& plan, const Selection& selection) {
  if (selection.is_whole()) return {};
  std::vector<Selectable> all;
  for (const auto& step : plan.steps) all.push_back({step.id, step.tags});
  auto chosen = select(all, selection);
  if (!chosen) return failure(with_hint_of_optional(std::move(chosen.error()), plan, all, selection));
  std::set<std::string> selected = std::move(*chosen);
  const auto before = steps_before(plan.steps, selected);
  if (selection.with_prerequisites) {
    Selection without;
    without.skip = selection.skip;
    UPSHIFT_ASSIGN(const auto not_skipped, select(all, without));
    for (const auto& id : before) {
      if (not_skipped.contains(id)) selected.insert(id);
    }
  }
  std::vector<Step> kept;
  for (auto& step : plan.steps) {
    step.selected = selected.contains(step.id);
    if (step.selected || before.contains(step.id)) kept.push_back(std::move(step));
  }
  plan.steps = std::move(kept);
  note_values(plan.steps);
  plan.selection = to_json(selection);
  return {};
}

Json to_json(const Selection& selection) {
  Json json = Json::object();
  const auto add = [&json](const char* name, const std::vector<std::string>& selectors) {
    if (!selectors.empty()) json[name] = parts_of(selectors);
  };
  add("only", selection.only);
  add("skip", selection.skip);
  add("from_step", selection.from_step);
  add("until", selection.until);
  if (selection.with_prerequisites) json["with_prerequisites"] = true;
  return json;
}

}  // namespace upshift::plan
