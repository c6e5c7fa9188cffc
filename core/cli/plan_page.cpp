#include "cli/plan_page.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::cli {
namespace {

using report::paint;
using report::Tone;

const report::StepRecord* rehearsed_step(const PlanPage& page, const std::string& id) {
  for (const auto& step : page.rehearsed.steps()) {
    if (step.id == id) return &step;
  }
  return nullptr;
}

// "update DeploymentConfig/zync, create Secret/x"; the same change twice is told once.
std::vector<std::string> changes_of(const report::StepRecord& step) {
  std::vector<std::string> out;
  for (const auto& change : step.changes) {
    std::string text = change.verb + " " + change.object;
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

class TextPage {
 public:
  TextPage(const PlanPage& page, const report::Look& look) : page_(page), look_(look) {}

  std::string write() {
    if (page_.version.nothing_to_do) {
      line(fmt::format("{} {} is installed, nothing to do", page_.version.product, page_.version.from));
      return std::move(out_);
    }
    line(paint(look_, Tone::kStrong,
               fmt::format("{} {} → {}: {} steps", page_.plan.product, page_.plan.from, page_.plan.to,
                           page_.plan.steps.size())));
    if (const auto summary = string_at(page_.version.detection, "/summary"); !summary.empty()) item(0, "", summary);
    write_steps();
    write_point_of_no_return();
    write_rollouts();
    write_rest();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) { out_.append(text).append("\n"); }

  void heading(std::string_view text) {
    line();
    line(paint(look_, Tone::kStrong, text));
  }

  void item(int indent, const std::string& label, const std::string& text, Tone tone = Tone::kPlain) {
    const int hang = indent + (label.empty() ? 0 : 2);
    const auto lines = report::wrap(report::printable(label + text), look_.width - hang);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line(std::string(static_cast<std::size_t>(i == 0 ? indent : hang), ' ') + paint(look_, tone, lines[i]));
    }
  }

  void write_steps() {
    std::string stage;
    std::string previous;
    for (const auto& step : page_.plan.steps) {
      const std::string here = step.hop + "/" + step.stage;
      if (here != stage) {
        stage = here;
        heading(step.guide.empty() ? step.stage_title : fmt::format("{:<4} {}", step.guide, step.stage_title));
      }
      write_step(step, previous);
      previous = step.id;
    }
  }

  void write_step(const plan::Step& step, const std::string& previous) {
    item(2, "", step.id + "  " + step.title);
    if (step.after.size() != 1 || step.after.front() != previous) {
      item(6, "after: ", step.after.empty() ? "nothing" : join(step.after, ", "), Tone::kDim);
    }
    const auto* seen = rehearsed_step(page_, step.id);
    if (seen != nullptr && seen->state == "skipped") {
      item(6, "skipped: ", seen->summary, Tone::kDim);
    } else if (seen != nullptr && !seen->changes.empty()) {
      item(6, "changes: ", join(changes_of(*seen), ", "));
    }
    const bool waited = seen != nullptr && !seen->awaited.empty();
    if (waited || !step.awaits.empty()) item(6, "waits for: ", join(waited ? seen->awaited : step.awaits, ", "));
    if (!step.gate.empty()) item(6, "gate: ", step.gate, Tone::kNote);
    if (!step.irreversible.empty()) item(6, "cannot be undone: ", step.irreversible, Tone::kNote);
  }

  void write_point_of_no_return() {
    const auto* step = page_.plan.point_of_no_return();
    heading("Point of no return");
    item(2, "", step == nullptr ? std::string("none: every step can be undone") : step->id + ": " + step->irreversible);
  }

  void write_rollouts() {
    if (page_.rollouts.empty()) return;
    heading("Rollouts of each DeploymentConfig");
    std::vector<std::string> parts;
    for (const auto& [name, count] : page_.rollouts) parts.push_back(fmt::format("{} {}", name, count));
    item(2, "", join(parts, ", "));
  }

  void write_rest() {
    if (!page_.stand_ins.empty()) heading("A real run needs");
    for (const auto& stand_in : page_.stand_ins) item(2, stand_in.parameter + ": ", stand_in.description);
    if (!page_.warnings.empty()) line();
    for (const auto& warning : page_.warnings) {
      item(0, "warning: ", warning.summary + (warning.detail.empty() ? "" : "; " + warning.detail), Tone::kNote);
    }
    line();
    const auto& run = page_.rehearsed;
    if (run.state() == "done") {
      line(
          fmt::format("Rehearsed to the end: {} changes, {} of virtual time.", run.changes(), to_text(run.duration())));
    } else {
      item(0, "The rehearsal stops: ", run.summary(), Tone::kBad);
    }
  }

  const PlanPage& page_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string plan_page_text(const PlanPage& page, const report::Look& look) {
  return TextPage(page, look).write();
}

Json plan_page_json(const PlanPage& page) {
  Json plan = to_json(page.plan);
  for (Json& step : plan["steps"]) {
    const auto* seen = rehearsed_step(page, step["id"].get<std::string>());
    if (seen == nullptr) continue;
    step["rehearsed"] = {{"state", seen->state == "not reached" ? "not_reached" : seen->state},
                         {"summary", seen->summary},
                         {"changes", changes_of(*seen)},
                         {"awaited", seen->awaited},
                         {"duration_ms", seen->duration.count()}};
  }
  Json stand_ins = Json::array();
  for (const auto& stand_in : page.stand_ins) {
    stand_ins.push_back({{"parameter", stand_in.parameter}, {"description", stand_in.description}});
  }
  Json warnings = Json::array();
  for (const auto& warning : page.warnings) warnings.push_back(report::to_json(warning));
  Json rehearsal = nullptr;
  if (page.rehearsed.started()) {
    rehearsal = {{"state", page.rehearsed.state()},
                 {"summary", page.rehearsed.summary()},
                 {"duration_ms", page.rehearsed.duration().count()},
                 {"rollouts", page.rollouts}};
  }
  return {{"plan", 1},
          {"product", page.version.product},
          {"from", page.version.from},
          {"to", page.version.to},
          {"nothing_to_do", page.version.nothing_to_do},
          {"detection", page.version.detection},
          {"hops", plan["hops"]},
          {"steps", plan["steps"]},
          {"point_of_no_return", plan["point_of_no_return"]},
          {"stand_ins", std::move(stand_ins)},
          {"warnings", std::move(warnings)},
          {"rehearsal", std::move(rehearsal)}};
}

}  // namespace upshift::cli
