#include "cli/gatekeeper.hpp"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <pwd.h>
#include <sstream>
#include <unistd.h>

#include "base/text.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_set.hpp"
#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

// nullopt: the input ended, or an interrupt came.
std::optional<std::string> read_line(int input) {
  std::string line;
  char one = 0;
  while (line.size() < 4096) {
    const ssize_t count = ::read(input, &one, 1);
    if (count < 0 && errno == EINTR && !interrupted()) continue;
    if (count <= 0) return std::nullopt;
    if (one == '\n') return line;
    line += one;
  }
  return std::nullopt;
}

std::string first_word(const std::string& line) {
  std::istringstream words(line);
  std::string word;
  words >> word;
  return word;
}

std::string user_name() {
  const passwd* const entry = ::getpwuid(::getuid());
  return entry != nullptr ? entry->pw_name : fmt::format("user {}", ::getuid());
}

}  // namespace

engine::GateAnswer Gatekeeper::answer(const plan::Step& step) const {
  for (const auto& glob : yes_to_) {
    if (matches_glob(glob, step.id)) return {true, "--yes-to " + glob, ""};
  }
  if (yes_) return {true, "--yes", ""};
  if (terminal_.input < 0) {
    return {false, "nobody", fmt::format("There is no terminal to ask on: say --yes-to {}, or --yes.", step.id)};
  }
  return ask(step);
}

engine::GateAnswer Gatekeeper::ask(const plan::Step& step) const {
  if (terminal_.before_asking) terminal_.before_asking();
  auto& out = *terminal_.output;
  const std::string who = user_name();
  out << "\n" << step.id << " asks:\n  " << report::printable(step.gate) << "\n";
  for (int tries = 0; tries < 3; ++tries) {
    out << "  yes or no? " << std::flush;
    const auto line = read_line(terminal_.input);
    if (!line) break;
    const std::string word = first_word(*line);
    if (word == "yes" || word == "y") return {true, who, ""};
    if (word == "no" || word == "n") return {false, who, "Run again when it may be done."};
  }
  return {false, who, "No answer came. Run again when it may be done."};
}

void add_gate_options(OptionSet& options) {
  options.group("Gates")
      .flag("yes", "answer every gate with yes; else each is asked on the terminal, and refused where there is none")
      .list("yes-to", "STEP", "answer this step's gate with yes (a glob); repeatable");
}

Gatekeeper make_gatekeeper(const Arguments& arguments, std::function<void()> before_asking) {
  Gatekeeper::Terminal terminal;
  if (is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO)) {
    terminal = {STDIN_FILENO, &std::cerr, std::move(before_asking)};
  }
  return {arguments.has("yes"), arguments.all("yes-to"), std::move(terminal)};
}

}  // namespace upshift::cli
