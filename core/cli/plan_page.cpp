#include "cli/plan_page.hpp"

#include <algorithm>

namespace upshift::cli {

std::vector<const plan::Step*> saved_before(const plan::Plan& plan, const plan::Step& step) {
  std::vector<const plan::Step*> all;
  std::vector<const plan::Step*> of_hop;
  for (const auto& other : plan.steps) {
    if (other.id == step.id) break;
    if (!other.selected || std::find(other.tags.begin(), other.tags.end(), "backup") == other.tags.end()) continue;
    all.push_back(&other);
    if (other.hop == step.hop) of_hop.push_back(&other);
  }
  return of_hop.empty() ? all : of_hop;
}

std::vector<std::string> changes_of(const report::StepRecord& step) {
  std::vector<std::string> out;
  for (const auto& change : step.changes) {
    std::string text = change.verb + " " + change.object;
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

const report::StepRecord* rehearsed_step(const PlanPage& page, const std::string& id) {
  for (const auto& step : page.rehearsed.steps()) {
    if (step.id == id) return &step;
  }
  return nullptr;
}

namespace {

Json missing_json(const PlanPage& page) {
  Json out = Json::array();
  for (const auto& one : page.missing) out.push_back({{"id", one.id}, {"title", one.title}, {"why", one.why}});
  return out;
}

Json steps_json(const PlanPage& page, Json steps) {
  for (Json& step : steps) {
    const auto* seen = rehearsed_step(page, step["id"].get<std::string>());
    if (seen == nullptr) continue;
    step["rehearsed"] = {{"state", seen->state == "not reached" ? "not_reached" : seen->state},
                         {"summary", seen->summary},
                         {"changes", changes_of(*seen)},
                         {"awaited", seen->awaited},
                         {"duration_ms", seen->duration.count()}};
  }
  return steps;
}

Json points_json(const plan::Plan& plan) {
  Json out = Json::array();
  for (const auto& step : plan.steps) {
    if (!step.selected || step.irreversible.empty()) continue;
    Json backups = Json::array();
    for (const auto* backup : saved_before(plan, step)) backups.push_back(backup->id);
    out.push_back({{"step", step.id}, {"why", step.irreversible}, {"backups", std::move(backups)}});
  }
  return out;
}

Json rehearsal_json(const PlanPage& page) {
  if (!page.rehearsed.started()) return nullptr;
  Json rollouts = Json::object();
  for (const auto& [name, hops] : page.restarts) {
    std::int64_t all = 0;
    for (const auto& [hop, count] : hops) all += count;
    rollouts[name] = all;
  }
  return {{"state", page.rehearsed.state()},
          {"summary", page.rehearsed.summary()},
          {"duration_ms", page.rehearsed.duration().count()},
          {"rollouts", std::move(rollouts)},
          {"rollouts_by_hop", page.restarts}};
}

}  // namespace

Json plan_page_json(const PlanPage& page) {
  Json plan = to_json(page.plan);
  Json stand_ins = Json::array();
  for (const auto& stand_in : page.stand_ins) {
    stand_ins.push_back({{"parameter", stand_in.parameter}, {"description", stand_in.description}});
  }
  Json warnings = Json::array();
  for (const auto& warning : page.warnings) warnings.push_back(report::to_json(warning));
  return {{"plan", 1},
          {"product", page.version.product},
          {"from", page.version.from},
          {"to", page.version.to},
          {"nothing_to_do", page.version.nothing_to_do},
          {"detection", page.version.detection},
          {"hops", plan["hops"]},
          {"steps", steps_json(page, std::move(plan["steps"]))},
          {"point_of_no_return", plan["point_of_no_return"]},
          {"points_of_no_return", points_json(page.plan)},
          {"left_out", plan["left_out"]},
          {"selection", plan["selection"]},
          {"missing", missing_json(page)},
          {"stand_ins", std::move(stand_ins)},
          {"warnings", std::move(warnings)},
          {"rehearsal", rehearsal_json(page)}};
}

}  // namespace upshift::cli
