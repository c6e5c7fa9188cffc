#include "engine/step_run.hpp"

#include <fmt/format.h>

#include "engine/proof.hpp"
#include "engine/undo_writer.hpp"

namespace upshift::engine {
namespace {

using journal::StepState;
using plugin::Operation;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kReportEvery = seconds(10);
constexpr Duration kVerifyAgain = seconds(5);
constexpr Duration kVerifyAtMost = minutes(10);
constexpr int kLogLines = 10;

std::string with_advice(const cluster::Verdict& verdict) {
  return verdict.advice.empty() ? verdict.reason : fmt::format("{} – {}", verdict.reason, verdict.advice);
}

}  // namespace

StepRun::StepRun(const Dependencies& with, const plan::Step& step, journal::RunId run, const PastStep* past,
                 std::size_t index, std::size_t total)
    : step_(step),
      past_(past),
      attempt_(past == nullptr ? 1 : past->attempt + 1),
      scope_{with, step, run, 0, Operation::kCheck, past == nullptr ? 0 : past->changes, {}},
      services_(scope_),
      index_(index),
      total_(total) {
  result_.id = step.id;
  if (past != nullptr && past->cut_off) scope_.answered = past->answered;
  for (const auto& name : step.secret_parameters) {
    if (step.parameters.contains(name)) scope_.redactor.add(step.parameters.at(name));
  }
}

Result<Json> StepRun::call(Operation operation, int attempt) {
  scope_.operation = operation;
  // An apply goes on from what its check has just seen; everything else looks anew.
  if (operation != Operation::kApply) scope_.seen.forget();
  return plugin_->run(operation, step_.subject,
                      {{"step", step_.id}, {"parameters", step_.parameters}, {"attempt", attempt}}, services_);
}

void StepRun::start() {
  started_ = scope_.now();
  scope_.emit(Event::Kind::kStepStarted, {{"index", index_}, {"total", total_}, {"title", step_.title}});
  auto id = scope_.with.journal.begin_step(scope_.run, step_.id, attempt_, started_);
  if (!id) return fail(std::move(id.error()).with_context("the step was not begun, since it cannot be recorded"));
  scope_.step_run = *id;
  plugin_ = scope_.with.plugin(step_.plugin);
  if (plugin_ == nullptr) {
    return fail({StatusCode::kNotFound,
                 fmt::format("the plugin {} is not loaded", step_.plugin),
                 "See `upshift plugin list` for why.",
                 "",
                 {}});
  }
  if (!take_up() && (!check() || !pass_gate() || !apply())) return;
  if (ended()) return;
  phase_ = Phase::kAwaiting;
  advance();
}

bool StepRun::check() {
  if (!plugin_->has(Operation::kCheck, step_.subject)) return step_.selected || prove("pending", "");
  auto reply = call(Operation::kCheck, attempt_);
  if (!reply) {
    fail(std::move(reply.error()));
    return false;
  }
  const auto state = string_at(*reply, "/state");
  auto summary = scope_.redactor.clean(string_at(*reply, "/summary"));
  scope_.emit(Event::Kind::kStepChecked, {{"state", state}, {"summary", summary}});
  replies_["check"] = std::move(*reply);
  if (!step_.selected) return prove(state, summary);
  // What it has changed itself may still be on its way: its apply sends nothing more, and names what to await.
  if (state == "done" && past_ != nullptr && past_->changes > 0) return true;
  if (state == "done" || state == "not_applicable") {
    end(StepState::kSkipped, std::move(summary));
    return false;
  }
  if (state == "blocked") {
    end(StepState::kBlocked, std::move(summary));
    return false;
  }
  return true;
}

bool StepRun::prove(const std::string& state, const std::string& summary) {
  if (auto because = left_out_because(step_, state, summary)) {
    end(StepState::kSkipped, std::move(*because));
  } else {
    end(StepState::kBlocked,
        fmt::format("the selection leaves it out, and it is not so yet: {}", missing_because(step_, state, summary)));
  }
  return false;
}

bool StepRun::take_up() {
  if (past_ == nullptr || !past_->cut_off) return false;
  const Json* const applied = find(past_->reply, "/apply");
  if (applied == nullptr) return false;
  replies_ = past_->reply;
  replies_.erase(kInterrupted);
  // Stopped once more, it must still be known what is awaited.
  auto noted = scope_.with.journal.note_reply(scope_.step_run, replies_);
  if (!noted) {
    fail(std::move(noted.error()));
  } else {
    await_what(*applied);
  }
  return true;
}

bool StepRun::pass_gate() {
  if (past_ != nullptr && past_->unsure && !step_.irreversible.empty()) {
    plan::Step again = step_;
    again.gate = fmt::format(
        "upshift was stopped while a command of this step ran, and nothing tells whether it ended. Run it again? ({})",
        step_.irreversible);
    return ask(again);
  }
  if (step_.gate.empty() || (past_ != nullptr && string_at(past_->reply, "/gate/answer") == "yes")) return true;
  return ask(step_);
}

bool StepRun::ask(const plan::Step& step) {
  // Whoever looks at the journal meanwhile sees what it waits for.
  auto noted = scope_.with.journal.note_reply(scope_.step_run, replies_);
  if (noted) noted = scope_.with.journal.flush();
  if (!noted) {
    fail(std::move(noted.error()).with_context("that the step waits at a gate cannot be recorded"));
    return false;
  }
  const GateAnswer answer = scope_.with.gate ? scope_.with.gate(step) : GateAnswer{};
  // A person may take hours to answer, and nobody listens to the streams meanwhile.
  scope_.seen.forget();
  scope_.with.cache.doubt();
  scope_.emit(Event::Kind::kGate, {{"question", step.gate}, {"answer", answer.yes ? "yes" : "no"}, {"by", answer.by}});
  replies_["gate"] = {{"answer", answer.yes ? "yes" : "no"}, {"by", answer.by}};
  if (answer.yes) return true;
  end(StepState::kBlocked,
      fmt::format("the gate was not passed: {}{}{}", step.gate, answer.advice.empty() ? "" : " ", answer.advice));
  return false;
}

bool StepRun::apply() {
  applied_ = scope_.now();
  if (!plugin_->has(Operation::kApply, step_.subject)) return true;
  auto reply = call(Operation::kApply, attempt_);
  if (!reply) {
    take_back_preparations(reply.error());
    fail(std::move(reply.error()));
    return false;
  }
  replies_["apply"] = std::move(*reply);
  if (!await_what(replies_["apply"])) return false;
  if (awaits_.empty()) return true;
  auto noted = scope_.with.journal.note_reply(scope_.step_run, replies_);
  if (!noted) fail(std::move(noted.error()).with_context("what the step awaits cannot be recorded"));
  return noted.has_value();
}

void StepRun::take_back_preparations(Error& why) {
  const bool can_act = why.code != StatusCode::kCancelled && why.code != StatusCode::kUnavailable &&
                       why.code != StatusCode::kUnauthenticated && why.code != StatusCode::kResourceExhausted;
  const auto changes = scope_.with.journal.changes(scope_.run);
  if (!can_act || !changes || scope_.changes == 0) return;
  std::vector<journal::Change> made;
  for (const auto& change : *changes) {
    if (change.step_run != scope_.step_run || change.state == journal::ChangeState::kRefused) continue;
    if (change.verb != journal::Verb::kCreate || change.state != journal::ChangeState::kApplied) return;
    made.insert(made.begin(), change);
  }
  UndoWriter writer(scope_.with, OnConflict::kKeepLive);
  int taken_back = 0;
  for (const auto& change : made) {
    const auto end = writer.undo(change, scope_);
    if (!end) break;
    taken_back += *end == UndoWriter::End::kUndone ? 1 : 0;
  }
  // Neither what was made nor its removal is a change that the step leaves behind.
  scope_.changes -= 2 * taken_back;
  if (taken_back > 0) {
    const auto note = fmt::format("The {} that it had made until then {} taken back.",
                                  taken_back == 1 ? "object" : fmt::format("{} objects", taken_back),
                                  taken_back == 1 ? "was" : "were");
    why.detail += (why.detail.empty() ? "" : " ") + note;
  }
}

bool StepRun::await_what(const Json& reply) {
  result_.summary = scope_.redactor.clean(string_at(reply, "/summary"));
  applied_ = scope_.now();
  for (const auto& description : array_at(reply, "/await")) {
    auto await = cluster::make_await(description, scope_.with.cache, applied_);
    if (!await) {
      fail(std::move(await.error()).with_context(fmt::format("plugin {} awaits what cannot be awaited", step_.plugin)));
      return false;
    }
    awaits_.push_back(std::move(*await));
  }
  return true;
}

TimePoint StepRun::deadline(Duration fallback) const {
  return step_.timeout ? applied_ + *step_.timeout : verify_started_ + fallback;
}

void StepRun::advance() {
  if (phase_ == Phase::kAwaiting) judge_awaits();
  if (phase_ == Phase::kVerifying && scope_.now() >= verify_at_) verify();
}

void StepRun::judge_awaits() {
  const TimePoint now = scope_.now();
  Json waiting = Json::array();
  for (auto& await : awaits_) {
    const auto& verdict = await.judge(now);
    keep_log(verdict);
    if (verdict.state == cluster::Verdict::State::kHopeless) {
      tell_log(verdict);
      return fail({StatusCode::kFailedPrecondition,
                   scope_.redactor.clean(verdict.reason),
                   scope_.redactor.clean(verdict.advice),
                   "",
                   {}});
    }
    if (verdict.state == cluster::Verdict::State::kMet) continue;
    waiting.push_back({{"text", await.text()},
                       {"reason", scope_.redactor.clean(verdict.reason)},
                       {"since_ms", (now - await.reason_since()).count()}});
  }
  if (waiting.empty()) {
    phase_ = Phase::kVerifying;
    verify_started_ = verify_at_ = now;
    return;
  }
  // Out of reach, nothing is known of how far it has come.
  if (scope_.with.cache.trouble() == nullptr && step_.timeout && now >= applied_ + *step_.timeout) {
    const auto& first = *std::find_if(awaits_.begin(), awaits_.end(), [](const cluster::Await& await) {
      return await.verdict().state == cluster::Verdict::State::kPending;
    });
    return fail({StatusCode::kDeadlineExceeded,
                 scope_.redactor.clean(fmt::format("the step took longer than its {}: {}", to_text(*step_.timeout),
                                                   with_advice(first.verdict()))),
                 "",
                 "",
                 {}});
  }
  report_waiting(std::move(waiting));
}

void StepRun::keep_log(const cluster::Verdict& verdict) {
  if (!verdict.log) return;
  KeptLog& kept = logs_[*verdict.log];
  if (kept.reason == verdict.reason) return;
  kept.reason = verdict.reason;
  auto text = cluster::read_log(scope_.with.client, *verdict.log, kLogLines);
  if (text && !text->empty()) kept.text = std::move(*text);
}

void StepRun::tell_log(const cluster::Verdict& verdict) {
  if (!verdict.log || logs_[*verdict.log].text.empty()) return;
  services_.diagnose(
      {Severity::kWarning,
       fmt::format("the last lines of the log of Pod/{}, container {}:", verdict.log->pod, verdict.log->container),
       logs_[*verdict.log].text, ""});
}

void StepRun::verify() {
  if (!plugin_->has(Operation::kVerify, step_.subject)) return end(StepState::kDone, result_.summary);
  auto reply = call(Operation::kVerify, ++verifications_);
  if (!reply) return fail(std::move(reply.error()).with_context("verification failed"));
  const auto state = string_at(*reply, "/state");
  auto summary = scope_.redactor.clean(string_at(*reply, "/summary"));
  replies_["verify"] = std::move(*reply);
  if (state == "ok") {
    if (result_.summary.empty()) result_.summary = std::move(summary);
    return end(StepState::kDone, result_.summary);
  }
  const TimePoint now = scope_.now();
  const TimePoint last = deadline(kVerifyAtMost);
  if (now >= last) {
    return fail({StatusCode::kDeadlineExceeded,
                 fmt::format("verification did not succeed within {}: {}",
                             to_text(std::chrono::duration_cast<Duration>(now - verify_started_)), summary),
                 "Look at what it names, mend the cause and resume.",
                 "",
                 {}});
  }
  verify_at_ = std::min(now + kVerifyAgain, last);
  report_waiting(
      Json::array({{{"text", "verification"}, {"reason", summary}, {"since_ms", (now - verify_started_).count()}}}));
}

void StepRun::report_waiting(Json conditions) {
  const TimePoint now = scope_.now();
  std::string report;
  for (const auto& one : conditions) report += string_at(one, "/text") + string_at(one, "/reason") + '\n';
  if (report == last_report_ && now - reported_ < kReportEvery) return;
  last_report_ = std::move(report);
  reported_ = now;
  scope_.emit(Event::Kind::kWaiting, {{"conditions", std::move(conditions)}});
}

TimePoint StepRun::wake() const {
  TimePoint next = reported_ + kReportEvery;
  if (phase_ == Phase::kVerifying) next = std::min(next, verify_at_);
  if (phase_ == Phase::kAwaiting) {
    if (step_.timeout && scope_.with.cache.trouble() == nullptr) next = std::min(next, applied_ + *step_.timeout);
    for (const auto& await : awaits_) {
      if (await.verdict().state == cluster::Verdict::State::kPending) next = std::min(next, await.deadline());
    }
  }
  return next;
}

void StepRun::give_up(Error why) {
  fail(std::move(why));
}

void StepRun::fail(Error error) {
  error = scope_.redactor.clean(std::move(error));
  if (error.code == StatusCode::kCancelled) replies_[kInterrupted] = true;
  auto summary = error.detail.empty() ? error.summary : fmt::format("{} – {}", error.summary, error.detail);
  result_.error = std::move(error);
  end(StepState::kFailed, std::move(summary));
}

void StepRun::end(StepState state, std::string summary) {
  const TimePoint now = scope_.now();
  phase_ = Phase::kEnded;
  result_.changes = scope_.changes;
  if (scope_.step_run != 0) {
    const auto stored = scope_.with.journal.end_step(scope_.step_run, state, summary, replies_, now);
    if (!stored && state != StepState::kFailed) {
      // Nothing was lost in the project, but the record is no longer whole: the run must not go on.
      result_.error = Error(stored.error()).with_context("the end of the step cannot be recorded");
      state = StepState::kFailed;
      summary = result_.error->summary;
    }
  }
  result_.state = state;
  result_.summary = summary;
  scope_.emit(Event::Kind::kStepEnded, {{"state", std::string(journal::to_string(state))},
                                        {"summary", summary},
                                        {"duration_ms", (now - started_).count()},
                                        {"changes", scope_.changes}});
}

}  // namespace upshift::engine
