#include "cluster/http/exec_frames.hpp"

#include <charconv>
#include <fmt/format.h>

namespace upshift::cluster::http {
namespace {

std::optional<int> exit_code(const Json& status) {
  for (const auto& cause : array_at(status, "/details/causes")) {
    if (string_at(cause, "/reason") != "ExitCode") continue;
    const auto text = string_at(cause, "/message");
    int code = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (error == std::errc() && end == text.data() + text.size()) return code;
  }
  return std::nullopt;
}

}  // namespace

Status ExecFrames::take(std::string_view message) {
  if (message.empty()) return {};
  const char channel = message.front();
  message.remove_prefix(1);
  switch (channel) {
    case 1:
      take_output(ExecStream::kStandardOutput, message);
      return {};
    case 2:
      take_output(ExecStream::kStandardError, message);
      return {};
    case 3:
      return take_status(message);
    default:
      return failure(StatusCode::kInternal, fmt::format("the server sent on channel {}, which nobody knows",
                                                        static_cast<int>(static_cast<unsigned char>(channel))));
  }
}

void ExecFrames::take_output(ExecStream stream, std::string_view piece) {
  auto& kept = stream == ExecStream::kStandardOutput ? result_.standard_output : result_.standard_error;
  kept.append(piece);
  if (output_ && !piece.empty()) output_(stream, piece);
}

Status ExecFrames::take_status(std::string_view text) {
  const auto status = parse_json(text, "the command's status");
  if (!status || !status->is_object()) return failure(StatusCode::kInternal, "the command's status cannot be read");
  ended_ = true;
  if (string_at(*status, "/status") == "Success") return {};
  if (const auto code = exit_code(*status)) {
    result_.exit_code = *code;
    return {};
  }
  const auto message = string_at(*status, "/message");
  return failure(StatusCode::kInternal,
                 fmt::format("the command could not be run: {}", message.empty() ? "no reason was given" : message),
                 "Look whether the container is running and has the program.");
}

}  // namespace upshift::cluster::http
