#include "config/settings.hpp"

#include <array>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/schema.hpp"

namespace upshift::config {
namespace {

namespace fs = std::filesystem;

struct Variable {
  std::string_view name;
  std::string_view setting;
};
constexpr std::array<Variable, 8> kVariables{{{"UPSHIFT_OUTPUT", "output"},
                                              {"UPSHIFT_COLOUR", "colour"},
                                              {"UPSHIFT_LOG_FILE", "log_file"},
                                              {"UPSHIFT_JOURNAL_KEY_FILE", "journal_key_file"},
                                              {"UPSHIFT_LOG_LEVEL", "log_level"},
                                              {"UPSHIFT_NAMESPACE", "namespace"},
                                              {"UPSHIFT_SAMPLE", "sample"},
                                              {"UPSHIFT_PLUGIN_PATH", "plugin_directories"}}};
constexpr std::string_view kParametersVariable = "UPSHIFT_SET";
constexpr std::string_view kFileVariable = "UPSHIFT_CONFIG";

std::string value_of(const std::map<std::string, std::string>& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found == environment.end() ? std::string() : found->second;
}

// One layer is checked by itself, so that the message names where the mistake is.
Status check_layer(const Json& layer, const std::string& what) {
  static const Result<Schema> kSchema = shipped_schema("settings");
  if (!kSchema) return failure(kSchema.error());
  static const std::vector<std::string> kKnown{"plugin_directories", "parameters", "output",    "colour",
                                               "log_file",           "log_level",  "namespace", "sample",
                                               "journal_key_file"};
  if (!layer.is_object()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} does not hold settings", what),
                   "expected names and values, as in config/upshift.example.yaml");
  }
  for (const auto& [name, value] : layer.items()) {
    if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) continue;
    const std::string near = nearest(name, kKnown);
    return failure(StatusCode::kInvalidArgument, fmt::format("{}: there is no setting '{}'", what, name),
                   near.empty() ? "settings are " + join(kKnown, ", ") : fmt::format("did you mean '{}'?", near));
  }
  const auto problems = kSchema->validate(layer);
  if (!problems.empty()) return failure(to_error(what, problems));
  return {};
}

// Paths in a file are relative to the file.
void make_paths_absolute(Json& layer, const fs::path& directory) {
  const auto absolute = [&](Json& value) {
    if (value.is_string() && value != "") value = (directory / value.get<std::string>()).lexically_normal().string();
  };
  for (const char* name : {"log_file", "journal_key_file"}) {
    if (layer.contains(name)) absolute(layer[name]);
  }
  if (layer.contains("plugin_directories")) {
    for (Json& item : layer["plugin_directories"]) absolute(item);
  }
}

Result<Json> read_layer(const fs::path& path) {
  UPSHIFT_ASSIGN(const std::string text, read_file(path));
  const std::string what = fmt::format("the settings file '{}'", path.string());
  UPSHIFT_ASSIGN(const auto documents, parse_yaml(text, what));
  if (documents.empty()) return Json::object();
  if (documents.size() > 1) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} holds more than one document", what));
  }
  Json layer = documents.front();
  UPSHIFT_TRY(check_layer(layer, what));
  make_paths_absolute(layer, fs::absolute(path).parent_path());
  return layer;
}

Result<Json> environment_layer(const std::map<std::string, std::string>& environment) {
  Json layer = Json::object();
  for (const Variable& variable : kVariables) {
    const auto found = environment.find(std::string(variable.name));
    if (found == environment.end()) continue;
    if (variable.setting == "plugin_directories") {
      layer["plugin_directories"] = Json::array();
      for (auto& part : split(found->second, ':')) {
        if (!part.empty()) layer["plugin_directories"].push_back(part);
      }
    } else {
      layer[std::string(variable.setting)] = found->second;
    }
  }
  for (const auto& line : split(value_of(environment, kParametersVariable), '\n')) {
    if (line.empty()) continue;
    UPSHIFT_ASSIGN(auto pair, split_assignment(line, "UPSHIFT_SET"));
    layer["parameters"][pair.first] = pair.second;
  }
  UPSHIFT_TRY(check_layer(layer, "the environment (UPSHIFT_…)"));
  return layer;
}

// Directories and parameters add up, everything else is replaced.
void merge(Json& into, const Json& layer) {
  for (const auto& [name, value] : layer.items()) {
    if (name == "parameters") {
      into["parameters"].update(value);
    } else if (name == "plugin_directories") {
      for (const Json& item : value) into["plugin_directories"].push_back(item);
    } else {
      into[name] = value;
    }
  }
}

fs::path default_file(const std::map<std::string, std::string>& environment) {
  if (const auto named = value_of(environment, "XDG_CONFIG_HOME"); !named.empty()) {
    return fs::path(named) / "upshift" / "config.yaml";
  }
  const auto home = value_of(environment, "HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".config" / "upshift" / "config.yaml";
}

std::vector<Diagnostic> odd_variables(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> known{std::string(kParametersVariable), std::string(kFileVariable)};
  for (const Variable& variable : kVariables) known.emplace_back(variable.name);
  std::vector<Diagnostic> warnings;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("UPSHIFT_") || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest(name, known);
    warnings.push_back({Severity::kWarning, fmt::format("the environment variable {} means nothing to upshift", name),
                        near.empty() ? "" : fmt::format("did you mean {}?", near), ""});
  }
  return warnings;
}

Settings to_settings(const Json& merged) {
  Settings settings;
  for (const Json& item : array_at(merged, "/plugin_directories")) {
    settings.plugin_directories.emplace_back(item.get<std::string>());
  }
  for (const auto& [name, value] : object_at(merged, "/parameters").items()) settings.parameters[name] = value;
  settings.output = string_at(merged, "/output", settings.output);
  settings.colour = string_at(merged, "/colour", settings.colour);
  settings.log_file = string_at(merged, "/log_file");
  settings.journal_key_file = string_at(merged, "/journal_key_file");
  settings.log_level = string_at(merged, "/log_level", settings.log_level);
  settings.name_space = string_at(merged, "/namespace", settings.name_space);
  settings.sample = string_at(merged, "/sample", settings.sample);
  return settings;
}

}  // namespace

Result<Settings> load_settings(const SettingSources& sources) {
  Json merged{{"plugin_directories", Json::array()}, {"parameters", Json::object()}};
  fs::path file = sources.file.value_or(value_of(sources.environment, kFileVariable));
  const bool named = !file.empty();
  if (!named) file = default_file(sources.environment);
  std::error_code ignored;
  const bool there = !file.empty() && (named || fs::exists(file, ignored));
  if (there) {
    UPSHIFT_ASSIGN(const Json layer, read_layer(file));
    merge(merged, layer);
  }
  UPSHIFT_ASSIGN(const Json environment, environment_layer(sources.environment));
  merge(merged, environment);
  UPSHIFT_TRY(check_layer(sources.flags, "the command line"));
  merge(merged, sources.flags);
  Settings settings = to_settings(merged);
  if (there) settings.file = file;
  settings.warnings = odd_variables(sources.environment);
  return settings;
}

std::map<std::string, std::string> relevant_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(text.substr(0, equals));
    if (name == "HOME" || name == "XDG_CONFIG_HOME" || name == "NO_COLOR" || name.starts_with("UPSHIFT_")) {
      out[name] = text.substr(equals + 1);
    }
  }
  return out;
}

Result<std::pair<std::string, std::string>> split_assignment(const std::string& text, std::string_view what) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    // The text may be a secret on its own: it is not repeated.
    return failure(StatusCode::kInvalidArgument, fmt::format("{} expects NAME=VALUE", what));
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace upshift::config
