// What the frames of v4.channel.k8s.io say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/transport.hpp"

namespace upshift::cluster::http {

inline constexpr std::string_view kExecProtocol = "v4.channel.k8s.io";
inline constexpr char kInputChannel = 0;

class ExecFrames {
 public:
  // `output` is told of every piece as it is taken; may be empty.
  explicit ExecFrames(ExecOutput output = {}) : output_(std::move(output)) {}

  // Takes one message. An error means that it follows no known form, or that the server could not run the command.
  Status take(std::string_view message);
  // Whether the status has come: nothing follows it.
  bool ended() const { return ended_; }
  ExecResult take_result() { return std::move(result_); }

 private:
  void take_output(ExecStream stream, std::string_view piece);
  Status take_status(std::string_view text);

  ExecOutput output_;
  ExecResult result_;
  bool ended_ = false;
};

}  // namespace upshift::cluster::http
