#include "plugin/registry.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "plugin/loaded_plugin.hpp"

namespace upshift::plugin {

Status Registry::scan(const std::filesystem::path& directory) {
  std::error_code problem;
  std::filesystem::directory_iterator entries(directory, problem);
  if (problem) {
    const bool missing = problem == std::errc::no_such_file_or_directory;
    return failure(missing ? StatusCode::kNotFound : StatusCode::kPermissionDenied,
                   fmt::format("cannot read the plugin directory '{}': {}", directory.string(), problem.message()),
                   "Name a directory that holds plugins.", directory.string());
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : entries) {
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    // A refusal is recorded; it does not keep the others from loading.
    if (const auto loaded = load(file); !loaded) continue;
  }
  return {};
}

Status Registry::load(const std::filesystem::path& path, const std::optional<std::string>& sha256) {
  std::error_code problem;
  const auto canonical = std::filesystem::weakly_canonical(path, problem);
  if (!problem && std::ranges::find(plugins_, canonical, &RegisteredPlugin::path) != plugins_.end()) return {};

  auto loaded = LoadedPlugin::load(path, sha256);
  if (!loaded) return refuse(path, std::move(loaded.error()));
  LoadedPlugin& plugin = **loaded;
  const auto same = std::ranges::find_if(plugins_, [&](const auto& each) { return each.plugin->id() == plugin.id(); });
  if (same != plugins_.end()) {
    return refuse(path, Error{StatusCode::kAlreadyExists,
                              fmt::format("the plugin {} {} is loaded already, from '{}'", plugin.id(),
                                          same->plugin->version(), same->path.string()),
                              "Remove one of the two files.",
                              path.string(),
                              {}});
  }
  for (const std::string& what : plugin.provisions()) {
    // Several plugins may offer one hop: which of them is gone by is the plan's choice.
    if (what.starts_with("hop ")) continue;
    const auto taken = std::ranges::find(provisions_, what, &Provision::what);
    if (taken == provisions_.end()) continue;
    return refuse(path, Error{StatusCode::kAlreadyExists,
                              fmt::format("the {} is provided by '{}' already", what, taken->path.string()),
                              "Remove one of the two files.",
                              path.string(),
                              {}});
  }
  for (const std::string& what : plugin.provisions()) provisions_.push_back({what, plugin.path()});
  plugins_.push_back({plugin.path(), std::move(*loaded)});
  return {};
}

Status Registry::add(std::unique_ptr<Plugin> plugin) {
  if (find(plugin->id()) != nullptr) {
    return failure(StatusCode::kAlreadyExists, fmt::format("the plugin {} is there already", plugin->id()));
  }
  plugins_.push_back({{}, std::move(plugin)});
  return {};
}

Status Registry::refuse(const std::filesystem::path& path, Error error) {
  refused_.push_back({path, error.summary, error.detail});
  return failure(std::move(error));
}

Plugin* Registry::find(std::string_view id) const {
  const auto found = std::ranges::find_if(plugins_, [&](const auto& each) { return each.plugin->id() == id; });
  return found == plugins_.end() ? nullptr : found->plugin.get();
}

Plugin* Registry::provider(Operation operation, std::string_view subject) const {
  const auto found =
      std::ranges::find_if(plugins_, [&](const auto& each) { return each.plugin->has(operation, subject); });
  return found == plugins_.end() ? nullptr : found->plugin.get();
}

}  // namespace upshift::plugin
