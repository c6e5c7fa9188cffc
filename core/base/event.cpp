#include "base/event.hpp"

namespace upshift {

std::string_view to_string(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kRunStarted:
      return "run_started";
    case Event::Kind::kStepStarted:
      return "step_started";
    case Event::Kind::kStepChecked:
      return "step_checked";
    case Event::Kind::kGate:
      return "gate";
    case Event::Kind::kChange:
      return "change";
    case Event::Kind::kUnchanged:
      return "unchanged";
    case Event::Kind::kWaiting:
      return "waiting";
    case Event::Kind::kDiagnostic:
      return "diagnostic";
    case Event::Kind::kLog:
      return "log";
    case Event::Kind::kProgress:
      return "progress";
    case Event::Kind::kStepEnded:
      return "step_ended";
    case Event::Kind::kRunEnded:
      return "run_ended";
  }
  return "log";
}

}  // namespace upshift
