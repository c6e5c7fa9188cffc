#include "plan/optional.hpp"

#include <fmt/format.h>
#include <set>

#include "base/text.hpp"

namespace upshift::plan {
namespace {

std::string last_part(const std::string& id) {
  return id.substr(id.rfind('/') + 1);
}

bool means(const std::string& name, const Step& step) {
  return name == step.id || name == last_part(step.id) ||
         std::find(step.tags.begin(), step.tags.end(), name) != step.tags.end();
}

Status check_names(const std::vector<Step>& steps, const std::vector<std::string>& with) {
  std::vector<std::string> known;
  for (const auto& step : steps) {
    if (step.optional) known.push_back(last_part(step.id));
  }
  for (const auto& name : with) {
    const auto is_meant = [&](const Step& step) { return step.optional && means(name, step); };
    if (std::any_of(steps.begin(), steps.end(), is_meant)) continue;
    const auto near = nearest(name, known);
    return failure(StatusCode::kNotFound, fmt::format("the plan has no optional step '{}'", name),
                   known.empty()  ? "It has no optional steps at all."
                   : near.empty() ? fmt::format("Optional steps: {}.", join(known, ", "))
                                  : fmt::format("Did you mean '{}'?", near));
  }
  return {};
}

// `after` without the steps that were taken out: these are replaced by what they came after.
std::vector<std::string> bridged(const std::vector<std::string>& after, const std::map<std::string, Step>& out) {
  std::vector<std::string> result;
  const auto add = [&result](const std::string& id) {
    if (std::find(result.begin(), result.end(), id) == result.end()) result.push_back(id);
  };
  for (const auto& id : after) {
    const auto gone = out.find(id);
    if (gone == out.end()) {
      add(id);
    } else {
      for (const auto& before : gone->second.after) add(before);
    }
  }
  return result;
}

}  // namespace

Result<std::vector<OptionalStep>> leave_out_optional(std::vector<Step>& steps, const std::vector<std::string>& with) {
  UPSHIFT_TRY(check_names(steps, with));
  std::vector<Step> kept;
  std::map<std::string, Step> out;
  std::vector<OptionalStep> left_out;
  // In the order of the plan: what a step comes after has been looked at before it.
  for (auto& step : steps) {
    step.after = bridged(step.after, out);
    const auto is_wanted = [&step](const std::string& name) { return means(name, step); };
    if (!step.optional || std::any_of(with.begin(), with.end(), is_wanted)) {
      kept.push_back(std::move(step));
      continue;
    }
    left_out.push_back({step.id, step.title, step.tags});
    out.emplace(step.id, std::move(step));
  }
  steps = std::move(kept);
  return left_out;
}

}  // namespace upshift::plan
