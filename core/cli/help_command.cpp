#include <iostream>

#include "cli/command.hpp"

namespace upshift::cli {
namespace {

Result<int> run(const Arguments& arguments) {
  if (arguments.positional().empty()) {
    std::cout << program_help();
    return kExitDone;
  }
  UPSHIFT_ASSIGN(const Command* command, find_command(arguments.positional()));
  std::cout << command_help(*command);
  return kExitDone;
}

}  // namespace

const Command& help_command() {
  static const Command kCommand{"help",
                                "tells what commands there are, or about one of them",
                                "[COMMAND]",
                                "Prints the help of the program or of one command.\n",
                                "  upshift help rehearse\n",
                                [] { return OptionSet().positional(2).flag("help,h", "this text"); },
                                run};
  return kCommand;
}

}  // namespace upshift::cli
