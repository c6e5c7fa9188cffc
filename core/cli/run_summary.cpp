#include "cli/run_summary.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "cli/record_json.hpp"

namespace upshift::cli {
namespace {

using journal::ChangeState;
using journal::StepState;

Result<RunSummary> summarize(journal::Journal& journal, const journal::Run& run) {
  RunSummary summary;
  summary.run = run;
  summary.planned = static_cast<int>(array_at(run.plan, "/steps").size());
  UPSHIFT_ASSIGN(const auto attempts, journal.steps(run.id));
  std::map<std::string, StepState> last;
  for (const auto& attempt : attempts) {
    last[attempt.step] = attempt.state;
    summary.attempts = std::max(summary.attempts, attempt.attempt);
  }
  for (const auto& [step, state] : last) {
    summary.done += state == StepState::kDone ? 1 : 0;
    summary.skipped += state == StepState::kSkipped ? 1 : 0;
    summary.failed += state == StepState::kFailed ? 1 : 0;
    summary.blocked += state == StepState::kBlocked ? 1 : 0;
  }
  UPSHIFT_ASSIGN(const auto changes, journal.changes(run.id));
  for (const auto& change : changes) {
    summary.changes += change.state == ChangeState::kApplied ? 1 : 0;
    summary.open_changes += change.state == ChangeState::kIntended || change.state == ChangeState::kUnknown ? 1 : 0;
  }
  return summary;
}

// What each rollback took back, told to the runs that it took it from.
Status add_rollbacks(journal::Journal& journal, std::vector<RunSummary>& runs) {
  std::map<journal::ChangeId, RunSummary*> maker;
  for (RunSummary& summary : runs) {
    UPSHIFT_ASSIGN(const auto changes, journal.changes(summary.run.id));
    for (const auto& change : changes) {
      maker[change.id] = &summary;
      if (change.undoes == 0 || change.state != ChangeState::kApplied) continue;
      const auto made = maker.find(change.undoes);
      if (made == maker.end()) continue;
      made->second->taken_back += 1;
      made->second->taken_back_by = summary.run.id;
    }
    if (summary.run.undoes == 0) continue;
    for (RunSummary& other : runs) {
      if (other.run.id == summary.run.undoes) other.taken_back_by = summary.run.id;
    }
  }
  return {};
}

}  // namespace

Duration RunSummary::took() const {
  return run.finished == TimePoint{} ? Duration{} : run.finished - run.started;
}

Result<std::vector<RunSummary>> summarize_runs(journal::Journal& journal) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  std::vector<RunSummary> summaries;
  for (const auto& run : runs) {
    UPSHIFT_ASSIGN(auto summary, summarize(journal, run));
    summaries.push_back(std::move(summary));
  }
  UPSHIFT_TRY(add_rollbacks(journal, summaries));
  return summaries;
}

Json to_json(const RunSummary& summary) {
  const auto& run = summary.run;
  const bool ended = run.finished != TimePoint{};
  Json one = facts_of(run);
  one.update(
      {{"duration_ms", ended ? Json(summary.took().count()) : Json()},
       {"backup", run.files.empty() ? Json() : Json(run.files)},
       {"steps",
        {{"planned", summary.planned},
         {"done", summary.done},
         {"skipped", summary.skipped},
         {"failed", summary.failed},
         {"blocked", summary.blocked}}},
       {"changes", {{"applied", summary.changes}, {"open", summary.open_changes}, {"taken_back", summary.taken_back}}},
       {"resumed", summary.attempts > 1},
       {"taken_back_by", id_or_null(summary.taken_back_by)}});
  return one;
}

std::string versions_of(const journal::Run& run) {
  if (run.from_version.empty()) return run.product;
  return fmt::format("{} {} → {}", run.product, run.from_version, run.to_version);
}

}  // namespace upshift::cli
