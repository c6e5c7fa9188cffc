// The plan as a table for a terminal of 80 columns.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/plan_page.hpp"
#include "cli/selection_options.hpp"

namespace upshift::cli {
namespace {

using report::paint;
using report::Tone;

constexpr int kNameAt = 6;   // columns left of a step's name: its number
constexpr int kTextAt = 33;  // columns left of what it does
constexpr int kHopWidth = 10;

std::string plural(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : word.ends_with("s") ? "es" : "s");
}

// "update DeploymentConfig/a, update DeploymentConfig/b, create Secret/c" with what they share said once:
// "update DeploymentConfig/a, b; create Secret/c".
std::string grouped(const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const auto& text : texts) {
    const auto slash = text.find('/');
    const auto prefix = slash == std::string::npos ? text : text.substr(0, slash + 1);
    if (groups.empty() || groups.back().first != prefix || slash == std::string::npos) groups.push_back({prefix, {}});
    if (slash != std::string::npos) groups.back().second.push_back(text.substr(slash + 1));
  }
  std::vector<std::string> parts;
  for (const auto& [prefix, names] : groups) parts.push_back(prefix + join(names, ", "));
  return join(parts, "; ");
}

class PlanTable {
 public:
  PlanTable(const PlanPage& page, const report::Look& look) : page_(page), plan_(page.plan), look_(look) {}

  std::string write() {
    if (page_.version.nothing_to_do) {
      line(fmt::format("{} {} is installed, nothing to do", page_.version.product, page_.version.from));
      return std::move(out_);
    }
    write_heading();
    write_steps();
    write_points_of_no_return();
    write_gates();
    write_optional();
    write_restarts();
    write_needs();
    write_end();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) { out_.append(text).append("\n"); }

  void heading(std::string_view text) {
    line();
    line(paint(look_, Tone::kStrong, text));
  }

  // Wrapped, with `head` left of the first line and blanks as wide left of the others.
  void block(const std::string& head, const std::string& text, Tone tone = Tone::kPlain) {
    const int indent = report::display_width(head);
    const auto lines = report::wrap(report::printable(text), std::max(20, look_.width - indent));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      line((i == 0 ? head : std::string(static_cast<std::size_t>(indent), ' ')) + paint(look_, tone, lines[i]));
    }
  }

  void detail(const std::string& text, Tone tone = Tone::kPlain) {
    block(std::string(static_cast<std::size_t>(kTextAt), ' '), text, tone);
  }

  void write_heading() {
    std::size_t gates = 0;
    std::size_t points = 0;
    std::size_t selected = 0;
    for (const auto& step : plan_.steps) {
      if (!step.selected) continue;
      ++selected;
      gates += step.gate.empty() ? 0 : 1;
      points += step.irreversible.empty() ? 0 : 1;
    }
    line(paint(look_, Tone::kStrong,
               fmt::format("{} {} → {}: {} in {}, {}, {} of no return", plan_.product, plan_.from, plan_.to,
                           plural(selected, "step"), plural(plan_.hops.size(), "hop"), plural(gates, "gate"),
                           plural(points, "point"))));
    if (const auto summary = string_at(page_.version.detection, "/summary"); !summary.empty()) block("", summary);
    if (selected < plan_.steps.size()) {
      block("",
            fmt::format("selected; what comes before them and is left out is proven to be so ({})",
                        plural(plan_.steps.size() - selected, "step")),
            Tone::kDim);
    }
  }

  void write_steps() {
    std::string hop;
    std::string stage;
    std::size_t number = 0;
    for (const auto& step : plan_.steps) {
      if (plan_.hops.size() > 1 && step.hop != hop) {
        const auto of_hop = std::count_if(plan_.steps.begin(), plan_.steps.end(),
                                          [&](const plan::Step& other) { return other.hop == step.hop; });
        heading(fmt::format("═══ {}: {}, plugin {}", step.hop, plural(static_cast<std::size_t>(of_hop), "step"),
                            plugin_of(step.hop)));
      }
      hop = step.hop;
      if (const std::string here = step.hop + "/" + step.stage; here != stage) {
        stage = here;
        write_stage(step, here);
      }
      write_step(step, ++number);
    }
  }

  // The plugin of the hop's own steps: those of a concern are another one's.
  std::string plugin_of(const std::string& hop) const {
    for (const auto& step : plan_.steps) {
      if (step.hop == hop && step.subject == step.id) return step.plugin;
    }
    return "-";
  }

  void write_stage(const plan::Step& step, const std::string& id) {
    const std::string title =
        step.guide.empty() ? step.stage_title : fmt::format("{:<4} {}", step.guide, step.stage_title);
    const int room = look_.width - report::display_width(id) - 1;
    line();
    if (report::display_width(title) >= room) {
      line(paint(look_, Tone::kStrong, report::clip(report::printable(title), look_.width)));
      line(paint(look_, Tone::kDim, fmt::format("     {}", id)));
    } else {
      line(paint(look_, Tone::kStrong, report::pad(report::printable(title), room)) + " " +
           paint(look_, Tone::kDim, id));
    }
  }

  void write_step(const plan::Step& step, std::size_t number) {
    const std::string name = step.id.substr(step.id.rfind('/') + 1);
    const std::string head = fmt::format("{:>{}}  {}", number, kNameAt - 2, name);
    if (report::display_width(head) < kTextAt) {
      block(report::pad(head, kTextAt), step.title);
    } else {
      line(report::clip(head, look_.width));
      detail(step.title);
    }
    const auto* seen = rehearsed_step(page_, step.id);
    if (seen != nullptr && seen->state == "skipped") {
      detail("skipped: " + seen->summary, Tone::kDim);
    } else if (!step.selected) {
      detail("left out by the selection", Tone::kDim);
    } else if (seen != nullptr && !seen->changes.empty()) {
      detail("changes: " + grouped(changes_of(*seen)));
    }
    if (!step.selected) return;
    const bool waited = seen != nullptr && !seen->awaited.empty();
    const bool is_skipped = seen != nullptr && seen->state == "skipped";
    if (!is_skipped && (waited || !step.awaits.empty())) {
      detail("waits for: " + grouped(waited ? seen->awaited : step.awaits));
    }
    if (!step.gate.empty()) detail("gate: " + step.gate, Tone::kNote);
    if (step.optional) detail("optional: asked for with --with", Tone::kDim);
    if (!step.irreversible.empty()) detail("no way back: " + step.irreversible, Tone::kNote);
  }

  void write_points_of_no_return() {
    heading("Points of no return");
    bool any = false;
    for (const auto& step : plan_.steps) {
      if (!step.selected || step.irreversible.empty()) continue;
      any = true;
      block("  ", step.id + ": " + step.irreversible);
      const auto backups = saved_before(plan_, step);
      for (const auto* backup : backups) block("    backup: ", backup->id + ", " + backup->title, Tone::kGood);
      if (backups.empty()) {
        block("    backup: ", "none in this plan; save what it changes before you run it", Tone::kNote);
      }
    }
    if (!any) line("  none: every step can be undone");
  }

  void write_gates() {
    std::vector<const plan::Step*> gates;
    for (const auto& step : plan_.steps) {
      if (step.selected && !step.gate.empty()) gates.push_back(&step);
    }
    if (gates.empty()) return;
    heading("Gates, each asked before its step begins (--yes, --yes-to STEP)");
    for (const auto* step : gates) block("  ", step->id + ": " + step->gate);
  }

  void write_optional() {
    if (plan_.left_out.empty()) return;
    heading("Optional steps, left out (--with NAME brings one in)");
    for (const auto& step : plan_.left_out) {
      block("  ", fmt::format("{}: {}{}", step.id, step.title,
                              step.tags.empty() ? "" : fmt::format(" (tags {})", join(step.tags, ", "))));
    }
  }

  void write_restarts() {
    if (page_.restarts.empty()) return;
    heading("How often each DeploymentConfig is rolled out");
    const bool by_hop = plan_.hops.size() > 1 && plan_.hops.size() <= 4;
    if (by_hop) {
      std::string head(40, ' ');
      for (const auto& hop : plan_.hops) head += fmt::format("{:>{}}", report::clip(hop, kHopWidth - 1), kHopWidth);
      line(paint(look_, Tone::kDim, head));
    }
    for (const auto& [name, hops] : page_.restarts) {
      std::int64_t all = 0;
      std::string counts;
      for (const auto& hop : plan_.hops) {
        const auto found = hops.find(hop);
        const std::int64_t count = found == hops.end() ? 0 : found->second;
        all += count;
        if (by_hop) counts += fmt::format("{:>{}}", count == 0 ? "-" : std::to_string(count), kHopWidth);
      }
      line(report::pad(fmt::format("  {:>3}  {}", all, report::clip(name, 32)), by_hop ? 40 : 0) + counts);
    }
  }

  void write_needs() {
    if (!page_.stand_ins.empty()) heading("A real run needs");
    for (const auto& stand_in : page_.stand_ins) block("  ", stand_in.parameter + ": " + stand_in.description);
    if (!page_.warnings.empty()) line();
    for (const auto& warning : page_.warnings) {
      block("warning: ", warning.summary + (warning.detail.empty() ? "" : "; " + warning.detail), Tone::kNote);
    }
  }

  void write_end() {
    if (!page_.missing.empty()) heading("Missing: left out, needed, and not so yet");
    for (const auto& one : page_.missing) block("  ", fmt::format("{}: {}", one.id, one.why), Tone::kNote);
    line();
    const auto& run = page_.rehearsed;
    if (!page_.missing.empty()) {
      block("blocked: ", refusal_text(page_.missing), Tone::kBad);
    } else if (run.state() == "done") {
      line(
          fmt::format("Rehearsed to the end: {} changes, {} of virtual time.", run.changes(), to_text(run.duration())));
    } else {
      block("The rehearsal stops: ", run.summary(), Tone::kBad);
    }
  }

  const PlanPage& page_;
  const plan::Plan& plan_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string plan_page_text(const PlanPage& page, const report::Look& look) {
  return PlanTable(page, look).write();
}

}  // namespace upshift::cli
