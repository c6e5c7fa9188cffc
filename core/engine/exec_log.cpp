#include "engine/exec_log.hpp"

#include <fmt/format.h>

namespace upshift::engine {
namespace {

// A command that never ends a line must not fill the memory.
constexpr std::size_t kLongestLine = 16 * 1024;

}  // namespace

void ExecLog::add(cluster::ExecStream stream, std::string_view piece) {
  std::string& line = begun_[stream];
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    const auto room = kLongestLine - line.size();
    const auto part = piece.substr(0, std::min(end, room));
    line += part;
    piece.remove_prefix(part.size());
    const bool whole = !piece.empty() && piece.front() == '\n';
    if (whole) piece.remove_prefix(1);
    if (!whole && line.size() < kLongestLine) continue;
    emit(stream, std::move(line));
    line.clear();
  }
}

void ExecLog::finish() {
  for (auto& [stream, line] : begun_) {
    if (!line.empty()) emit(stream, std::move(line));
    line.clear();
  }
}

void ExecLog::emit(cluster::ExecStream stream, std::string line) const {
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return;
  const auto severity = stream == cluster::ExecStream::kStandardError ? Severity::kInfo : Severity::kDebug;
  scope_.emit(Event::Kind::kLog,
              {{"severity", std::string(to_string(severity))},
               {"message", fmt::format("Pod/{}: {}", pod_, scope_.redactor.clean(std::move(line)))}});
}

}  // namespace upshift::engine
