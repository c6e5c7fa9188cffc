// Finds the command, parses its options, runs it, tells what went wrong.
#include <array>
#include <fmt/format.h>
#include <iostream>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "report/document.hpp"

namespace upshift::cli {
namespace {

bool asks_for_help(const std::vector<std::string>& arguments) {
  for (const auto& argument : arguments) {
    if (argument == "--") return false;
    if (argument == "--help" || argument == "-h") return true;
  }
  return false;
}

std::size_t word_count(std::string_view name) {
  return split(name, ' ').size();
}

// UNAVAILABLE is what a cluster that cannot be reached or read comes as, UNAUTHENTICATED one that does not prove itself
// or does not accept who is asking, ABORTED a lock that another upgrade holds; all
// else is the input's fault.
int tell(const Error& error, const Command* command) {
  std::cerr << "upshift: " << report::describe(error);
  if (error.code == StatusCode::kInvalidArgument && command != nullptr) {
    std::cerr << fmt::format("  see upshift {} --help\n", command->name);
  }
  switch (error.code) {
    case StatusCode::kUnavailable:
    case StatusCode::kUnauthenticated:
      return kExitUnreachable;
    case StatusCode::kAborted:
      return kExitLocked;
    case StatusCode::kCancelled:
      return kExitInterrupted;
    default:
      return kExitUsage;
  }
}

int run_command(const Command& command, const std::vector<std::string>& arguments) {
  if (asks_for_help(arguments)) {
    std::cout << command_help(command);
    return kExitDone;
  }
  const auto parsed = command.options().parse(arguments);
  if (!parsed) return tell(parsed.error(), &command);
  const auto status = command.run(*parsed);
  std::cout << std::flush;
  if (!status) return tell(status.error(), nullptr);
  if (!std::cout) {
    std::cerr << "upshift: cannot write to the standard output\n";
    return kExitStepFailed;
  }
  return *status;
}

}  // namespace

std::span<const Command> commands() {
  static const std::array kCommands{plan_command(),           rehearse_command(),       run_command(),
                                    resume_command(),         rollback_command(),       unlock_command(),
                                    backup_command(),         doctor_command(),         status_command(),
                                    history_command(),        journal_show_command(),   journal_verify_command(),
                                    journal_export_command(), emulator_serve_command(), plugin_list_command(),
                                    plugin_show_command(),    version_command(),        help_command()};
  return kCommands;
}

Result<const Command*> find_command(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
    const auto wanted = split(command.name, ' ');
    if (words.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), words.begin())) return &command;
  }
  // "plugin list" and "plugin show" are a group.
  std::vector<std::string> group;
  for (const auto& name : names) {
    if (!words.empty() && name.starts_with(words[0] + " ")) group.push_back(fmt::format("'{}'", name));
  }
  const bool names_group = !group.empty();
  const std::string given = names_group && words.size() > 1 ? words[0] + " " + words[1] : words.empty() ? "" : words[0];
  const std::string near = nearest(given, names);
  std::string advice = near.empty() ? "" : fmt::format("did you mean '{}'? ", near);
  if (names_group && words.size() == 1) advice = fmt::format("it is {}; ", join(group, " or "));
  return failure(StatusCode::kInvalidArgument, fmt::format("there is no command '{}'", given),
                 advice + "`upshift help` lists them all");
}

std::string command_help(const Command& command) {
  return fmt::format("upshift {} {}\n\n{}\n{}\nExamples\n{}", command.name, command.usage, command.about,
                     command.options().help(), command.examples);
}

std::string program_help() {
  std::string out =
      "upshift takes an application on OpenShift through a chain of version upgrades,\n"
      "rehearsed on an emulated project before a cluster is touched.\n\n"
      "upshift COMMAND [OPTION…]\n\n";
  for (const Command& command : commands()) out += fmt::format("  {:<14} {}\n", command.name, command.summary);
  out +=
      "\n`upshift COMMAND --help` tells a command's options, with examples.\n\n"
      "Exit status: 0 done; 1 a step failed; 2 wrong usage, input or configuration;\n"
      "3 blocked by a check or gate; 4 rollback conflict; 5 cluster not reachable or\n"
      "access refused; 6 another upgrade holds the lock; 130 interrupted.\n";
  return out;
}

int run_program(std::vector<std::string> arguments) {
  std::ios::sync_with_stdio(false);
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    (arguments.empty() ? std::cerr : std::cout) << program_help();
    return arguments.empty() ? kExitUsage : kExitDone;
  }
  if (arguments[0] == "--version") arguments[0] = "version";
  const auto command = find_command(arguments);
  if (!command) return tell(command.error(), nullptr);
  arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(word_count((*command)->name)));
  return run_command(**command, arguments);
}

}  // namespace upshift::cli
