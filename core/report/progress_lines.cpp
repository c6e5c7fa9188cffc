#include "report/progress_lines.hpp"

#include <fmt/format.h>

#include "report/run_record.hpp"
#include "report/text_layout.hpp"

namespace upshift::report {

void ProgressLines::line(const std::string& text) {
  out_ << printable(text) + "\n" << std::flush;
}

void ProgressLines::on_event(const Event& event) {
  const Json& data = event.data;
  switch (event.kind) {
    case Event::Kind::kRunStarted:
      total_ = array_at(data, "/steps").size();
      line(fmt::format("{} {} -> {}: {} steps against {}", string_at(data, "/product"), string_at(data, "/from"),
                       string_at(data, "/to"), total_, string_at(data, "/target")));
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
      break;
    }
    default:
      break;
  }
}

// A wait is told when it begins and when one of its reasons changes, not each time it is heard of.
void ProgressLines::on_waiting(const Event& event) {
  std::string text;
  for (const Json& condition : array_at(event.data, "/conditions")) {
    const auto reason = string_at(condition, "/reason");
    if (!text.empty()) text += "; ";
    text += string_at(condition, "/text");
    if (!reason.empty()) text += " (" + reason + ")";
  }
  if (text.empty() || last_wait_[event.step] == text) return;
  last_wait_[event.step] = text;
  line(fmt::format("waits    {}: {}", event.step, text));
}

}  // namespace upshift::report
