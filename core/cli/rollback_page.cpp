#include "cli/rollback_page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace upshift::cli {
namespace {

using journal::Verb;

// What takes a change back.
std::string_view inverse_of(const journal::Change& change) {
  switch (change.verb) {
    case Verb::kCreate:
      return "delete";
    case Verb::kDelete:
      return "create";
    case Verb::kUpdate:
      return "restore";
    default:
      return "undo";
  }
}

std::string object_of(const journal::Change& change) {
  return engine::is_of_object(change) ? change.kind + "/" + change.name : change.object;
}

class Page {
 public:
  Page(const engine::RollbackPlan& plan, const report::Look& look) : plan_(plan), look_(look) {}

  std::string write() {
    const auto& newest = plan_.runs.front();
    line(report::paint(look_, report::Tone::kStrong,
                       fmt::format("{} {} → {}, to be taken back on {}", newest.product, newest.to_version,
                                   newest.from_version, report::printable(newest.target))));
    for (const auto& step : plan_.steps) {
      line();
      line(report::printable(step.step.id));
      for (const auto& change : step.changes) line(fmt::format("  {:<8} {}", inverse_of(change), object_of(change)));
    }
    list("Conflicts: these objects are left alone (--on-conflict=ours takes them back all the same)", conflict_lines());
    list("Points of no return: a word is needed for each (--yes-to STEP)", points());
    list("Cannot be taken back", plan_.left);
    line();
    line(fmt::format("{} changes of {} steps would be sent", plan_.changes, plan_.steps.size()));
    return std::move(out_);
  }

 private:
  void line(const std::string& text = {}) { out_ += text + "\n"; }
  void list(const std::string& heading, const std::vector<std::string>& items) {
    if (items.empty()) return;
    line();
    line(report::paint(look_, report::Tone::kStrong, heading));
    for (const auto& item : items) {
      for (const auto& text : report::wrap(report::printable(item), std::max(20, look_.width - 4))) line("  " + text);
    }
  }
  std::vector<std::string> conflict_lines() const {
    std::vector<std::string> out;
    for (const auto& conflict : plan_.conflicts) {
      for (auto& text : conflict.lines()) out.push_back(std::move(text));
    }
    return out;
  }
  std::vector<std::string> points() const {
    std::vector<std::string> out;
    for (const auto& step : plan_.points_of_no_return) out.push_back(step.id + ": " + step.irreversible);
    return out;
  }

  const engine::RollbackPlan& plan_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string rollback_text(const engine::RollbackPlan& plan, const report::Look& look) {
  return Page(plan, look).write();
}

Json rollback_json(const engine::RollbackPlan& plan) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) {
    Json changes = Json::array();
    for (const auto& change : step.changes) {
      changes.push_back({{"change", change.id}, {"action", inverse_of(change)}, {"object", object_of(change)}});
    }
    steps.push_back({{"id", step.step.id}, {"run", step.run}, {"changes", std::move(changes)}});
  }
  Json conflicts = Json::array();
  for (const auto& conflict : plan.conflicts) {
    conflicts.push_back(
        {{"object", object_of(conflict.change)}, {"step", conflict.change.step}, {"detail", conflict.lines()}});
  }
  Json points = Json::array();
  for (const auto& step : plan.points_of_no_return) points.push_back({{"id", step.id}, {"why", step.irreversible}});
  const auto& newest = plan.runs.front();
  return {{"rollback", 1},
          {"product", newest.product},
          {"from", newest.to_version},
          {"to", newest.from_version},
          {"target", newest.target},
          {"changes", plan.changes},
          {"steps", std::move(steps)},
          {"conflicts", std::move(conflicts)},
          {"points_of_no_return", std::move(points)},
          {"left", plan.left}};
}

std::vector<Diagnostic> rollback_diagnostics(const engine::RollbackResult& result) {
  std::vector<Diagnostic> out;
  for (const auto& conflict : result.conflicts) {
    out.push_back({Severity::kError,
                   fmt::format("{} was left alone: somebody else has changed it since", object_of(conflict.change)),
                   join(conflict.lines(), "\n"), ""});
  }
  for (const auto& text : result.rollouts) out.push_back({Severity::kError, text, "", ""});
  for (const auto& text : result.left) out.push_back({Severity::kWarning, "not taken back: " + text, "", ""});
  return out;
}

}  // namespace upshift::cli
