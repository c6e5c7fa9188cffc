// A command that a client wants to run in a pod, and which of its streams the client wants to see.
#pragma once

#include <functional>
#include <optional>

#include "cluster/transport.hpp"

namespace upshift::emulator::server {

struct ExecPlan {
  cluster::ExecRequest request;
  bool standard_input = false;
  std::optional<std::size_t> input_bytes;  // how long the input is, where the client says so
  bool standard_output = false;
  bool standard_error = false;
};

using RunCommand = std::function<Result<cluster::ExecResult>(const cluster::ExecRequest&)>;

}  // namespace upshift::emulator::server
