// Where a run's events go while it lasts.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/event.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace upshift::cli {

// Hands every event to each of its sinks, in order.
class EventFan final : public EventSink {
 public:
  // Null is left out. Borrowed.
  void add(EventSink* sink);
  void on_event(const Event& event) override;

 private:
  std::vector<EventSink*> sinks_;
};

struct Progress {
  std::unique_ptr<EventSink> sink;      // null: nothing is told
  std::function<void()> clear = [] {};  // makes room for a question; good as long as the sink
};

// The live view where stderr is a terminal, lines elsewhere, nothing when quiet.
Progress make_progress(const config::Settings& settings, bool quiet);
// The log file of the settings; null where none is wanted.
Result<std::unique_ptr<EventSink>> make_log(const config::Settings& settings);

}  // namespace upshift::cli
