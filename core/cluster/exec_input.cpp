#include "cluster/exec_input.hpp"

#include <charconv>
#include <string_view>

namespace upshift::cluster {
namespace {

constexpr std::string_view kScript = R"(bytes=$1; shift; head -c "$bytes" | "$@")";
constexpr std::string_view kName = "upshift-input";
// sh -c SCRIPT NAME BYTES, then the command itself.
constexpr std::size_t kWords = 5;

}  // namespace

std::vector<std::string> with_counted_input(const std::vector<std::string>& command, std::size_t bytes) {
  std::vector<std::string> wrapped = {"sh", "-c", std::string(kScript), std::string(kName), std::to_string(bytes)};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

std::optional<CountedInput> counted_input(const std::vector<std::string>& command) {
  if (command.size() <= kWords || command[0] != "sh" || command[1] != "-c" || command[2] != kScript ||
      command[3] != kName) {
    return std::nullopt;
  }
  CountedInput counted;
  const std::string& number = command[4];
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), counted.bytes);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  counted.command.assign(command.begin() + kWords, command.end());
  return counted;
}

}  // namespace upshift::cluster
