// One subcommand of the program, and what all of them share.
#pragma once

#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/exit_status.hpp"
#include "cli/option_set.hpp"

namespace upshift::cli {

struct Command {
  std::string_view name;     // "plugin list"
  std::string_view summary;  // one line of the program's help
  std::string_view usage;    // what follows the name: "[OPTION…]"
  std::string_view about;    // paragraphs, wrapped at 80 columns
  std::string_view examples;
  OptionSet (*options)();
  // Prints its result to stdout. A failure is told to the user by the caller, its exit status is kExitUsage.
  Result<int> (*run)(const Arguments& arguments);
};

std::span<const Command> commands();
const Command& plan_command();
const Command& rehearse_command();
const Command& run_command();
const Command& resume_command();
const Command& rollback_command();
const Command& unlock_command();
const Command& backup_command();
const Command& doctor_command();
const Command& status_command();
const Command& history_command();
const Command& journal_show_command();
const Command& journal_verify_command();
const Command& journal_export_command();
const Command& emulator_serve_command();
const Command& plugin_list_command();
const Command& plugin_show_command();
const Command& version_command();
const Command& help_command();

// The whole program behind main(): finds the command, parses, runs, tells errors. `arguments` without the program's
// name.
int run_program(std::vector<std::string> arguments);

// The program's help, and one command's.
std::string program_help();
std::string command_help(const Command& command);
// The command whose name the words begin with; INVALID_ARGUMENT with the nearest for an unknown one.
Result<const Command*> find_command(const std::vector<std::string>& words);

}  // namespace upshift::cli
