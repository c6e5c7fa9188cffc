// What the user settled: built-in defaults, then a file, then the environment, then flags, each overriding the one
// before.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::config {

struct Settings {
  std::vector<std::filesystem::path> plugin_directories;
  // By "CONCERN.NAME" or "HOP.NAME". Strings where they come from flags or environment, whatever the file says
  // otherwise.
  std::map<std::string, Json> parameters;
  std::string output = "text";  // text, json
  std::string colour = "auto";  // auto, always, never
  std::filesystem::path log_file;
  std::string log_level = "info";
  std::string name_space = "3scale";
  // What secrets in journals are encrypted with; "": they are not.
  std::filesystem::path journal_key_file;
  std::string sample = "threescale-2.3";
  // Where the file was, "" where there was none.
  std::filesystem::path file;
  // What is odd but does not stop anything: a variable UPSHIFT_… that means nothing.
  std::vector<Diagnostic> warnings;
};

struct SettingSources {
  // The file the user names; it must exist. Without one $XDG_CONFIG_HOME/upshift/config.yaml is read where it is there.
  std::optional<std::filesystem::path> file;
  std::map<std::string, std::string> environment;
  // Members named as in config/schemas/settings.schema.json; only those that the user gave.
  Json flags = Json::object();
};

// INVALID_ARGUMENT names the file, the setting and, for an unknown one, the nearest that exists.
Result<Settings> load_settings(const SettingSources& sources);

// HOME, XDG_CONFIG_HOME, NO_COLOR and what begins with UPSHIFT_.
std::map<std::string, std::string> relevant_environment();

// "NAME=VALUE" as `--set` and `--param` take it; `what` names the flag in the message.
Result<std::pair<std::string, std::string>> split_assignment(const std::string& text, std::string_view what);

}  // namespace upshift::config
