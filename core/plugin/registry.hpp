// All plugins of this process, and those that were refused, with the reason.
//
// Threads: one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugin/plugin.hpp"

namespace upshift::plugin {

// A file that was found and is not used. People see it in `upshift plugin list`.
struct Refusal {
  std::filesystem::path path;
  std::string reason;
  std::string remedy;
};

struct RegisteredPlugin {
  std::filesystem::path path;  // the file that was loaded, canonical; empty for a plugin without one
  std::unique_ptr<Plugin> plugin;
};

class Registry {
 public:
  // Loads every *.so of the directory, in the order of their names; what is refused is found in refused(). NOT_FOUND or
  // PERMISSION_DENIED where the directory cannot be read.
  Status scan(const std::filesystem::path& directory);
  // Loads one file. On failure the refusal is recorded and also returned. A file that is loaded already is not an
  // error.
  Status load(const std::filesystem::path& path, const std::optional<std::string>& sha256 = std::nullopt);
  // Takes a plugin that is no file. ALREADY_EXISTS where another one has its id.
  Status add(std::unique_ptr<Plugin> plugin);

  const std::vector<RegisteredPlugin>& plugins() const { return plugins_; }
  const std::vector<Refusal>& refused() const { return refused_; }

  // nullptr where none has it. Borrowed from the registry.
  Plugin* find(std::string_view id) const;
  // The first plugin that can do `operation` for `subject`.
  Plugin* provider(Operation operation, std::string_view subject) const;

 private:
  struct Provision {
    std::string what;
    std::filesystem::path path;
  };

  Status refuse(const std::filesystem::path& path, Error error);

  std::vector<RegisteredPlugin> plugins_;
  std::vector<Refusal> refused_;
  std::vector<Provision> provisions_;
};

}  // namespace upshift::plugin
