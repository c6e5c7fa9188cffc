// A plugin in a shared library. The library stays in memory until the process ends.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "plugin/manifest.hpp"
#include "plugin/plugin.hpp"
#include "upshift/plugin.h"

namespace upshift::plugin {

class LoadedPlugin final : public Plugin {
 public:
  // Inspects the file, loads it, holds it to the contract, and makes the plugin's instance. The error's summary is the
  // reason for which it is refused, its detail the remedy, its path the file.
  static Result<std::unique_ptr<LoadedPlugin>> load(const std::filesystem::path& path,
                                                    const std::optional<std::string>& sha256 = std::nullopt);
  // The same for a table that is there already: a plugin linked into the program. `path` is for messages.
  static Result<std::unique_ptr<LoadedPlugin>> adopt(const upshift_plugin* table, const std::filesystem::path& path);

  ~LoadedPlugin() override;
  LoadedPlugin(const LoadedPlugin&) = delete;
  LoadedPlugin& operator=(const LoadedPlugin&) = delete;

  const std::string& id() const override { return manifest_.id; }
  const std::string& version() const override { return manifest_.version; }
  const Json& manifest() const override { return manifest_.json; }
  bool has(Operation operation, std::string_view subject) const override;
  Result<Json> run(Operation operation, std::string_view subject, const Json& request, HostServices& services) override;

  // Canonical.
  const std::filesystem::path& path() const { return path_; }
  // What no other plugin may provide too (Manifest::provisions).
  const std::vector<std::string>& provisions() const { return manifest_.provisions; }

 private:
  LoadedPlugin(upshift_plugin table, Manifest manifest, std::filesystem::path path);
  Status create();
  // The plugin has what its manifest says.
  Status check_operations() const;
  std::uint32_t operations(std::string_view subject) const;

  upshift_plugin table_;
  Manifest manifest_;
  std::filesystem::path path_;
  void* instance_ = nullptr;
  bool created_ = false;
};

}  // namespace upshift::plugin
