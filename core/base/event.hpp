// What happens during a run, for whoever watches: the terminal, the JSON report, a test. The engine emits, a sink reads
// and decides nothing. Events hold no secrets.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace upshift {

struct Event {
  enum class Kind {
    kRunStarted,   // {"mode","product","from","to","target","steps":[{"id","title","hop","stage","stage_title","guide",
                   //   "gate","irreversible"}]}
    kStepStarted,  // {"index" (from 1),"total","title"}
    kStepChecked,  // {"state": pending|done|not_applicable|blocked, "summary"}
    kGate,         // {"question","answer": yes|no,"by"}
    kChange,       // {"verb": create|update|delete|exec|http, "object": "Secret/system-redis", "state", "http_status"}
    kUnchanged,    // {"object"}: a patch whose result is already there
    kWaiting,      // {"conditions":[{"text","reason","since_ms"}]}: sent when it begins, when a reason changes, and at
                   //   least every 10 s of the clock while it lasts
    kDiagnostic,   // {"severity","summary","detail","path"}
    kLog,          // {"severity","message"}
    kProgress,     // {"fraction","message"}
    kStepEnded,    // {"state": done|skipped|blocked|failed, "summary", "duration_ms", "changes"}
    kRunEnded,     // {"state": done|failed|blocked|interrupted, "summary", "duration_ms", "done","skipped","changes"}
  };
  Kind kind = Kind::kLog;
  TimePoint at;
  std::string step;  // "" for events of the run
  Json data;
};

std::string_view to_string(Event::Kind kind);

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
};

}  // namespace upshift
