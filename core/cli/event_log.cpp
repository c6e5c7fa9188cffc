#include "cli/event_log.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <unistd.h>

#include "report/redaction.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {
namespace {

spdlog::level::level_enum level_of(const std::string& name) {
  if (name == "debug") return spdlog::level::debug;
  if (name == "warning") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  return spdlog::level::info;
}

spdlog::level::level_enum level_of(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kDiagnostic:
    case Event::Kind::kLog:
      return level_of(string_at(event.data, "/severity"));
    case Event::Kind::kStepEnded:
    case Event::Kind::kRunEnded:
      return string_at(event.data, "/state") == "failed" ? spdlog::level::err : spdlog::level::info;
    case Event::Kind::kUnchanged:
    case Event::Kind::kProgress:
    case Event::Kind::kWaiting:
      return spdlog::level::debug;
    default:
      return spdlog::level::info;
  }
}

class SpdlogEventLog final : public EventLog {
 public:
  explicit SpdlogEventLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}
  void on_event(const Event& event) override {
    // The plan itself is long and told elsewhere.
    Json data = event.data;
    if (data.is_object()) data.erase("steps");
    logger_->log(level_of(event), "{} {} {} {}", to_rfc3339(event.at), to_string(event.kind),
                 event.step.empty() ? "-" : event.step, report::redact_text(report::printable(to_text(data))));
  }

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::open(const std::filesystem::path& file, const std::string& level) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failure(StatusCode::kPermissionDenied,
                   "cannot write the log file '" + file.string() + "': " + std::strerror(errno),
                   "choose another file with --log-file");
  }
  ::close(descriptor);
  try {
    auto logger =
        std::make_shared<spdlog::logger>("upshift", std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string()));
    logger->set_level(level_of(level));
    logger->flush_on(spdlog::level::warn);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return std::make_unique<SpdlogEventLog>(std::move(logger));
  } catch (const spdlog::spdlog_ex& error) {
    return failure(StatusCode::kUnknown, "cannot write the log file '" + file.string() + "'", error.what());
  }
}

}  // namespace upshift::cli
