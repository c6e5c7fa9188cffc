#include "cli/upgrade_status.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cli/journal_secrets.hpp"
#include "cli/record_json.hpp"
#include "engine/past.hpp"

namespace upshift::cli {
namespace {

using journal::ChangeState;
using journal::RunState;
using journal::StepState;

class Examination {
 public:
  Examination(journal::Journal& journal, const std::string& writer) : journal_(journal) { out_.writer = writer; }

  Result<UpgradeStatus> examine() {
    UPSHIFT_ASSIGN(const auto runs, summarize_runs(journal_));
    for (const auto& summary : runs) {
      if (summary.run.mode == "run" || summary.run.mode == "rehearse") out_.upgrade = summary;
    }
    if (!out_.upgrade) return std::move(out_);
    const auto& upgrade = out_.upgrade->run;
    UPSHIFT_ASSIGN(const auto attempts, journal_.steps(upgrade.id));
    const TimePoint last = attempts.empty() ? upgrade.finished : std::max(upgrade.finished, attempts.back().started);
    for (const auto& summary : runs) {
      // An upgrade that went on after a rollback has left that behind.
      if (summary.run.mode == "rollback" && summary.run.id > upgrade.id && summary.run.started >= last) {
        out_.rollback = summary;
      }
    }
    UPSHIFT_ASSIGN(secrets_, JournalSecrets::of(journal_));
    UPSHIFT_TRY(stand());
    UPSHIFT_TRY(look_at_the_last());
    judge();
    advise();
    return std::move(out_);
  }

 private:
  Status stand() {
    const auto& run = out_.upgrade->run;
    UPSHIFT_ASSIGN(const auto past, engine::past_of(journal_, run.id));
    for (const Json& step : array_at(run.plan, "/steps")) {
      ++out_.total;
      const auto known = past.steps.find(string_at(step, "/id"));
      const bool begun = known != past.steps.end();
      const bool over = begun && known->second.is_over();
      if (!over && out_.position == 0) out_.position = out_.total;
      if (over) ++(known->second.state == StepState::kDone ? out_.done : out_.skipped);
      const auto why = string_at(step, "/irreversible");
      const bool acted = begun && (known->second.state == StepState::kDone || known->second.changes > 0);
      if (!why.empty() && acted) out_.passed.push_back({string_at(step, "/id"), why});
    }
    if (out_.position == 0) out_.position = out_.total;
    return {};
  }

  Status look_at_the_last() {
    const auto& upgrade = out_.upgrade->run;
    const auto& latest = out_.rollback ? out_.rollback->run : upgrade;
    UPSHIFT_ASSIGN(const auto steps, journal_.steps(latest.id));
    if (!steps.empty()) {
      const auto& step = steps.back();
      const bool ended = step.finished != TimePoint{};
      out_.last_step = {step.step, title_of(upgrade.plan, step.step), std::string(to_string(step.state)),
                        secrets_.shown(step.summary), ended ? step.finished : step.started};
    }
    for (const auto id : {upgrade.id, latest.id}) {
      UPSHIFT_ASSIGN(const auto changes, journal_.changes(id));
      for (const auto& change : changes) {
        if (change.state == ChangeState::kIntended || change.state == ChangeState::kUnknown) {
          out_.open_changes.push_back(secrets_.shown(change));
        }
      }
      if (!changes.empty()) out_.last_change = secrets_.shown(changes.back());
      if (latest.id == upgrade.id) break;
    }
    return {};
  }

  static std::string title_of(const Json& plan, const std::string& step) {
    for (const Json& one : array_at(plan, "/steps")) {
      if (string_at(one, "/id") == step) return string_at(one, "/title");
    }
    return "";
  }

  void judge() {
    const bool held = !out_.writer.empty();
    if (!out_.rollback) {
      const auto state = out_.upgrade->run.state;
      out_.state = state == RunState::kRunning && !held ? "killed" : to_string(state);
      return;
    }
    const auto& rollback = out_.rollback->run;
    if (rollback.state == RunState::kRunning && held) {
      out_.state = "rolling_back";
    } else if (rollback.state != RunState::kDone) {
      out_.state = "rollback_stopped";
    } else {
      out_.state = string_at(rollback.plan, "/to").empty() ? "rolled_back" : "partly_rolled_back";
    }
  }

  void advise() {
    if (out_.upgrade->run.mode != "run" || out_.state == "running" || out_.state == "rolling_back") return;
    const auto at = fmt::format("at step {} of {}", out_.position, out_.total);
    if (out_.state == "done") {
      out_.next = {{"upshift run", "goes on to a later version, where there is one"},
                   {"upshift rollback", "takes the upgrade back"}};
    } else if (out_.state == "rolled_back") {
      out_.next = {{"upshift run", "begins the upgrade anew"}};
    } else if (out_.state == "rollback_stopped") {
      out_.next = {{"upshift rollback", "goes on with taking the upgrade back"},
                   {"upshift run", "begins the upgrade anew"}};
    } else {
      out_.next = {{"upshift resume", "goes on " + at}, {"upshift rollback", "takes back what was done"}};
    }
  }

  journal::Journal& journal_;
  JournalSecrets secrets_;
  UpgradeStatus out_;
};

Json json_of(const journal::Change& change) {
  Json one = facts_of(change);
  one["at"] = to_rfc3339(change.settled_at == TimePoint{} ? change.intended_at : change.settled_at);
  return one;
}

}  // namespace

Result<UpgradeStatus> status_of(journal::Journal& journal, const std::string& writer) {
  return Examination(journal, writer).examine();
}

Json to_json(const UpgradeStatus& status) {
  Json open = Json::array(), passed = Json::array(), next = Json::array();
  for (const auto& change : status.open_changes) open.push_back(json_of(change));
  for (const auto& point : status.passed) passed.push_back({{"step", point.step}, {"why", point.why}});
  for (const auto& one : status.next) next.push_back({{"command", one.command}, {"why", one.why}});
  Json last_step;
  if (const auto& step = status.last_step) {
    last_step = {{"id", step->id},
                 {"title", step->title},
                 {"state", step->state},
                 {"summary", step->summary},
                 {"at", to_rfc3339(step->at)}};
  }
  return {{"status", 1},
          {"state", status.state},
          {"upgrade", status.upgrade ? to_json(*status.upgrade) : Json()},
          {"rollback", status.rollback ? to_json(*status.rollback) : Json()},
          {"writer", status.writer.empty() ? Json() : Json(status.writer)},
          {"position", status.position},
          {"steps", {{"total", status.total}, {"done", status.done}, {"skipped", status.skipped}}},
          {"last_step", last_step},
          {"last_change", status.last_change ? json_of(*status.last_change) : Json()},
          {"open_changes", open},
          {"points_of_no_return_passed", passed},
          {"next", next}};
}

}  // namespace upshift::cli
