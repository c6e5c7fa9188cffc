// The log file: every event of a run as a line, for whoever looks for the cause later. The only header behind which
// spdlog stands.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/event.hpp"
#include "base/result.hpp"

namespace upshift::cli {

class EventLog : public EventSink {
 public:
  // Appends to the file, which is made with mode 0600. `level` is debug, info, warning or error.
  static Result<std::unique_ptr<EventLog>> open(const std::filesystem::path& file, const std::string& level);
};

}  // namespace upshift::cli
