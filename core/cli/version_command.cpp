#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "upshift/plugin.h"

namespace upshift::cli {
namespace {

OptionSet options() {
  return OptionSet().value("output,o", "FORMAT", "text or json").flag("help,h", "this text");
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  const std::string abi = fmt::format("{}.{}", UPSHIFT_ABI_MAJOR, UPSHIFT_ABI_MINOR);
  if (settings.output == "json") {
    std::cout << Json{{"version", UPSHIFT_VERSION}, {"plugin_abi", abi}}.dump(2) << "\n";
  } else {
    std::cout << fmt::format("upshift {} (plugin ABI {})\n", UPSHIFT_VERSION, abi);
  }
  return kExitDone;
}

}  // namespace

const Command& version_command() {
  static const Command kCommand{"version",
                                "prints the program's version and the plugin ABI it speaks",
                                "[OPTION…]",
                                "Prints the program's version and the plugin ABI it speaks.\n",
                                "  upshift version --output json\n",
                                options,
                                run};
  return kCommand;
}

}  // namespace upshift::cli
