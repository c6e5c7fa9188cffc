// The final report as text.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/diff.hpp"
#include "report/document.hpp"
#include "report/redaction.hpp"

namespace upshift::report {
namespace {

constexpr int kStateWidth = 11;

class TextReport {
 public:
  TextReport(const Document& document, const Look& look) : document_(document), look_(look) {}

  std::string write() {
    if (document_.run.started()) {
      write_heading();
      write_steps();
      write_point_of_no_return();
    }
    write_stand_ins();
    write_diagnostics();
    write_result();
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) { out_.append(text).append("\n"); }

  // Wrapped text whose first line starts after `head`, the following ones below it.
  void block(const std::string& head, int head_width, std::string_view text, Tone tone = Tone::kPlain) {
    const auto lines = wrap(printable(text), std::max(20, look_.width - head_width));
    if (lines.empty()) line(head);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string left = i == 0 ? head : std::string(static_cast<std::size_t>(head_width), ' ');
      line(left + paint(look_, tone, lines[i]));
    }
  }

  void heading(std::string_view text) {
    line();
    line(paint(look_, Tone::kStrong, text));
  }

  void write_heading() {
    const RunRecord& run = document_.run;
    line(paint(look_, Tone::kStrong,
               fmt::format("{} {} → {}, {} on {}", run.product(), run.from(), run.to(),
                           run.mode() == "rehearse" ? "rehearsed" : "run", printable(run.target()))));
    if (const auto evidence = string_at(document_.detection, "/summary"); !evidence.empty()) block("", 0, evidence);
  }

  void write_steps() {
    std::string stage;
    std::string hop;
    const auto& all = document_.run.steps();
    const bool is_chain = std::any_of(all.begin(), all.end(), [&](const auto& step) { return step.hop != all[0].hop; });
    for (const StepRecord& step : all) {
      if (is_chain && step.hop != hop) write_hop(step.hop);
      hop = step.hop;
      const std::string here = step.hop + "/" + step.stage;
      if (here != stage) {
        stage = here;
        heading(step.guide.empty() ? step.stage_title : fmt::format("{:<4} {}", step.guide, step.stage_title));
      }
      write_step(step);
    }
  }

  void write_hop(const std::string& hop) {
    int steps = 0;
    int done = 0;
    int skipped = 0;
    for (const StepRecord& step : document_.run.steps()) {
      if (step.hop != hop) continue;
      ++steps;
      done += step.state == "done" ? 1 : 0;
      skipped += step.state == "skipped" ? 1 : 0;
    }
    heading(fmt::format("═══ {}: {} of {} steps done, {} skipped", printable(hop), done, steps, skipped));
  }

  void write_step(const StepRecord& step) {
    std::string text =
        step.id.substr(step.id.rfind('/') + 1) + ": " + (step.summary.empty() ? step.title : step.summary);
    if (step.duration >= std::chrono::seconds(1)) text += fmt::format(" ({})", to_text(step.duration));
    const Tone tone = tone_of(step.state);
    block("  " + paint(look_, tone, pad(step.state, kStateWidth)) + " ", kStateWidth + 3, text);
    const std::string margin(kStateWidth + 3, ' ');
    if (!step.gate.empty() && step.state != "skipped") {
      const auto answer = step.gate_answer.empty() ? std::string("not asked") : "answered " + step.gate_answer;
      block(margin + "gate: ", kStateWidth + 9, fmt::format("{} ({})", step.gate, answer), Tone::kNote);
    }
    for (const Diagnostic& diagnostic : step.diagnostics) {
      if (diagnostic.severity >= Severity::kWarning) write_diagnostic(diagnostic, margin);
    }
    if (document_.with_changes) write_changes(step.id, margin);
  }

  void write_changes(const std::string& step, const std::string& margin) {
    for (const ChangeDetail& change : document_.changes) {
      if (change.step != step) continue;
      line(margin + paint(look_, Tone::kStrong, printable(change.verb + " " + change.object)));
      if (!change.command.empty()) line(margin + "$ " + printable(redact_text(change.command)));
      for (const auto& text : diff_objects(change.before, change.after)) {
        line(margin + paint_diff_line(look_, printable(text)));
      }
    }
  }

  void write_diagnostic(const Diagnostic& diagnostic, const std::string& margin) {
    const std::string word(to_string(diagnostic.severity));
    const int indent = display_width(margin) + display_width(word) + 2;
    block(margin + paint(look_, tone_of(word), word) + ": ", indent, diagnostic.summary);
    for (const auto& text : split(diagnostic.detail, '\n')) {
      if (!text.empty()) block(std::string(static_cast<std::size_t>(indent), ' '), indent, redact_text(text));
    }
  }

  void write_point_of_no_return() {
    const StepRecord* step = document_.run.point_of_no_return();
    if (step == nullptr) return;
    heading("Point of no return");
    block("  ", 2, step->id + ": " + step->irreversible);
  }

  void write_stand_ins() {
    if (document_.stand_ins.empty()) return;
    heading("Stood in for, as a real run needs them");
    for (const StandIn& stand_in : document_.stand_ins)
      block("  ", 4, stand_in.parameter + ": " + stand_in.description);
  }

  void write_diagnostics() {
    std::vector<Diagnostic> all = document_.diagnostics;
    for (const Diagnostic& diagnostic : document_.run.diagnostics()) all.push_back(diagnostic);
    std::erase_if(all, [](const Diagnostic& diagnostic) { return diagnostic.severity < Severity::kWarning; });
    if (all.empty()) return;
    line();
    for (const Diagnostic& diagnostic : all) write_diagnostic(diagnostic, "");
  }

  void write_result() {
    const RunRecord& run = document_.run;
    if (!run.started()) {
      if (document_.exit_status != 0 && !document_.summary.empty()) {
        line();
        block(paint(look_, Tone::kNote, "blocked") + ": ", 9, document_.summary);
      }
      return;
    }
    line();
    const auto skipped = run.count("skipped");
    const auto missed = static_cast<int>(run.steps().size()) - run.count("done") - skipped;
    std::string text = fmt::format("{} of {} steps done, {} skipped", run.count("done"), run.steps().size(), skipped);
    if (missed > 0) text += fmt::format(", {} not done", missed);
    text += fmt::format("; {} change{}; {} of {} time.", run.changes(), run.changes() == 1 ? "" : "s",
                        to_text(run.duration()), run.mode() == "rehearse" ? "virtual" : "the cluster's");
    block(paint(look_, tone_of(run.state()), run.state()) + ": ", display_width(run.state()) + 2, text);
    if (run.state() != "done" && !run.summary().empty()) block("  ", 2, run.summary());
    if (!document_.journal.empty())
      line("The journal is " + document_.journal + ", the backup is in " + document_.backup + ".");
    if (!document_.saved_state.empty()) line("The final state is in " + document_.saved_state + ".");
  }

  const Document& document_;
  const Look& look_;
  std::string out_;
};

}  // namespace

std::string to_text_report(const Document& document, const Look& look) {
  return TextReport(document, look).write();
}

std::string describe(const Error& error) {
  std::string out = error.summary + "\n";
  if (!error.detail.empty()) out += "  " + error.detail + "\n";
  for (const Diagnostic& diagnostic : error.diagnostics) {
    if (diagnostic.summary == error.summary && diagnostic.detail == error.detail) continue;
    out += fmt::format("  {}: {}\n", to_string(diagnostic.severity), diagnostic.summary);
    if (!diagnostic.detail.empty()) out += "    " + diagnostic.detail + "\n";
  }
  return redact_text(out);
}

}  // namespace upshift::report
