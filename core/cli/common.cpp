#include "cli/common.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

struct SettingFlag {
  const char* option;
  const char* setting;
};
constexpr std::array<SettingFlag, 7> kSettingFlags{{{"output", "output"},
                                                    {"colour", "colour"},
                                                    {"log-file", "log_file"},
                                                    {"journal-key-file", "journal_key_file"},
                                                    {"log-level", "log_level"},
                                                    {"namespace", "namespace"},
                                                    {"sample", "sample"}}};

}  // namespace

void add_general_options(OptionSet& options) {
  options.group("General options")
      .value("config", "FILE", "settings (YAML or JSON); default: $XDG_CONFIG_HOME/upshift/config.yaml where it exists")
      .list("plugin-dir", "DIR", "a further directory with plugins; repeatable")
      .value("journal-key-file", "FILE", "the key that secrets in journals are encrypted with; mode 0600")
      .value("output,o", "FORMAT", "text or json: what stdout holds")
      .value("colour", "WHEN", "auto, always or never; NO_COLOR is honoured")
      .flag("help,h", "this text");
}

void add_log_options(OptionSet& options) {
  options.value("log-file", "FILE", "append everything that happens, a line each")
      .value("log-level", "LEVEL", "debug, info, warning or error")
      .flag("quiet,q", "no progress on stderr");
}

Result<config::Settings> settings_of(const Arguments& arguments) {
  config::SettingSources sources;
  sources.environment = config::relevant_environment();
  if (arguments.has("config")) sources.file = arguments.get("config");
  for (const SettingFlag& flag : kSettingFlags) {
    if (arguments.has(flag.option)) sources.flags[flag.setting] = arguments.get(flag.option);
  }
  for (const auto& directory : arguments.all("plugin-dir")) sources.flags["plugin_directories"].push_back(directory);
  for (const auto& text : arguments.all("set")) {
    UPSHIFT_ASSIGN(auto pair, config::split_assignment(text, "--set"));
    sources.flags["parameters"][pair.first] = pair.second;
  }
  UPSHIFT_ASSIGN(auto settings, config::load_settings(sources));
  for (const Diagnostic& warning : settings.warnings) {
    std::cerr << "upshift: warning: " << report::printable(warning.summary) << "; " << warning.detail << "\n";
  }
  return settings;
}

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

report::Look look_of(int descriptor, const std::string& colour) {
  report::Look look;
  const bool terminal = is_terminal(descriptor);
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool able = terminal && (no_colour == nullptr || *no_colour == '\0') &&
                    !(kind != nullptr && std::string_view(kind) == "dumb");
  look.colour = colour == "always" || (colour == "auto" && able);
  winsize size{};
  if (terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    look.width = std::clamp<int>(size.ws_col, 20, 160);
  } else if (!terminal) {
    look.width = 100;
  }
  return look;
}

}  // namespace upshift::cli
