#include "cli/journal_document.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "report/diff.hpp"

namespace upshift::cli {
namespace {

Json time_or_null(TimePoint at) {
  return at == TimePoint{} ? Json() : Json(to_rfc3339(at));
}

Json id_or_null(std::int64_t id) {
  return id == 0 ? Json() : Json(id);
}

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
  return {{"id", change.id},
          {"step", change.step},
          {"verb", to_string(change.verb)},
          {"object", change.object},
          {"kind", change.kind},
          {"name", change.name},
          {"state", to_string(change.state)},
          {"http_status", change.http_status},
          {"error", change.error},
          {"intended", to_rfc3339(change.intended_at)},
          {"settled", time_or_null(change.settled_at)},
          {"undoes", id_or_null(change.undoes)},
          {"sealed_by", change.sealed_by.empty() ? Json() : Json(change.sealed_by)}};
}

Json record_of(const journal::Run& run) {
  return {{"record", "run"},
          {"id", run.id},
          {"mode", run.mode},
          {"product", run.product},
          {"from", run.from_version},
          {"to", run.to_version},
          {"target", run.target},
          {"state", to_string(run.state)},
          {"started", to_rfc3339(run.started)},
          {"finished", time_or_null(run.finished)},
          {"backup", run.files},
          {"undoes", id_or_null(run.undoes)},
          {"plan", run.plan}};
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

// What the change made of the object, or would have.
std::vector<std::string> diff_of(const journal::Change& change) {
  const bool applied = change.state == journal::ChangeState::kApplied && !change.new_value.is_null();
  return report::diff_objects(change.old_value, applied ? change.new_value : change.intended);
}

bool is_of_object(const journal::Change& change) {
  return change.verb != journal::Verb::kExec && change.verb != journal::Verb::kHttp;
}

// Commands and calls have no object: what was sent and answered is shown.
Json detail_of(const journal::Change& change) {
  if (!change.sealed_by.empty()) return Json::object();
  if (is_of_object(change)) return {{"diff", diff_of(change)}};
  return {{"request", change.request}, {"answer", change.new_value}};
}

}  // namespace

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

namespace {

using report::paint;
using report::printable;
using report::Tone;

class Page {
 public:
  Page(const JournalFilter& filter, const report::Look& look) : filter_(filter), look_(look) {}

  std::string write(const std::vector<ShownRun>& runs) {
    if (runs.empty()) return "the journal holds no run\n";
    for (const auto& run : runs) write_run(run);
    return std::move(out_);
  }

 private:
  void write_run(const ShownRun& shown) {
    const auto& summary = shown.summary;
    const auto& run = summary.run;
    if (!out_.empty()) out_ += "\n";
    out_ +=
        paint(look_, Tone::kStrong, fmt::format("Run {}: {} {}", run.id, run.mode, printable(versions_of(run)))) + "\n";
    line(2, fmt::format("{}, begun {}", run.target, to_rfc3339(run.started)));
    std::string text = fmt::format("{}, {} of {} steps, {} changes", to_string(run.state),
                                   summary.done + summary.skipped, summary.planned, summary.changes);
    if (run.finished != TimePoint{}) text += ", took " + upshift::to_text(summary.took());
    if (run.undoes != 0) text += fmt::format(", takes back run {}", run.undoes);
    if (summary.taken_back_by != 0) text += fmt::format(", taken back by run {}", summary.taken_back_by);
    line(2, text);
    for (const auto& attempt : shown.attempts) write_attempt(attempt);
  }

  void write_attempt(const ShownRun::Attempt& shown) {
    const auto& step = shown.attempt;
    const std::string state(to_string(step.state));
    std::string text = step.step;
    if (step.attempt > 1) text += fmt::format(" (attempt {})", step.attempt);
    if (step.finished - step.started >= std::chrono::seconds(1))
      text += ", " + upshift::to_text(step.finished - step.started);
    out_ += "  " + paint(look_, report::tone_of(state), report::pad(state, 8)) + printable(text) + "\n";
    if (!step.summary.empty()) line(10, step.summary);
    for (const auto& change : shown.changes) write_change(change);
  }

  void write_change(const journal::Change& change) {
    const std::string object =
        change.kind.empty() || change.name.empty() ? change.object : change.kind + "/" + change.name;
    std::string text = fmt::format("{}  {} {}, {}", change.id, to_string(change.verb), object, to_string(change.state));
    if (change.http_status != 0) text += fmt::format(" ({})", change.http_status);
    if (change.undoes != 0) text += fmt::format(", takes back change {}", change.undoes);
    line(10, text);
    if (!change.error.empty()) line(12, change.error);
    if (!filter_.diffs) return;
    if (!change.sealed_by.empty())
      return line(12, fmt::format("(encrypted with the key {}, which is not at hand)", change.sealed_by));
    if (is_of_object(change)) {
      for (const auto& one : diff_of(change))
        out_ += std::string(12, ' ') + report::paint_diff_line(look_, printable(one)) + "\n";
    } else {
      line(12, "sent: " + upshift::to_text(change.request));
      if (!change.new_value.is_null()) line(12, "answered: " + upshift::to_text(change.new_value));
    }
  }

  void line(int indent, const std::string& text) {
    for (const auto& one : report::wrap(printable(text), std::max(look_.width, 40) - indent)) {
      out_ += std::string(static_cast<std::size_t>(indent), ' ') + one + "\n";
    }
  }

  const JournalFilter& filter_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string to_text(const std::vector<ShownRun>& runs, const JournalFilter& filter, const report::Look& look) {
  return Page(filter, look).write(runs);
}

}  // namespace upshift::cli
