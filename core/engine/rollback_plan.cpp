#include "engine/rollback_plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "engine/conflict_text.hpp"
#include "engine/settling.hpp"
#include "plan/record.hpp"
#include "plan/selection.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeState;
using journal::RunState;
using journal::StepState;

bool is_upgrade(const journal::Run& run) {
  return run.mode == "run" || run.mode == "rehearse";
}

// Newest first: the last upgrade and the tries before it that did not end well.
std::vector<journal::Run> runs_of_upgrade(const std::vector<journal::Run>& all) {
  std::vector<journal::Run> out;
  for (auto run = all.rbegin(); run != all.rend(); ++run) {
    if (!is_upgrade(*run)) continue;
    if (!out.empty() && (run->state == RunState::kDone || run->product != out.back().product)) break;
    out.push_back(*run);
  }
  return out;
}

// What has been taken back, and what took it back.
struct TakenBack {
  std::set<journal::ChangeId> changes;
  std::map<std::string, journal::StepRunId> steps;  // the last that was undone wholly
};

Result<TakenBack> taken_back(journal::Journal& journal, const std::vector<journal::Run>& all) {
  TakenBack out;
  for (const auto& run : all) {
    UPSHIFT_ASSIGN(const auto changes, journal.changes(run.id));
    for (const auto& change : changes) {
      if (change.undoes == 0 || change.state != ChangeState::kApplied) continue;
      out.changes.insert(change.undoes);
      out.changes.insert(change.id);
    }
    if (run.mode != "rollback") continue;
    UPSHIFT_ASSIGN(const auto steps, journal.steps(run.id));
    for (const auto& step : steps) {
      if (step.state == StepState::kDone) out.steps[step.step] = step.id;
    }
  }
  return out;
}

class Planner {
 public:
  Planner(const Dependencies& with, const RollbackScope& scope) : with_(with), scope_(scope) {}

  Result<RollbackPlan> plan() {
    UPSHIFT_ASSIGN(const auto all, with_.journal.runs());
    out_.runs = runs_of_upgrade(all);
    if (out_.runs.empty()) return failure(StatusCode::kNotFound, "the journal holds no upgrade to roll back");
    UPSHIFT_TRY(settle());
    UPSHIFT_ASSIGN(back_, taken_back(with_.journal, all));
    UPSHIFT_TRY(read_order());
    for (const auto& run : out_.runs) UPSHIFT_TRY(add_run(run));
    UPSHIFT_TRY(survey());
    return std::move(out_);
  }

 private:
  // The order of the steps is that of the newest plan; older ones add what only they had.
  Status read_order() {
    std::vector<plan::Selectable> steps;
    for (const auto& run : out_.runs) {
      std::size_t index = 0;
      for (const Json& step : array_at(run.plan, "/steps")) {
        const auto id = string_at(step, "/id");
        if (!position_.emplace(id, index++).second) continue;
        steps.push_back({id, {}});
        for (const Json& tag : array_at(step, "/tags")) {
          if (tag.is_string()) steps.back().tags.push_back(tag.get<std::string>());
        }
      }
    }
    UPSHIFT_TRY(find_last(steps));
    if (scope_.selection.is_whole()) return {};
    UPSHIFT_ASSIGN(selected_, plan::select(steps, scope_.selection));
    return {};
  }

  // The last step that stays.
  Status find_last(const std::vector<plan::Selectable>& steps) {
    last_ = scope_.to;
    if (last_.empty() || position_.contains(last_)) return {};
    plan::Selection one;
    one.only = {last_};
    const auto meant = plan::select(steps, one);
    if (meant && meant->size() == 1) {
      last_ = *meant->begin();
      return {};
    }
    return failure(StatusCode::kNotFound, fmt::format("the upgrade has no step '{}'", last_),
                   meant ? "It means several; name one by its id." : meant.error().detail);
  }

  // Whatever was cut off: the runs of the upgrade, and a rollback of them.
  Status settle() {
    UPSHIFT_ASSIGN(const auto foreign, settle_open_changes(with_, out_.runs.back().id));
    for (const auto& one : foreign) {
      conflicting_.insert(one.change.object);
      out_.conflicts.push_back({one.change, one.text(), {}});
    }
    return {};
  }

  bool stays(const std::string& step) const {
    if (selected_ && !selected_->contains(step)) return true;
    const auto last = position_.find(last_);
    const auto own = position_.find(step);
    return last != position_.end() && own != position_.end() && own->second <= last->second;
  }

  Result<plan::Plan> plan_of(const journal::Run& run) {
    UPSHIFT_ASSIGN(auto secrets, with_.journal.value(run.id, plan::kSecretParameters));
    return plan::plan_of_record(run.plan, secrets.value_or(Json::object()));
  }

  Status add_run(const journal::Run& run) {
    UPSHIFT_ASSIGN(const auto attempts, with_.journal.steps(run.id));
    UPSHIFT_ASSIGN(const auto changes, with_.journal.changes(run.id));
    const auto planned = plan_of(run);
    for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
      if (stays(attempt->step)) continue;
      const auto undone = back_.steps.find(attempt->step);
      if (undone != back_.steps.end() && undone->second > attempt->id) continue;
      UndoStep step;
      step.run = run.id;
      const auto* known = planned ? planned->find(attempt->step) : nullptr;
      step.step = known != nullptr ? *known : recorded_step(run, attempt->step);
      for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        const bool open = change->state == ChangeState::kUnknown && !is_of_object(*change);
        if (change->step_run != attempt->id || (change->state != ChangeState::kApplied && !open)) continue;
        if (!back_.changes.contains(change->id)) step.changes.push_back(*change);
      }
      if (!step.changes.empty()) out_.steps.push_back(std::move(step));
    }
    return {};
  }

  // Of a plan in format 1, what can be told.
  static plan::Step recorded_step(const journal::Run& run, const std::string& id) {
    plan::Step step;
    step.id = id;
    for (const Json& item : array_at(run.plan, "/steps")) {
      if (string_at(item, "/id") != id) continue;
      step.title = string_at(item, "/title");
      step.irreversible = string_at(item, "/irreversible");
    }
    return step;
  }

  // Plays everything on copies of the live objects.
  Status survey() {
    for (const auto& step : out_.steps) {
      if (!step.step.irreversible.empty()) out_.points_of_no_return.push_back(step.step);
      for (const auto& change : step.changes) {
        if (is_of_object(change)) {
          UPSHIFT_TRY(survey(change));
        } else if (!can_undo(step.step)) {
          out_.left.push_back(command_text(change));
        }
      }
    }
    return {};
  }

  bool can_undo(const plan::Step& step) const {
    auto* const plugin = step.plugin.empty() ? nullptr : with_.plugin(step.plugin);
    return plugin != nullptr && plugin->has(plugin::Operation::kUndo, step.subject);
  }

  static std::string command_text(const journal::Change& change) {
    if (change.verb == journal::Verb::kHttp) return string_at(change.request, "/method") + " " + change.object;
    std::vector<std::string> words;
    for (const Json& word : array_at(change.request, "/command"))
      words.push_back(word.is_string() ? word.get<std::string>() : to_text(word));
    return fmt::format("command in Pod/{}: {}", change.object, join(words, " "));
  }

  Status survey(const journal::Change& change) {
    if (!objects_.contains(change.object)) {
      UPSHIFT_ASSIGN(objects_[change.object], with_.client.get(ref_of(change)));
    }
    auto& live = objects_[change.object];
    if (conflicting_.contains(change.object)) return {};
    Undo undo = undo_of(change, live, scope_.on_conflict);
    switch (undo.kind) {
      case Undo::Kind::kConflict:
        conflicting_.insert(change.object);
        out_.conflicts.push_back({change, std::move(undo.reason), std::move(undo.conflicts)});
        return {};
      case Undo::Kind::kNothing:
        return {};
      case Undo::Kind::kDelete:
        live.reset();
        break;
      default:
        live = std::move(undo.object);
        // Made anew it will have another uid; older changes were made to the one before.
        if (undo.kind == Undo::Kind::kCreate) (*live)["metadata"]["uid"] = string_at(change.old_value, "/metadata/uid");
        break;
    }
    ++out_.changes;
    return {};
  }

  const Dependencies& with_;
  const RollbackScope& scope_;
  RollbackPlan out_;
  TakenBack back_;
  std::map<std::string, std::size_t> position_;
  std::string last_;
  std::optional<std::set<std::string>> selected_;       // nothing: all
  std::map<std::string, std::optional<Json>> objects_;  // as they would be
  std::set<std::string> conflicting_;
};

}  // namespace

std::vector<std::string> UndoConflict::lines() const {
  const auto name = change.kind + "/" + change.name;
  if (places.empty()) return {name + ": " + reason};
  std::vector<std::string> out;
  for (const auto& line : conflict_text(change.kind, places, {.wanted = "was", .edited = "was made", .live = "is"})) {
    out.push_back(name + ": " + line);
  }
  return out;
}

Result<RollbackPlan> plan_rollback(const Dependencies& with, const RollbackScope& scope) {
  return Planner(with, scope).plan();
}

}  // namespace upshift::engine
