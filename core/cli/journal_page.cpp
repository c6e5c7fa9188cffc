// A journal as text.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/journal_document.hpp"
#include "cli/record_json.hpp"
#include "report/diff.hpp"

namespace upshift::cli {
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
    std::string text = fmt::format("{}  {}, {}", change.id, display(change), to_string(change.state));
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
