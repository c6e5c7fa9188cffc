#include "engine/run.hpp"

#include <fmt/format.h>
#include <memory>
#include <set>

#include "engine/settling.hpp"
#include "plan/record.hpp"

namespace upshift::engine {
namespace {

using journal::RunState;
using journal::StepState;

Json announced(const plan::Plan& plan, const Past& past, const std::set<std::string>& over) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) {
    steps.push_back({{"id", step.id},
                     {"title", step.title},
                     {"hop", step.hop},
                     {"stage", step.stage},
                     {"stage_title", step.stage_title},
                     {"guide", step.guide},
                     {"gate", step.gate},
                     {"irreversible", step.irreversible}});
    const auto known = past.steps.find(step.id);
    if (!over.contains(step.id)) continue;
    steps.back()["state"] = journal::to_string(known->second.state);
    steps.back()["summary"] = known->second.summary;
  }
  return steps;
}

class Loop {
 public:
  Loop(const plan::Plan& plan, const Dependencies& with, std::optional<journal::RunId> resumed)
      : plan_(plan), with_(with), resumed_(resumed) {}

  RunResult run() {
    started_ = now();
    auto begun = begin_record();
    if (!begun) return not_begun(begun.error());
    auto settled = settle();
    if (!settled) return refuse(std::move(settled.error()));
    while (turn() && wait()) continue;
    finish();
    return std::move(result_);
  }

 private:
  Status begin_record() {
    if (resumed_) {
      result_.run = *resumed_;
      UPSHIFT_TRY(take_up());
      UPSHIFT_TRY(with_.journal.reopen_run(result_.run));
    } else {
      UPSHIFT_ASSIGN(result_.run, with_.journal.begin_run({0,
                                                           with_.mode,
                                                           plan_.product,
                                                           plan_.from,
                                                           plan_.to,
                                                           with_.target,
                                                           plan::to_json(plan_),
                                                           started_,
                                                           {},
                                                           RunState::kRunning,
                                                           with_.backup}));
      const Json secrets = plan::secrets_of(plan_);
      if (!secrets.empty())
        UPSHIFT_TRY(with_.journal.set_value(result_.run, "", plan::kSecretParameters, secrets, true));
      UPSHIFT_TRY(with_.journal.flush());
    }
    emit(Event::Kind::kRunStarted, {{"mode", with_.mode},
                                    {"product", plan_.product},
                                    {"from", plan_.from},
                                    {"to", plan_.to},
                                    {"target", with_.target},
                                    {"resumed", resumed_.has_value()},
                                    {"steps", announced(plan_, past_, over_)}});
    return {};
  }

  // What the run had come to: steps that are over are not begun again.
  Status take_up() {
    UPSHIFT_ASSIGN(past_, past_of(with_.journal, result_.run));
    begun_.clear();
    over_.clear();
    result_.done = result_.skipped = result_.changes = 0;
    for (const auto& step : plan_.steps) {
      const auto known = past_.steps.find(step.id);
      if (known == past_.steps.end() || !known->second.is_over()) continue;
      // What comes after a step that was taken back is looked at again, also where it had nothing to do.
      const auto is_over = [this](const std::string& id) { return over_.contains(id); };
      if (!std::all_of(step.after.begin(), step.after.end(), is_over)) continue;
      begun_.insert(step.id);
      over_.insert(step.id);
      (known->second.state == StepState::kDone ? result_.done : result_.skipped) += 1;
      result_.changes += known->second.changes;
    }
    return {};
  }

  // Nothing is sent while nobody knows what has been.
  Status settle() {
    UPSHIFT_ASSIGN(const auto foreign, settle_open_changes(with_, result_.run));
    for (const auto& one : foreign) {
      plan::Step question;
      question.id = one.change.step;
      question.gate = one.text() + ". Go on, and let the step set it as it should be?";
      const GateAnswer answer = with_.gate ? with_.gate(question) : GateAnswer{};
      with_.events.on_event({Event::Kind::kGate,
                             now(),
                             question.id,
                             {{"question", question.gate}, {"answer", answer.yes ? "yes" : "no"}, {"by", answer.by}}});
      if (answer.yes) continue;
      return failure(StatusCode::kFailedPrecondition, one.text(),
                     "Mend the object, or resume with --yes-to " + one.change.step + ". Nothing was sent.");
    }
    return resumed_ ? take_up() : Status();
  }

  RunResult not_begun(const Error& error) {
    result_.summary = fmt::format("the run was not {}: {}", resumed_ ? "resumed" : "begun, since it cannot be recorded",
                                  error.summary);
    for (const auto& step : plan_.steps) result_.not_started.push_back(step.id);
    return std::move(result_);
  }

  RunResult refuse(Error error) {
    result_.unreachable = error.code == StatusCode::kUnavailable || error.code == StatusCode::kUnauthenticated;
    result_.outcome = error.code == StatusCode::kFailedPrecondition ? RunState::kBlocked : RunState::kFailed;
    result_.summary = fmt::format("{}: not {}: {}{}{}", what(), resumed_ ? "resumed" : "begun", error.summary,
                                  error.detail.empty() ? "" : " – ", error.detail);
    for (const auto& step : plan_.steps) {
      if (!over_.contains(step.id)) result_.not_started.push_back(step.id);
    }
    record_end();
    return std::move(result_);
  }

  std::string what() const {
    return plan_.from.empty() ? plan_.product : fmt::format("{} {} → {}", plan_.product, plan_.from, plan_.to);
  }

  // One look at everything; false when nothing is left to do or to wait for.
  bool turn() {
    if (with_.cancelled()) {
      interrupt();
      return false;
    }
    for (auto& step : running_) step->advance();
    collect();
    if (!running_.empty() && out_of_reach()) {
      give_up(unreachable());
      return false;
    }
    while (auto next = startable()) {
      begin(*next);
      collect();
      if (with_.cancelled()) return true;
    }
    return !running_.empty();
  }

  std::optional<std::size_t> startable() const {
    if (stopping_) return {};
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto& step = plan_.steps[i];
      if (begun_.contains(step.id)) continue;
      const auto is_over = [this](const std::string& id) { return over_.contains(id); };
      if (std::all_of(step.after.begin(), step.after.end(), is_over)) return i;
    }
    return {};
  }

  void begin(std::size_t index) {
    const auto& step = plan_.steps[index];
    begun_.insert(step.id);
    order_.push_back(step.id);
    const auto known = past_.steps.find(step.id);
    running_.push_back(std::make_unique<StepRun>(with_, step, result_.run,
                                                 known == past_.steps.end() ? nullptr : &known->second, index + 1,
                                                 plan_.steps.size()));
    running_.back()->start();
  }

  void collect() {
    for (const auto& step : running_) {
      if (!step->ended()) continue;
      const auto& one = step->result();
      const bool fine = one.state == StepState::kDone || one.state == StepState::kSkipped;
      if (fine) over_.insert(one.id);
      stopping_ = stopping_ || !fine;
      ended_[one.id] = one;
    }
    std::erase_if(running_, [](const auto& step) { return step->ended(); });
  }

  // False where it cannot be recorded what is awaited: nothing more is begun then.
  bool wait() {
    if (auto kept = with_.journal.flush(); !kept) {
      give_up(std::move(kept.error()).with_context("what was done cannot be recorded"));
      return false;
    }
    const TimePoint at = now();
    TimePoint until = at + std::chrono::seconds(10);
    for (const auto& step : running_) until = std::min(until, step->wake());
    if (const TimePoint retry = with_.cache.next_retry(); retry > at) until = std::min(until, retry);
    // A moment ahead at least, so that time cannot stand still.
    with_.client.transport().wait(std::max(until, at + std::chrono::milliseconds(1)));
    return true;
  }

  void interrupt() {
    interrupted_ = true;
    give_up({StatusCode::kCancelled, "interrupted while it waited; safe to resume", "Resume when ready.", "", {}});
  }

  void give_up(const Error& why) {
    for (auto& step : running_) step->give_up(why);
    collect();
  }

  bool out_of_reach() const {
    return with_.cache.trouble() != nullptr && now() - with_.cache.trouble_since() >= with_.patience;
  }

  Error unreachable() const {
    const Error& trouble = *with_.cache.trouble();
    const bool refused = trouble.code == StatusCode::kUnauthenticated;
    return {trouble.code,
            fmt::format("{} for {}: {}",
                        refused ? "the cluster has not accepted the credentials" : "the cluster has been out of reach",
                        to_text(std::chrono::duration_cast<Duration>(now() - with_.cache.trouble_since())),
                        trouble.summary),
            fmt::format("What was sent goes on there. {}",
                        refused ? trouble.detail + " Then resume." : "Resume when the cluster answers again."),
            "",
            {}};
  }

  void finish() {
    result_.outcome = interrupted_ ? RunState::kInterrupted : RunState::kDone;
    const StepResult* stopped_by = nullptr;
    for (const auto& id : order_) {
      const auto& one = result_.steps.emplace_back(ended_[id]);
      result_.done += one.state == StepState::kDone ? 1 : 0;
      result_.skipped += one.state == StepState::kSkipped ? 1 : 0;
      result_.changes += one.changes;
    }
    for (const auto& one : result_.steps) {
      const bool failed = one.state == StepState::kFailed;
      if (!failed && one.state != StepState::kBlocked) continue;
      if (stopped_by == nullptr || (failed && stopped_by->state == StepState::kBlocked)) stopped_by = &one;
    }
    for (const auto& step : plan_.steps) {
      if (!begun_.contains(step.id)) result_.not_started.push_back(step.id);
    }
    if (stopped_by != nullptr && stopped_by->error) {
      const auto code = stopped_by->error->code;
      result_.unreachable = code == StatusCode::kUnavailable || code == StatusCode::kUnauthenticated;
    }
    if (!interrupted_ && stopped_by != nullptr) {
      result_.outcome = stopped_by->state == StepState::kFailed ? RunState::kFailed : RunState::kBlocked;
    }
    summarize(stopped_by);
    record_end();
  }

  void summarize(const StepResult* stopped_by) {
    switch (result_.outcome) {
      case RunState::kDone:
        result_.summary = fmt::format("{}: {} steps done, {} skipped, {} changes", what(), result_.done,
                                      result_.skipped, result_.changes);
        break;
      case RunState::kInterrupted:
        result_.summary = what() + ": interrupted, safe to resume";
        break;
      case RunState::kBlocked:
        result_.summary = fmt::format("{}: blocked at {}: {}", what(), stopped_by->id, stopped_by->summary);
        break;
      default:
        result_.summary = fmt::format("{}: failed at {}: {}", what(), stopped_by->id, stopped_by->summary);
        break;
    }
  }

  void record_end() {
    const auto stored = with_.journal.end_run(result_.run, result_.outcome, now());
    if (!stored) {
      result_.summary += fmt::format(" (the end of the run cannot be recorded: {})", stored.error().summary);
      if (result_.outcome == RunState::kDone) result_.outcome = RunState::kFailed;
    }
    emit(Event::Kind::kRunEnded, {{"state", std::string(journal::to_string(result_.outcome))},
                                  {"summary", result_.summary},
                                  {"duration_ms", (now() - started_).count()},
                                  {"done", result_.done},
                                  {"skipped", result_.skipped},
                                  {"changes", result_.changes}});
  }

  TimePoint now() const { return with_.client.clock().now(); }
  void emit(Event::Kind kind, Json data) { with_.events.on_event({kind, now(), "", std::move(data)}); }

  const plan::Plan& plan_;
  const Dependencies& with_;
  const std::optional<journal::RunId> resumed_;
  Past past_;
  TimePoint started_;
  std::vector<std::unique_ptr<StepRun>> running_;
  std::set<std::string> begun_, over_;
  std::vector<std::string> order_;
  std::map<std::string, StepResult> ended_;
  bool stopping_ = false;
  bool interrupted_ = false;
  RunResult result_;
};

}  // namespace

int exit_status_of(RunState outcome, int failed) {
  switch (outcome) {
    case RunState::kDone:
      return 0;
    case RunState::kBlocked:
      return 3;
    case RunState::kInterrupted:
      return 130;
    default:
      return failed;
  }
}

int RunResult::exit_status() const {
  return lock_lost && outcome != RunState::kDone ? 6 : exit_status_of(outcome, unreachable ? 5 : 1);
}

RunResult run(const plan::Plan& plan, const Dependencies& with) {
  return Loop(plan, with, std::nullopt).run();
}

RunResult resume(const plan::Plan& plan, const Dependencies& with, journal::RunId run) {
  return Loop(plan, with, run).run();
}

}  // namespace upshift::engine
