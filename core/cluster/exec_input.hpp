// Standard input of a command over WebSocket. The protocol (v4.channel.k8s.io) cannot say that the input has ended, so
// the command is started behind a shell that passes on a counted number of bytes and then closes its input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace upshift::cluster {

struct CountedInput {
  std::size_t bytes = 0;
  std::vector<std::string> command;
};

// The command as it is sent: sh and head of the container do the counting. Its exit status stays that of `command`.
std::vector<std::string> with_counted_input(const std::vector<std::string>& command, std::size_t bytes);

// The way back, for whoever answers such commands: nullopt where the command is not of that form.
std::optional<CountedInput> counted_input(const std::vector<std::string>& command);

}  // namespace upshift::cluster
