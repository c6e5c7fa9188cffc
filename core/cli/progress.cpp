#include "cli/progress.hpp"

#include <iostream>
#include <unistd.h>

#include "cli/common.hpp"
#include "cli/event_log.hpp"
#include "report/live_view.hpp"
#include "report/progress_lines.hpp"

namespace upshift::cli {

void EventFan::add(EventSink* sink) {
  if (sink != nullptr) sinks_.push_back(sink);
}

void EventFan::on_event(const Event& event) {
  for (EventSink* sink : sinks_) sink->on_event(event);
}

Progress make_progress(const config::Settings& settings, bool quiet) {
  if (quiet) return {};
  if (!is_terminal(STDERR_FILENO)) return {.sink = std::make_unique<report::ProgressLines>(std::cerr)};
  static const SystemClock kWallClock;
  auto view = std::make_unique<report::LiveView>(
      std::cerr, [colour = settings.colour] { return look_of(STDERR_FILENO, colour); }, kWallClock);
  auto clear = [view = view.get()] { view->clear(); };
  return {.sink = std::move(view), .clear = std::move(clear)};
}

Result<std::unique_ptr<EventSink>> make_log(const config::Settings& settings) {
  if (settings.log_file.empty()) return nullptr;
  UPSHIFT_ASSIGN(auto log, EventLog::open(settings.log_file, settings.log_level));
  return std::unique_ptr<EventSink>(std::move(log));
}

}  // namespace upshift::cli
