#include "engine/past.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "engine/recorded_change.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeState;
using journal::StepState;
using journal::Verb;

bool went_well(const journal::Change& change) {
  return change.state == ChangeState::kApplied &&
         (change.verb == Verb::kHttp || int_at(change.new_value, "/exit_code", 1) == 0);
}

bool is_cut_off(const journal::StepRun& attempt) {
  return attempt.state == StepState::kRunning || bool_at(attempt.reply, std::string("/") + kInterrupted);
}

void add_attempt(PastStep& step, const journal::StepRun& attempt) {
  step.state = attempt.state;
  step.summary = attempt.summary;
  step.attempt = attempt.attempt;
  // One that was cut off before it answered anything knows what the one before it had.
  if (attempt.reply.is_object() || !step.cut_off) step.reply = attempt.reply;
  step.cut_off = is_cut_off(attempt);
}

// The last attempt of each step that a later rollback undid, or tried to.
Result<std::map<std::string, journal::StepRunId>> taken_back(journal::Journal& journal, journal::RunId run) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  std::map<std::string, journal::StepRunId> steps;
  for (const auto& other : runs) {
    if (other.mode != "rollback" || other.id <= run) continue;
    UPSHIFT_ASSIGN(const auto undone, journal.steps(other.id));
    for (const auto& step : undone) steps[step.step] = step.id;
  }
  return steps;
}

}  // namespace

Result<Past> past_of(journal::Journal& journal, journal::RunId run) {
  UPSHIFT_ASSIGN(const auto attempts, journal.steps(run));
  UPSHIFT_ASSIGN(const auto changes, journal.changes(run));
  UPSHIFT_ASSIGN(const auto undone, taken_back(journal, run));
  Past past{run, {}};
  std::map<journal::StepRunId, const journal::StepRun*> standing;
  for (const auto& attempt : attempts) {
    const auto back = undone.find(attempt.step);
    if (back != undone.end() && back->second > attempt.id) continue;
    standing[attempt.id] = &attempt;
    add_attempt(past.steps[attempt.step], attempt);
  }
  for (const auto& change : changes) {
    const auto attempt = standing.find(change.step_run);
    if (attempt == standing.end()) continue;
    PastStep& step = past.steps[change.step];
    // A change that took one back leaves neither behind.
    if (change.state == ChangeState::kApplied) step.changes += change.undoes == 0 ? 1 : -1;
    if (is_of_object(change)) continue;
    step.unsure = step.unsure || change.state == ChangeState::kUnknown || change.state == ChangeState::kIntended;
    if (is_cut_off(*attempt->second) && went_well(change)) step.answered.push_back(change);
  }
  return past;
}

}  // namespace upshift::engine
