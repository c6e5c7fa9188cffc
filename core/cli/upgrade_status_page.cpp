// How an upgrade stands, as text.
#include <fmt/format.h>

#include "cli/record_json.hpp"
#include "cli/upgrade_status.hpp"

namespace upshift::cli {
namespace {

using report::paint;
using report::printable;
using report::Tone;

constexpr int kCaption = 14;

class Page {
 public:
  Page(const UpgradeStatus& status, const report::Look& look) : status_(status), look_(look) {}

  std::string write() {
    if (!status_.upgrade) return "no upgrade was begun\n";
    const auto& run = status_.upgrade->run;
    out_ += paint(look_, Tone::kStrong, printable(versions_of(run))) + ", " + printable(run.target) + "\n";
    out_ += paint(look_, tone(), heading()) + "\n\n";
    entry("Begun", fmt::format("{}, run {}{}", to_rfc3339(run.started), run.id,
                               status_.upgrade->attempts > 1 ? ", resumed since" : ""));
    if (run.finished != TimePoint{}) entry("Ended", to_rfc3339(run.finished));
    entry("Steps", fmt::format("{} done, {} skipped, {} to go", status_.done, status_.skipped,
                               status_.total - status_.done - status_.skipped));
    entry("Changes", fmt::format("{} applied", status_.upgrade->changes));
    if (status_.rollback) write_rollback();
    write_last();
    for (const auto& change : status_.open_changes) {
      entry("Open",
            fmt::format("change {}, {}: perhaps sent; resume and rollback look at the live object", change.id,
                        display(change)),
            Tone::kNote);
    }
    for (const auto& point : status_.passed) entry("No return", point.step + ": " + point.why, Tone::kNote);
    for (const auto& next : status_.next) entry("Next", next.command + " – " + next.why);
    return std::move(out_);
  }

 private:
  std::string heading() const {
    const auto at = fmt::format(" at step {} of {}", status_.position, status_.total);
    const auto& state = status_.state;
    if (state == "done") return fmt::format("done, {} of {} steps", status_.total, status_.total);
    if (state == "running") return fmt::format("running{} (process {})", at, status_.writer);
    if (state == "killed") return "stopped without a word" + at + ": it was killed, or its machine went down";
    if (state == "rolling_back") return fmt::format("being taken back (process {})", status_.writer);
    if (state == "rolled_back") return "taken back";
    if (state == "partly_rolled_back") return "taken back in part, stands" + at;
    if (state == "rollback_stopped") {
      const auto how = status_.rollback->run.state;
      return fmt::format("being taken back, {}",
                         how == journal::RunState::kRunning ? "but stopped without a word" : to_string(how));
    }
    return state + at;
  }

  Tone tone() const {
    if (status_.state == "killed" || status_.state == "rollback_stopped") return Tone::kBad;
    return report::tone_of(status_.state);
  }

  void write_rollback() {
    const auto& summary = *status_.rollback;
    const auto to = string_at(summary.run.plan, "/to");
    entry("Rollback", fmt::format("run {}, {}: {} of {} steps, {} changes taken back{}", summary.run.id,
                                  to_rfc3339(summary.run.started), summary.done, summary.planned, summary.changes,
                                  to.empty() ? "" : ", down to " + to));
  }

  void write_last() {
    if (const auto& step = status_.last_step) {
      const std::string said = step->summary.empty() ? step->title : step->summary;
      entry("Last step",
            fmt::format("{}, {}, {}{}", step->id, step->state, to_rfc3339(step->at), said.empty() ? "" : ": " + said));
    }
    if (const auto& change = status_.last_change) {
      entry("Last change", fmt::format("{}, {}{}", display(*change), to_string(change->state),
                                       change->error.empty() ? "" : ": " + change->error));
    }
  }

  void entry(const std::string& caption, const std::string& text, Tone tone = Tone::kPlain) {
    bool first = true;
    for (const auto& line : report::wrap(printable(text), std::max(look_.width, 40) - kCaption)) {
      out_ += report::pad(first ? caption : "", kCaption) + paint(look_, tone, line) + "\n";
      first = false;
    }
  }

  const UpgradeStatus& status_;
  const report::Look& look_;
  std::string out_;
};

}  // namespace

std::string to_text(const UpgradeStatus& status, const report::Look& look) {
  return Page(status, look).write();
}

}  // namespace upshift::cli
