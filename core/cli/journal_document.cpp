#include "cli/journal_document.hpp"

#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "cli/record_json.hpp"
#include "report/diff.hpp"

namespace upshift::cli {
namespace {

Json json_of(const journal::StepRun& step) {
  return {{"id", step.id},
          {"step", step.step},
          {"attempt", step.attempt},
          {"state", to_string(step.state)},
          {"summary", step.summary},
          {"started", to_rfc3339(step.started)},
          {"finished", time_or_null(step.finished)}};
}

Json json_of(const journal::Change& change) {
  Json one = facts_of(change);
  one.update({{"intended", to_rfc3339(change.intended_at)},
              {"settled", time_or_null(change.settled_at)},
              {"undoes", id_or_null(change.undoes)},
              {"sealed_by", change.sealed_by.empty() ? Json() : Json(change.sealed_by)}});
  return one;
}

Json record_of(const journal::Run& run) {
  Json record = facts_of(run);
  record.update({{"record", "run"}, {"backup", run.files}, {"plan", run.plan}});
  return record;
}

Json record_of(const journal::StepRun& step) {
  Json record = json_of(step);
  record.update({{"record", "step_run"}, {"run", step.run}, {"reply", step.reply}});
  return record;
}

Json record_of(const journal::Change& change) {
  Json record = json_of(change);
  record.update({{"record", "change"},
                 {"step_run", change.step_run},
                 {"request", change.request},
                 {"old_value", change.old_value},
                 {"intended_value", change.intended},
                 {"new_value", change.new_value}});
  return record;
}

Json record_of(journal::RunId run, const journal::Value& value) {
  return {{"record", "value"},
          {"run", run},
          {"name", value.name},
          {"step", value.step},
          {"value", value.value},
          {"secret", value.secret},
          {"sealed_by", value.sealed_by.empty() ? Json() : Json(value.sealed_by)}};
}

// Commands and calls have no object: what was sent and answered is shown.
Json detail_of(const journal::Change& change) {
  if (!change.sealed_by.empty()) return Json::object();
  if (is_of_object(change)) return {{"diff", diff_of(change)}};
  return {{"request", change.request}, {"answer", change.new_value}};
}

}  // namespace

bool is_of_object(const journal::Change& change) {
  return change.verb != journal::Verb::kExec && change.verb != journal::Verb::kHttp;
}

std::vector<std::string> diff_of(const journal::Change& change) {
  const bool applied = change.state == journal::ChangeState::kApplied && !change.new_value.is_null();
  return report::diff_objects(change.old_value, applied ? change.new_value : change.intended);
}

Result<std::vector<ShownRun>> shown_runs(journal::Journal& journal, const JournalFilter& filter) {
  UPSHIFT_ASSIGN(const auto secrets, JournalSecrets::of(journal));
  UPSHIFT_ASSIGN(const auto summaries, summarize_runs(journal));
  std::vector<ShownRun> shown;
  for (const auto& summary : summaries) {
    if (!filter.takes(summary.run.id)) continue;
    ShownRun& run = shown.emplace_back(ShownRun{summary, {}});
    std::map<journal::StepRunId, std::size_t> places;
    UPSHIFT_ASSIGN(const auto attempts, journal.steps(summary.run.id));
    for (auto attempt : attempts) {
      if (!matches_glob(filter.step, attempt.step)) continue;
      attempt.summary = secrets.shown(attempt.summary);
      places[attempt.id] = run.attempts.size();
      run.attempts.push_back({std::move(attempt), {}});
    }
    if (!filter.changes) continue;
    UPSHIFT_ASSIGN(const auto changes, journal.changes(summary.run.id));
    for (const auto& change : changes) {
      const auto place = places.find(change.step_run);
      if (place != places.end()) run.attempts[place->second].changes.push_back(secrets.shown(change));
    }
  }
  if (!shown.empty() || !filter.run) return shown;
  return failure(StatusCode::kNotFound, fmt::format("the journal has no run {}", *filter.run),
                 "`upshift history` lists its runs.");
}

Json to_json(const std::vector<ShownRun>& runs, const JournalFilter& filter) {
  Json list = Json::array();
  for (const auto& run : runs) {
    Json steps = Json::array();
    for (const auto& [attempt, changes] : run.attempts) {
      Json& step = steps.emplace_back(json_of(attempt));
      if (!filter.changes) continue;
      step["changes"] = Json::array();
      for (const auto& change : changes) {
        Json& one = step["changes"].emplace_back(json_of(change));
        if (filter.diffs) one.update(detail_of(change));
      }
    }
    Json& one = list.emplace_back(to_json(run.summary));
    one["step_runs"] = std::move(steps);
  }
  return list;
}

Status each_record(journal::Journal& journal, const JournalSecrets* secrets, const std::function<void(Json)>& take) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (const auto& run : runs) {
    take(secrets == nullptr ? record_of(run) : secrets->shown(record_of(run)));
    UPSHIFT_ASSIGN(const auto steps, journal.steps(run.id));
    for (auto step : steps) {
      if (secrets != nullptr) step.summary = secrets->shown(step.summary);
      if (secrets != nullptr) step.reply = secrets->shown(step.reply);
      take(record_of(step));
    }
    UPSHIFT_ASSIGN(const auto changes, journal.changes(run.id));
    for (const auto& change : changes) take(record_of(secrets == nullptr ? change : secrets->shown(change)));
    UPSHIFT_ASSIGN(const auto values, journal.values(run.id));
    for (const auto& value : values) take(record_of(run.id, secrets == nullptr ? value : secrets->shown(value)));
  }
  return {};
}

}  // namespace upshift::cli
