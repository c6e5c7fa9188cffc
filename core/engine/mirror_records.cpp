#include "engine/mirror_records.hpp"

#include <array>
#include <fmt/format.h>

namespace upshift::engine {
namespace {

using journal::ChangeState;
using journal::RunState;
using journal::StepState;
using journal::Verb;

constexpr std::array kRunStates{RunState::kRunning, RunState::kDone, RunState::kFailed, RunState::kBlocked,
                                RunState::kInterrupted};
constexpr std::array kStepStates{StepState::kRunning, StepState::kDone, StepState::kSkipped, StepState::kBlocked,
                                 StepState::kFailed};
constexpr std::array kChangeStates{ChangeState::kIntended, ChangeState::kApplied, ChangeState::kRefused,
                                   ChangeState::kUnknown};
constexpr std::array kVerbs{Verb::kCreate, Verb::kUpdate, Verb::kDelete, Verb::kExec, Verb::kHttp};

template <typename Words>
auto word(const Words& words, const std::string& text) -> Result<typename Words::value_type> {
  for (const auto one : words) {
    if (journal::to_string(one) == text) return one;
  }
  return failure(StatusCode::kDataLoss, fmt::format("the mirror says '{}', which this version does not know", text));
}

TimePoint time_at(const Json& record, const char* pointer) {
  return TimePoint(Duration(int_at(record, pointer)));
}

Json value_at(const Json& record, const char* name) {
  const auto found = record.find(name);
  return found == record.end() ? Json() : *found;
}

std::int64_t count(TimePoint at) {
  return at.time_since_epoch().count();
}

std::string text(std::string_view view) {
  return std::string(view);
}

Json intent_without_values(std::size_t step, const journal::Change& change, const Json& undoes) {
  Json record = {
      {"do", "change"},          {"of", step},          {"step", change.step}, {"verb", text(to_string(change.verb))},
      {"object", change.object}, {"kind", change.kind}, {"name", change.name}, {"at", count(change.intended_at)}};
  if (!undoes.is_null()) record["undoes"] = undoes;
  return record;
}

Json outcome_without_value(std::size_t change, ChangeState state, int http_status, const std::string& error,
                           TimePoint at) {
  return {{"do", "settle"}, {"of", change},   {"state", text(to_string(state))}, {"http-status", http_status},
          {"error", error}, {"at", count(at)}};
}

// The text of an object with more members than `record`, whose values are JSON texts.
std::string with_members(const Json& record, std::initializer_list<std::pair<const char*, std::string_view>> more) {
  std::string out = to_text(record);
  out.pop_back();
  for (const auto& [name, value] : more) {
    out += fmt::format(",\"{}\":", name);
    out += value;
  }
  return out += '}';
}

// Plays the records of one run.
class Player {
 public:
  Player(journal::Journal& into, std::map<std::string, std::vector<journal::ChangeId>>& known,
         std::map<std::string, journal::RunId>& runs)
      : into_(into), known_(known), runs_(runs) {}

  Status play(const Json& record) {
    const auto operation = string_at(record, "/do");
    if (operation == "run") return begin(record);
    if (operation == kTakenUp) return {};
    if (run_ == 0) return damaged("a run without a beginning");
    if (operation == "end-run") {
      UPSHIFT_ASSIGN(const auto state, word(kRunStates, string_at(record, "/state")));
      return into_.end_run(run_, state, time_at(record, "/at"));
    }
    if (operation == "reopen-run") return into_.reopen_run(run_);
    if (operation == "value") {
      return into_.set_value(run_, string_at(record, "/step"), string_at(record, "/name"), value_at(record, "value"),
                             bool_at(record, "/secret"));
    }
    if (operation == "step") {
      UPSHIFT_ASSIGN(const auto id,
                     into_.begin_step(run_, string_at(record, "/step"), static_cast<int>(int_at(record, "/attempt")),
                                      time_at(record, "/at")));
      steps_.push_back(id);
      return {};
    }
    if (operation == "reply" || operation == "end-step") return of_step(operation, record);
    if (operation == "change") return intend(record);
    if (operation == "settle") return settle(record);
    return damaged(fmt::format("the unknown record '{}'", operation));
  }

 private:
  Status begin(const Json& record) {
    if (run_ != 0) return damaged("a run that begins twice");
    journal::Run run;
    run.mode = string_at(record, "/mode");
    run.product = string_at(record, "/product");
    run.from_version = string_at(record, "/from");
    run.to_version = string_at(record, "/to");
    run.target = string_at(record, "/target");
    run.plan = value_at(record, "plan");
    run.started = time_at(record, "/started");
    run.files = string_at(record, "/files");
    if (const auto undone = runs_.find(string_at(record, "/undoes")); undone != runs_.end())
      run.undoes = undone->second;
    identity_ = string_at(record, "/identity");
    UPSHIFT_ASSIGN(run_, into_.begin_run(run));
    runs_[identity_] = run_;
    return into_.set_value(run_, "", kRunIdentity, identity_, false);
  }

  Status of_step(const std::string& operation, const Json& record) {
    const auto at = static_cast<std::size_t>(int_at(record, "/of", -1));
    if (at >= steps_.size()) return damaged("a record of a step that was not begun");
    if (operation == "reply") return into_.note_reply(steps_[at], value_at(record, "reply"));
    UPSHIFT_ASSIGN(const auto state, word(kStepStates, string_at(record, "/state")));
    return into_.end_step(steps_[at], state, string_at(record, "/summary"), value_at(record, "reply"),
                          time_at(record, "/at"));
  }

  Status intend(const Json& record) {
    const auto at = static_cast<std::size_t>(int_at(record, "/of", -1));
    if (at >= steps_.size()) return damaged("a change of a step that was not begun");
    journal::Change change;
    change.step_run = steps_[at];
    change.step = string_at(record, "/step");
    UPSHIFT_ASSIGN(change.verb, word(kVerbs, string_at(record, "/verb")));
    change.object = string_at(record, "/object");
    change.kind = string_at(record, "/kind");
    change.name = string_at(record, "/name");
    change.request = value_at(record, "request");
    change.old_value = value_at(record, "old");
    change.intended = value_at(record, "intended");
    change.intended_at = time_at(record, "/at");
    const auto& undone = known_[string_at(record, "/undoes/run")];
    const auto place = static_cast<std::size_t>(int_at(record, "/undoes/change", -1));
    if (place < undone.size()) change.undoes = undone[place];
    UPSHIFT_ASSIGN(const auto id, into_.intend(change));
    known_[identity_].push_back(id);
    return {};
  }

  Status settle(const Json& record) {
    const auto at = static_cast<std::size_t>(int_at(record, "/of", -1));
    const auto& changes = known_[identity_];
    if (at >= changes.size()) return damaged("the outcome of a change that was not recorded");
    UPSHIFT_ASSIGN(const auto state, word(kChangeStates, string_at(record, "/state")));
    return into_.settle(changes[at], state, static_cast<int>(int_at(record, "/http-status")), value_at(record, "new"),
                        string_at(record, "/error"), time_at(record, "/at"));
  }

  static Status damaged(const std::string& what) {
    return failure(StatusCode::kDataLoss, "the journal's mirror in the project cannot be used: it holds " + what);
  }

  journal::Journal& into_;
  std::map<std::string, std::vector<journal::ChangeId>>& known_;
  std::map<std::string, journal::RunId>& runs_;
  std::string identity_;
  journal::RunId run_ = 0;
  std::vector<journal::StepRunId> steps_;
};

}  // namespace

namespace records {

Json run(const std::string& identity, const journal::Run& run) {
  return {{"do", "run"},
          {"identity", identity},
          {"mode", run.mode},
          {"product", run.product},
          {"from", run.from_version},
          {"to", run.to_version},
          {"target", run.target},
          {"plan", run.plan},
          {"started", count(run.started)},
          {"files", run.files}};
}

Json end_run(RunState state, TimePoint at) {
  return {{"do", "end-run"}, {"state", text(to_string(state))}, {"at", count(at)}};
}

Json reopen_run() {
  return {{"do", "reopen-run"}};
}

Json begin_step(const std::string& step, int attempt, TimePoint at) {
  return {{"do", "step"}, {"step", step}, {"attempt", attempt}, {"at", count(at)}};
}

Json note_reply(std::size_t step, const Json& reply) {
  return {{"do", "reply"}, {"of", step}, {"reply", reply}};
}

Json end_step(std::size_t step, StepState state, const std::string& summary, const Json& reply, TimePoint at) {
  return {{"do", "end-step"},   {"of", step},     {"state", text(to_string(state))},
          {"summary", summary}, {"reply", reply}, {"at", count(at)}};
}

Json intend(std::size_t step, const journal::Change& change, const Json& undoes) {
  Json record = intent_without_values(step, change, undoes);
  record["request"] = change.request;
  record["old"] = change.old_value;
  record["intended"] = change.intended;
  return record;
}

std::string text_of_intent(std::size_t step, const journal::Change& change, const Json& undoes) {
  if (change.texts == nullptr) return to_text(intend(step, change, undoes));
  const auto& values = *change.texts;
  return with_members(intent_without_values(step, change, undoes),
                      {{"request", values.request}, {"old", values.old_value}, {"intended", values.intended}});
}

Json settle(std::size_t change, ChangeState state, int http_status, const Json& new_value, const std::string& error,
            TimePoint at) {
  Json record = outcome_without_value(change, state, http_status, error, at);
  record["new"] = new_value;
  return record;
}

std::string text_of_settle(std::size_t change, ChangeState state, int http_status, const Json& new_value,
                           const std::string& error, TimePoint at) {
  return with_members(outcome_without_value(change, state, http_status, error, at), {{"new", to_text(new_value)}});
}

Json set_value(const std::string& step, const std::string& name, const Json& value, bool secret) {
  return {{"do", "value"}, {"step", step}, {"name", name}, {"value", value}, {"secret", secret}};
}

}  // namespace records

Result<std::vector<Json>> records_of(journal::Journal& journal, const journal::Run& run,
                                     const std::vector<journal::Change>& changes, const std::string& identity,
                                     const ChangePlaces& places) {
  std::vector<Json> all{records::run(identity, run)};
  UPSHIFT_ASSIGN(const auto values, journal.values(run.id));
  for (const auto& value : values) {
    if (value.name != kRunIdentity)
      all.push_back(records::set_value(value.step, value.name, value.value, value.secret));
  }
  std::map<journal::StepRunId, std::size_t> at;
  UPSHIFT_ASSIGN(const auto steps, journal.steps(run.id));
  for (const auto& step : steps) {
    const std::size_t place = at.emplace(step.id, at.size()).first->second;
    all.push_back(records::begin_step(step.step, step.attempt, step.started));
    if (step.state != StepState::kRunning) {
      all.push_back(records::end_step(place, step.state, step.summary, step.reply, step.finished));
    } else if (!step.reply.is_null()) {
      all.push_back(records::note_reply(place, step.reply));
    }
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i];
    const auto undone = places.find(change.undoes);
    const Json undoes =
        undone == places.end() ? Json() : Json{{"run", undone->second.run}, {"change", undone->second.change}};
    all.push_back(records::intend(at[change.step_run], change, undoes));
    if (change.state == ChangeState::kIntended) continue;
    all.push_back(
        records::settle(i, change.state, change.http_status, change.new_value, change.error, change.settled_at));
  }
  if (run.state != RunState::kRunning) all.push_back(records::end_run(run.state, run.finished));
  return all;
}

Status replay(const std::vector<std::vector<Json>>& runs, journal::Journal& into) {
  std::map<std::string, std::vector<journal::ChangeId>> known;
  std::map<std::string, journal::RunId> ids;
  for (const auto& records : runs) {
    Player player(into, known, ids);
    for (const auto& record : records) UPSHIFT_TRY(player.play(record));
  }
  return into.flush();
}

}  // namespace upshift::engine
