#include "cluster/http/watch_stream.hpp"

namespace upshift::cluster::http {
namespace {

// A single object larger than this is not one that etcd would store.
constexpr std::size_t kLongestLine = std::size_t{64} * 1024 * 1024;

}  // namespace

bool WatchStream::feed(std::string_view piece, const Sink& sink) {
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    if (end == std::string_view::npos) {
      rest_.append(piece);
      if (rest_.size() <= kLongestLine) return true;
      problem_ = "an event is too long";
      return false;
    }
    const bool whole = rest_.empty();
    if (!whole) rest_.append(piece.substr(0, end));
    const bool more = take_line(whole ? piece.substr(0, end) : std::string_view(rest_), sink);
    rest_.clear();
    if (!more) return false;
    piece.remove_prefix(end + 1);
  }
  return true;
}

bool WatchStream::take_line(std::string_view line, const Sink& sink) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return true;
  auto event = WatchEvent::read(line);
  if (!event) {
    problem_ = "a line is not an event";
    return false;
  }
  ended_by_error_ = event->type == WatchEvent::Type::kError;
  sink(std::move(*event));
  return !ended_by_error_;
}

Json stream_status(int code, std::string_view reason, std::string_view message) {
  return {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
          {"message", message}, {"reason", reason},   {"code", code}};
}

}  // namespace upshift::cluster::http
