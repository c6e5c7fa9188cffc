#include "report/progress_lines.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/redaction.hpp"
#include "report/run_record.hpp"
#include "report/text_layout.hpp"

namespace upshift::report {

namespace {

// " 2.5 -> 2.6"; "" for what is no upgrade.
std::string versions_of(const Json& run) {
  const auto from = string_at(run, "/from");
  return from.empty() ? "" : fmt::format(" {} -> {}", from, string_at(run, "/to"));
}

}  // namespace

void ProgressLines::line(const std::string& text) {
  out_ << printable(text) + "\n" << std::flush;
}

void ProgressLines::on_event(const Event& event) {
  const Json& data = event.data;
  switch (event.kind) {
    case Event::Kind::kRunStarted:
      total_ = array_at(data, "/steps").size();
      virtual_time_ = string_at(data, "/mode") == "rehearse";
      line(fmt::format("{}{}: {} step{} against {}", string_at(data, "/product"), versions_of(data), total_,
                       total_ == 1 ? "" : "s", string_at(data, "/target")));
      ended_ = steps_over(data);
      if (bool_at(data, "/resumed")) line(fmt::format("resumed at {} of {}", std::min(ended_ + 1, total_), total_));
      break;
    case Event::Kind::kStepEnded: {
      const auto summary = string_at(data, "/summary");
      line(fmt::format("[{:>{}}/{}] {:<8} {}{}{}", ++ended_, std::to_string(total_).size(), total_,
                       string_at(data, "/state"), event.step, summary.empty() ? "" : ": ", summary));
      last_wait_.erase(event.step);
      break;
    }
    case Event::Kind::kGate:
      line(fmt::format("gate     {}: {} {}", event.step, string_at(data, "/question"), string_at(data, "/answer")));
      break;
    case Event::Kind::kWaiting:
      on_waiting(event);
      break;
    case Event::Kind::kDiagnostic: {
      const Diagnostic diagnostic = diagnostic_of(data);
      if (diagnostic.severity < Severity::kWarning) break;
      line(fmt::format("{:<8} {}{}{}", to_string(diagnostic.severity), event.step, event.step.empty() ? "" : ": ",
                       diagnostic.summary));
      // The lines of a log.
      if (diagnostic.detail.find('\n') == std::string::npos) break;
      for (const auto& text : split(diagnostic.detail, '\n')) {
        if (!text.empty()) line("         " + redact_text(text));
      }
      break;
    }
    default:
      break;
  }
}

// A wait is told as often as it is heard of; on virtual time only when it begins and when one of its reasons changes.
void ProgressLines::on_waiting(const Event& event) {
  std::string text;
  for (const Json& condition : array_at(event.data, "/conditions")) {
    const auto reason = string_at(condition, "/reason");
    if (!text.empty()) text += "; ";
    text += string_at(condition, "/text");
    if (!reason.empty()) text += " (" + reason + ")";
  }
  if (text.empty() || (virtual_time_ && last_wait_[event.step] == text)) return;
  last_wait_[event.step] = text;
  line(fmt::format("waits    {}: {}", event.step, text));
}

}  // namespace upshift::report
