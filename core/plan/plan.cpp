#include "plan/plan.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "plan/expand.hpp"
#include "plan/optional.hpp"
#include "plan/order.hpp"
#include "plan/parameters.hpp"
#include "plan/record.hpp"
#include "plan/selection.hpp"
#include "plan/version_graph.hpp"

namespace upshift::plan {
namespace {

Json shown_parameters(const Step& step) {
  Json shown = step.parameters;
  for (const auto& name : step.secret_parameters) {
    if (shown.contains(name)) shown[name] = kHiddenSecret;
  }
  return shown;
}

Json to_json(const std::vector<Permission>& permissions) {
  Json list = Json::array();
  for (const auto& one : permissions) list.push_back({{"resource", one.resource}, {"verbs", one.verbs}});
  return list;
}

Json to_json(const Step& step) {
  Json json = {{"id", step.id},
               {"subject", step.subject},
               {"plugin", step.plugin},
               {"hop", step.hop},
               {"stage", step.stage},
               {"stage_title", step.stage_title},
               {"guide", step.guide},
               {"title", step.title},
               {"after", step.after},
               {"awaits", step.awaits},
               {"produces", step.produces},
               {"consumes", step.consumes},
               {"changes", to_json(step.changes)},
               {"reads", step.reads},
               {"tags", step.tags},
               {"parameters", shown_parameters(step)}};
  if (!step.secret_parameters.empty()) json["secret_parameters"] = step.secret_parameters;
  if (!step.gate.empty()) json["gate"] = step.gate;
  if (!step.irreversible.empty()) json["irreversible"] = step.irreversible;
  if (step.optional) json["optional"] = true;
  if (!step.selected) json["selected"] = false;
  if (!step.gives.empty()) json["gives"] = step.gives;
  if (step.timeout) json["timeout_ms"] = step.timeout->count();
  if (!step.holds.empty()) json["holds"] = to_json(step.holds);
  if (!step.reads_kinds.empty()) json["reads_kinds"] = step.reads_kinds;
  if (!step.stand_ins.empty()) json["stand_ins"] = step.stand_ins;
  return json;
}

void add_once(const std::vector<std::string>& names, std::vector<std::string>& all) {
  for (const auto& name : names) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
}

Result<Plan> plan_of(const Catalog& catalog, Plan plan, const std::vector<const HopOffer*>& path,
                     const Settings& settings) {
  UPSHIFT_TRY(check_names(catalog, settings));
  UPSHIFT_ASSIGN(Expansion expansion, expand(catalog, path, settings));
  plan.warnings = std::move(expansion.warnings);
  for (const auto* hop : path) plan.hops.push_back(hop->id);
  UPSHIFT_ASSIGN(plan.steps, order_steps(catalog, std::move(expansion.stages)));
  UPSHIFT_ASSIGN(plan.left_out, leave_out_optional(plan.steps, settings.with));
  UPSHIFT_TRY(check_values(catalog, plan.steps));
  UPSHIFT_TRY(apply_selection(plan, settings.selection));
  std::vector<std::string> missing;
  for (const auto& step : plan.steps) {
    if (!step.selected) continue;
    add_once(step.stand_ins, plan.stand_ins);
    add_once(step.missing, missing);
  }
  if (missing.empty()) return plan;
  return failure(StatusCode::kFailedPrecondition, fmt::format("a value is needed for {}", join(missing, ", ")),
                 "Set it with --set NAME=VALUE, in the environment or in the configuration file.");
}

}  // namespace

const Step* Plan::find(std::string_view id) const {
  for (const auto& step : steps) {
    if (step.id == id) return &step;
  }
  return nullptr;
}

const Step* Plan::point_of_no_return() const {
  for (const auto& step : steps) {
    if (step.selected && !step.irreversible.empty()) return &step;
  }
  return nullptr;
}

Json to_json(const Plan& plan) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) steps.push_back(to_json(step));
  Json left_out = Json::array();
  for (const auto& one : plan.left_out) left_out.push_back({{"id", one.id}, {"title", one.title}, {"tags", one.tags}});
  const auto* point = plan.point_of_no_return();
  return {{"product", plan.product},
          {"from", plan.from},
          {"to", plan.to},
          {"hops", plan.hops},
          {"steps", std::move(steps)},
          {"point_of_no_return", point == nullptr ? Json() : Json(point->id)},
          {"left_out", left_out},
          {"selection", plan.selection},
          {"stand_ins", plan.stand_ins},
          {"warnings", plan.warnings}};
}

Result<Plan> make_plan(const Catalog& catalog, const std::string& product, const std::string& from,
                       const std::string& to, const Settings& settings) {
  UPSHIFT_ASSIGN(const auto path, find_path(catalog, product, from, to, settings.via));
  return plan_of(catalog, {product, from, to, {}, {}, {}, {}}, path, settings);
}

Result<Plan> make_concern_plan(const Catalog& catalog, const std::string& concern, const Settings& settings) {
  const auto* offer = catalog.concern(concern);
  if (offer == nullptr) {
    return failure(StatusCode::kNotFound, fmt::format("no plugin offers the concern '{}'", concern),
                   "`upshift plugin list` tells what was found and refused.");
  }
  // A hop of one stage: what a hop of a plugin that only used this concern would be.
  StageOffer stage;
  stage.id = stage.uses = concern;
  stage.title = offer->title;
  HopOffer alone;
  alone.plugin = offer->plugin;
  alone.id = "project";
  alone.title = offer->title;
  alone.stages.push_back(std::move(stage));
  return plan_of(catalog, {offer->title, "", "", {}, {}, {}, {}}, {&alone}, settings);
}

}  // namespace upshift::plan
