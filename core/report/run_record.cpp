#include "report/run_record.hpp"

#include <algorithm>

namespace upshift::report {
namespace {

Severity severity_of(const std::string& name) {
  for (const Severity severity : {Severity::kDebug, Severity::kInfo, Severity::kWarning}) {
    if (name == to_string(severity)) return severity;
  }
  return Severity::kError;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

Diagnostic diagnostic_of(const Json& data) {
  return {severity_of(string_at(data, "/severity")), string_at(data, "/summary"), string_at(data, "/detail"),
          string_at(data, "/path")};
}

std::size_t steps_over(const Json& run) {
  const auto& steps = array_at(run, "/steps");
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const Json& step) { return !string_at(step, "/state").empty(); }));
}

void RunRecord::on_event(const Event& event) {
  if (event.kind == Event::Kind::kRunStarted) {
    start_run(event.data);
  } else if (event.kind == Event::Kind::kRunEnded) {
    state_ = string_at(event.data, "/state");
    summary_ = string_at(event.data, "/summary");
    duration_ = Duration(int_at(event.data, "/duration_ms"));
  } else if (!event.step.empty()) {
    on_step_event(event);
  } else if (event.kind == Event::Kind::kDiagnostic) {
    diagnostics_.push_back(diagnostic_of(event.data));
  }
}

void RunRecord::start_run(const Json& data) {
  started_ = true;
  mode_ = string_at(data, "/mode");
  product_ = string_at(data, "/product");
  from_ = string_at(data, "/from");
  to_ = string_at(data, "/to");
  target_ = string_at(data, "/target");
  for (const Json& item : array_at(data, "/steps")) {
    StepRecord& record = step(string_at(item, "/id"));
    record.title = string_at(item, "/title");
    record.hop = string_at(item, "/hop");
    record.stage = string_at(item, "/stage");
    record.stage_title = string_at(item, "/stage_title");
    record.guide = string_at(item, "/guide");
    record.gate = string_at(item, "/gate");
    record.irreversible = string_at(item, "/irreversible");
    if (const auto state = string_at(item, "/state"); !state.empty()) record.state = state;
    record.summary = string_at(item, "/summary");
  }
}

void RunRecord::on_step_event(const Event& event) {
  StepRecord& record = step(event.step);
  const Json& data = event.data;
  switch (event.kind) {
    case Event::Kind::kStepStarted:
      record.state = "running";
      if (record.title.empty()) record.title = string_at(data, "/title");
      break;
    case Event::Kind::kStepChecked:
      record.summary = string_at(data, "/summary");
      break;
    case Event::Kind::kGate:
      record.gate_answer = string_at(data, "/answer");
      break;
    case Event::Kind::kChange:
      record.changes.push_back({string_at(data, "/verb"), string_at(data, "/object"), string_at(data, "/state"),
                                static_cast<int>(int_at(data, "/http_status"))});
      break;
    case Event::Kind::kUnchanged:
      add_once(record.unchanged, string_at(data, "/object"));
      break;
    case Event::Kind::kWaiting:
      for (const Json& condition : array_at(data, "/conditions"))
        add_once(record.awaited, string_at(condition, "/text"));
      break;
    case Event::Kind::kDiagnostic:
      record.diagnostics.push_back(diagnostic_of(data));
      break;
    case Event::Kind::kStepEnded:
      record.state = string_at(data, "/state");
      if (const auto summary = string_at(data, "/summary"); !summary.empty()) record.summary = summary;
      record.duration = Duration(int_at(data, "/duration_ms"));
      break;
    default:
      break;
  }
}

StepRecord& RunRecord::step(const std::string& id) {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [&](const StepRecord& record) { return record.id == id; });
  if (found != steps_.end()) return *found;
  steps_.emplace_back().id = id;
  return steps_.back();
}

const StepRecord* RunRecord::point_of_no_return() const {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [](const auto& step) { return !step.irreversible.empty(); });
  return found == steps_.end() ? nullptr : &*found;
}

int RunRecord::count(std::string_view state) const {
  return static_cast<int>(
      std::count_if(steps_.begin(), steps_.end(), [&](const auto& step) { return step.state == state; }));
}

int RunRecord::changes() const {
  int total = 0;
  for (const auto& step : steps_) total += static_cast<int>(step.changes.size());
  return total;
}

}  // namespace upshift::report
