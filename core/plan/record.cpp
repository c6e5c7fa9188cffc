#include "plan/record.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upshift::plan {
namespace {

std::vector<std::string> texts(const Json& json, const char* pointer) {
  std::vector<std::string> out;
  for (const Json& item : array_at(json, pointer)) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::vector<Permission> permissions(const Json& json, const char* pointer) {
  std::vector<Permission> list;
  for (const Json& one : array_at(json, pointer)) list.push_back({string_at(one, "/resource"), texts(one, "/verbs")});
  return list;
}

Step step_of(const Json& json, const Json& secrets) {
  Step step;
  step.id = string_at(json, "/id");
  step.subject = string_at(json, "/subject");
  step.plugin = string_at(json, "/plugin");
  step.hop = string_at(json, "/hop");
  step.stage = string_at(json, "/stage");
  step.stage_title = string_at(json, "/stage_title");
  step.guide = string_at(json, "/guide");
  step.title = string_at(json, "/title");
  step.parameters = object_at(json, "/parameters");
  step.secret_parameters = texts(json, "/secret_parameters");
  step.after = texts(json, "/after");
  step.awaits = texts(json, "/awaits");
  step.produces = texts(json, "/produces");
  step.consumes = texts(json, "/consumes");
  step.tags = texts(json, "/tags");
  step.gate = string_at(json, "/gate");
  step.irreversible = string_at(json, "/irreversible");
  step.changes = permissions(json, "/changes");
  step.holds = permissions(json, "/holds");
  step.reads = texts(json, "/reads");
  step.reads_kinds = texts(json, "/reads_kinds");
  if (find(json, "/timeout_ms") != nullptr) step.timeout = Duration(int_at(json, "/timeout_ms"));
  step.stand_ins = texts(json, "/stand_ins");
  step.optional = bool_at(json, "/optional");
  step.selected = bool_at(json, "/selected", true);
  step.gives = texts(json, "/gives");
  for (const auto& [name, value] : object_at(secrets, "/" + escape_pointer(step.id)).items()) {
    step.parameters[name] = value;
  }
  return step;
}

}  // namespace

Json secrets_of(const Plan& plan) {
  Json secrets = Json::object();
  for (const auto& step : plan.steps) {
    for (const auto& name : step.secret_parameters) {
      if (step.parameters.contains(name)) secrets[step.id][name] = step.parameters.at(name);
    }
  }
  return secrets;
}

bool is_whole(const Json& record) {
  const auto& steps = array_at(record, "/steps");
  return std::none_of(steps.begin(), steps.end(),
                      [](const Json& step) { return string_at(step, "/id").empty() || !find(step, "/subject"); });
}

Plan with_recorded_parameters(Plan anew, const Json& record) {
  for (auto& step : anew.steps) {
    for (const Json& recorded : array_at(record, "/steps")) {
      if (string_at(recorded, "/id") != step.id) continue;
      for (const auto& [name, value] : object_at(recorded, "/parameters").items()) {
        if (step.parameters.contains(name) && value != kHiddenSecret) step.parameters[name] = value;
      }
    }
  }
  return anew;
}

Result<Plan> plan_of_record(const Json& record, const Json& secrets) {
  Plan plan;
  plan.product = string_at(record, "/product");
  plan.from = string_at(record, "/from");
  plan.to = string_at(record, "/to");
  plan.hops = texts(record, "/hops");
  plan.stand_ins = texts(record, "/stand_ins");
  if (const Json* selection = find(record, "/selection")) plan.selection = *selection;
  plan.warnings = texts(record, "/warnings");
  for (const Json& step : array_at(record, "/steps")) plan.steps.push_back(step_of(step, secrets));
  for (const auto& step : plan.steps) {
    if (step.id.empty() || step.subject.empty()) {
      return failure(StatusCode::kFailedPrecondition, "the journal does not hold the whole plan of the run",
                     "Carry the upgrade on with `upshift run`: it does what is left.");
    }
    for (const auto& name : step.secret_parameters) {
      if (step.parameters.value(name, Json()) != kHiddenSecret) continue;
      return failure(StatusCode::kFailedPrecondition,
                     fmt::format("the journal does not hold the secret parameter {} of step {}", name, step.id),
                     "The run was stopped before it began. Start it anew with `upshift run`.");
    }
  }
  if (!plan.steps.empty()) return plan;
  return failure(StatusCode::kFailedPrecondition, "the journal holds no plan of the run");
}

}  // namespace upshift::plan
