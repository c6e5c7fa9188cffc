// The final report as one JSON document: config/schemas/report.schema.json, "report": 1.
#include "report/diff.hpp"
#include "report/document.hpp"
#include "report/redaction.hpp"

namespace upshift::report {
namespace {

Json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  Json out = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) out.push_back(to_json(diagnostic));
  return out;
}

Json detail_json(const ChangeDetail& change) {
  const auto [before, after] = redact_pair(change.before, change.after);
  Json out{{"verb", change.verb},
           {"object", change.object},
           {"before", before},
           {"after", after},
           {"diff", diff_objects(change.before, change.after)}};
  if (!change.command.empty()) out["command"] = redact_text(change.command);
  return out;
}

Json step_json(const Document& document, const StepRecord& step) {
  Json changes = Json::array();
  for (const ChangeRecord& change : step.changes) {
    changes.push_back({{"verb", change.verb},
                       {"object", change.object},
                       {"state", change.state},
                       {"http_status", change.http_status}});
  }
  Json out{{"id", step.id},
           {"title", step.title},
           {"hop", step.hop},
           {"stage", step.stage},
           {"stage_title", step.stage_title},
           {"guide", step.guide},
           {"state", step.state == "not reached" ? "not_reached" : step.state},
           {"summary", step.summary},
           {"duration_ms", step.duration.count()},
           {"changes", std::move(changes)},
           {"unchanged", step.unchanged},
           {"awaited", step.awaited},
           {"diagnostics", diagnostics_json(step.diagnostics)}};
  if (!step.gate.empty()) out["gate"] = {{"question", step.gate}, {"answer", step.gate_answer}};
  if (!step.irreversible.empty()) out["irreversible"] = step.irreversible;
  if (document.with_changes) {
    Json details = Json::array();
    for (const ChangeDetail& change : document.changes) {
      if (change.step == step.id) details.push_back(detail_json(change));
    }
    out["change_details"] = std::move(details);
  }
  return out;
}

}  // namespace

Json to_json(const Diagnostic& diagnostic) {
  return {{"severity", to_string(diagnostic.severity)},
          {"summary", redact_text(diagnostic.summary)},
          {"detail", redact_text(diagnostic.detail)},
          {"path", diagnostic.path}};
}

namespace {

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

// As the program's exit status says it.
std::string state_without_run(int exit_status) {
  return exit_status == 0 ? "done" : exit_status == 3 ? "blocked" : "failed";
}

}  // namespace

Json to_json_report(const Document& document) {
  const RunRecord& run = document.run;
  Json steps = Json::array();
  for (const StepRecord& step : run.steps()) steps.push_back(step_json(document, step));
  Json stand_ins = Json::array();
  for (const StandIn& stand_in : document.stand_ins) {
    stand_ins.push_back({{"parameter", stand_in.parameter}, {"description", stand_in.description}});
  }
  std::vector<Diagnostic> diagnostics = document.diagnostics;
  diagnostics.insert(diagnostics.end(), run.diagnostics().begin(), run.diagnostics().end());
  const StepRecord* no_return = run.point_of_no_return();
  Json out{{"report", 1},
           {"command", document.command},
           {"state", run.state().empty() ? state_without_run(document.exit_status) : run.state()},
           {"summary", run.started() ? run.summary() : document.summary},
           {"exit_status", document.exit_status},
           {"detection", document.detection},
           {"run", nullptr},
           {"point_of_no_return", no_return == nullptr ? Json() : Json(no_return->id)},
           {"steps", std::move(steps)},
           {"stand_ins", std::move(stand_ins)},
           {"diagnostics", diagnostics_json(diagnostics)},
           {"saved_state", or_null(document.saved_state)},
           {"journal", or_null(document.journal)},
           {"backup", or_null(document.backup)}};
  if (run.started()) {
    out["run"] = {{"mode", run.mode()},        {"product", run.product()},
                  {"from", run.from()},        {"to", run.to()},
                  {"target", run.target()},    {"duration_ms", run.duration().count()},
                  {"done", run.count("done")}, {"skipped", run.count("skipped")},
                  {"changes", run.changes()}};
  }
  return out;
}

}  // namespace upshift::report
