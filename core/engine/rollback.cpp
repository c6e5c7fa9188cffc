#include "engine/rollback.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "engine/run.hpp"
#include "engine/step_services.hpp"
#include "engine/undo_writer.hpp"
#include "engine/wait_for.hpp"

namespace upshift::engine {
namespace {

using journal::RunState;
using journal::StepState;

class Rollback {
 public:
  Rollback(const RollbackPlan& plan, const Dependencies& with, const RollbackRequest& request)
      : plan_(plan), with_(with), request_(request), writer_(with, request.scope.on_conflict) {}

  RollbackResult run() {
    started_ = now();
    result_.left = plan_.left;
    auto status = carry_out();
    if (!status) stopped_by(status.error());
    summarize();
    record_end();
    return std::move(result_);
  }

 private:
  Status carry_out() {
    UPSHIFT_TRY(begin_record());
    UPSHIFT_TRY(pass_points_of_no_return());
    for (const auto& conflict : plan_.conflicts) writer_.leave_alone(conflict.change);
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      if (with_.cancelled()) return interrupted();
      UPSHIFT_TRY(undo_step(plan_.steps[i], i + 1));
    }
    UPSHIFT_TRY(await_rollouts());
    result_.outcome = RunState::kDone;
    return {};
  }

  // The unfinished rollback of this upgrade, or a new one.
  Status begin_record() {
    UPSHIFT_ASSIGN(const auto runs, with_.journal.runs());
    const auto newest = plan_.runs.front();
    if (!runs.empty() && runs.back().mode == "rollback" && runs.back().undoes == newest.id &&
        runs.back().state != RunState::kDone) {
      result_.run = runs.back().id;
      UPSHIFT_TRY(with_.journal.reopen_run(result_.run));
      UPSHIFT_TRY(writer_.know(result_.run));
      UPSHIFT_ASSIGN(const auto attempts, with_.journal.steps(result_.run));
      for (const auto& attempt : attempts) attempts_[attempt.step] = attempt.attempt;
    } else {
      UPSHIFT_ASSIGN(result_.run, with_.journal.begin_run({0,
                                                           "rollback",
                                                           newest.product,
                                                           newest.to_version,
                                                           newest.from_version,
                                                           with_.target,
                                                           {{"to", request_.scope.to}, {"steps", announced()}},
                                                           started_,
                                                           {},
                                                           RunState::kRunning,
                                                           newest.files,
                                                           newest.id}));
      UPSHIFT_TRY(with_.journal.flush());
    }
    emit(Event::Kind::kRunStarted, "",
         {{"mode", "rollback"},
          {"product", newest.product},
          {"from", newest.to_version},
          {"to", newest.from_version},
          {"target", with_.target},
          {"steps", announced()}});
    return {};
  }

  Json announced() const {
    Json steps = Json::array();
    for (const auto& one : plan_.steps) {
      steps.push_back({{"id", one.step.id},
                       {"title", one.step.title},
                       {"hop", one.step.hop},
                       {"stage", one.step.stage},
                       {"stage_title", one.step.stage_title},
                       {"guide", one.step.guide},
                       {"gate", ""},
                       {"irreversible", one.step.irreversible}});
    }
    return steps;
  }

  Status pass_points_of_no_return() {
    for (const auto& point : plan_.points_of_no_return) {
      plan::Step question = point;
      question.gate =
          fmt::format("{} is a point of no return: {}. Take back all the rest?", point.id, point.irreversible);
      const GateAnswer answer = with_.gate ? with_.gate(question) : GateAnswer{};
      emit(Event::Kind::kGate, point.id,
           {{"question", question.gate}, {"answer", answer.yes ? "yes" : "no"}, {"by", answer.by}});
      if (answer.yes) continue;
      blocked_ = true;
      return failure(
          StatusCode::kFailedPrecondition, fmt::format("{} is a point of no return: {}", point.id, point.irreversible),
          fmt::format("Say --yes-to {} to take back all the rest, or roll back --to a later step. Nothing was "
                      "sent.{}{}",
                      point.id, answer.advice.empty() ? "" : " ", answer.advice));
    }
    return {};
  }

  Status undo_step(const UndoStep& undo, std::size_t index) {
    StepScope scope{with_, undo.step, undo.run, 0, plugin::Operation::kUndo, 0, {}};
    for (const auto& name : undo.step.secret_parameters) {
      if (undo.step.parameters.contains(name)) scope.redactor.add(undo.step.parameters.at(name));
    }
    const TimePoint begun = now();
    emit(Event::Kind::kStepStarted, undo.step.id,
         {{"index", index}, {"total", plan_.steps.size()}, {"title", undo.step.title}});
    UPSHIFT_ASSIGN(scope.step_run,
                   with_.journal.begin_step(result_.run, undo.step.id, ++attempts_[undo.step.id], begun));
    auto state = undo_changes(undo, scope);
    result_.changes += scope.changes;
    std::string summary = state ? summary_of(*state, scope) : state.error().summary;
    const auto ended = !state ? StepState::kFailed : *state > 0 ? StepState::kFailed : StepState::kDone;
    UPSHIFT_TRY(with_.journal.end_step(scope.step_run, ended, summary, Json::object(), now()));
    emit(Event::Kind::kStepEnded, undo.step.id,
         {{"state", std::string(journal::to_string(ended))},
          {"summary", summary},
          {"duration_ms", (now() - begun).count()},
          {"changes", scope.changes}});
    if (!state) return failure(std::move(state.error()).with_context(undo.step.id));
    result_.steps += ended == StepState::kDone ? 1 : 0;
    return {};
  }

  static std::string summary_of(int conflicts, const StepScope& scope) {
    return conflicts == 0 ? fmt::format("{} changes taken back", scope.changes)
                          : fmt::format("{} changes taken back, {} objects left alone", scope.changes, conflicts);
  }

  // The number of changes that are left alone.
  Result<int> undo_changes(const UndoStep& undo, StepScope& scope) {
    bool asked = false;
    int left_alone = 0;
    for (const auto& change : undo.changes) {
      if (with_.cancelled()) UPSHIFT_TRY(interrupted());
      if (is_of_object(change)) {
        UPSHIFT_ASSIGN(const auto end, writer_.undo(change, scope));
        left_alone += end == UndoWriter::End::kConflict || end == UndoWriter::End::kSkipped ? 1 : 0;
      } else if (!std::exchange(asked, true)) {
        UPSHIFT_TRY(ask_plugin(undo, scope));
      }
    }
    return left_alone;
  }

  // What the journal cannot invert.
  Status ask_plugin(const UndoStep& undo, StepScope& scope) {
    auto* const plugin = undo.step.plugin.empty() ? nullptr : with_.plugin(undo.step.plugin);
    if (plugin == nullptr || !plugin->has(plugin::Operation::kUndo, undo.step.subject)) return {};
    StepServices services(scope);
    UPSHIFT_TRY(plugin->run(plugin::Operation::kUndo, undo.step.subject,
                            {{"step", undo.step.id}, {"parameters", undo.step.parameters}, {"attempt", 1}}, services));
    return {};
  }

  Status await_rollouts() {
    UPSHIFT_ASSIGN(const auto conditions, writer_.rollouts());
    if (conditions.empty()) return {};
    UPSHIFT_ASSIGN(auto outcome, wait_for(with_, "", conditions, request_.budget));
    if (outcome.cancelled) return interrupted();
    result_.rollouts = std::move(outcome.failures);
    return {};
  }

  static Status interrupted() { return failure(StatusCode::kCancelled, "interrupted, safe to call again"); }

  void stopped_by(const Error& error) {
    result_.unreachable = error.code == StatusCode::kUnavailable || error.code == StatusCode::kUnauthenticated;
    result_.outcome = blocked_                               ? RunState::kBlocked
                      : error.code == StatusCode::kCancelled ? RunState::kInterrupted
                                                             : RunState::kFailed;
    result_.summary = error.summary;
    if (!error.detail.empty()) result_.summary += " – " + error.detail;
  }

  void summarize() {
    result_.conflicts = plan_.conflicts;
    result_.conflicts.insert(result_.conflicts.end(), writer_.conflicts().begin(), writer_.conflicts().end());
    const auto& newest = plan_.runs.front();
    const auto what = newest.from_version.empty()
                          ? newest.product
                          : fmt::format("{} {} → {}", newest.product, newest.to_version, newest.from_version);
    if (result_.outcome != RunState::kDone) {
      result_.summary = fmt::format("{}: {}", what, result_.summary);
      return;
    }
    result_.summary = fmt::format("{}: {} steps taken back, {} changes", what, result_.steps, result_.changes);
    if (!result_.conflicts.empty()) {
      result_.summary += fmt::format("; {} objects were left alone", result_.conflicts.size());
      result_.outcome = RunState::kFailed;
    }
    if (!result_.rollouts.empty()) {
      result_.summary += "; not rolled out: " + join(result_.rollouts, "; ");
      result_.outcome = RunState::kFailed;
    }
  }

  void record_end() {
    if (result_.run == 0) return;
    const auto stored = with_.journal.end_run(result_.run, result_.outcome, now());
    if (!stored) {
      result_.summary += fmt::format(" (the end cannot be recorded: {})", stored.error().summary);
      if (result_.outcome == RunState::kDone) result_.outcome = RunState::kFailed;
    }
    emit(Event::Kind::kRunEnded, "",
         {{"state", std::string(journal::to_string(result_.outcome))},
          {"summary", result_.summary},
          {"duration_ms", (now() - started_).count()},
          {"done", result_.steps},
          {"skipped", 0},
          {"changes", result_.changes}});
  }

  TimePoint now() const { return with_.client.clock().now(); }
  void emit(Event::Kind kind, const std::string& step, Json data) {
    with_.events.on_event({kind, now(), step, std::move(data)});
  }

  const RollbackPlan& plan_;
  const Dependencies& with_;
  const RollbackRequest& request_;
  UndoWriter writer_;
  std::map<std::string, int> attempts_;
  bool blocked_ = false;
  TimePoint started_;
  RollbackResult result_;
};

}  // namespace

int RollbackResult::exit_status() const {
  return exit_status_of(outcome, unreachable ? 5 : conflicts.empty() ? 1 : 4);
}

RollbackResult rollback(const RollbackPlan& plan, const Dependencies& with, const RollbackRequest& request) {
  return Rollback(plan, with, request).run();
}

}  // namespace upshift::engine
