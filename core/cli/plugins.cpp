#include "cli/plugins.hpp"

#include <fmt/format.h>
#include <system_error>

namespace upshift::cli {
namespace {

namespace fs = std::filesystem;

// Where plugins lie beside the program: in a build tree, and where it is installed.
std::vector<fs::path> own_directories() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path prefix = program.parent_path().parent_path();
  std::vector<fs::path> found;
  for (const char* place : {"plugins", "lib/upshift/plugins"}) {
    if (fs::is_directory(prefix / place, error)) found.push_back(prefix / place);
  }
  return found;
}

}  // namespace

std::vector<fs::path> plugin_directories(const config::Settings& settings) {
  std::vector<fs::path> directories = own_directories();
  directories.insert(directories.end(), settings.plugin_directories.begin(), settings.plugin_directories.end());
  return directories;
}

Status load_plugins(const config::Settings& settings, plugin::Registry& registry) {
  for (const auto& directory : plugin_directories(settings)) {
    if (auto scanned = registry.scan(directory); !scanned) {
      return failure(std::move(scanned.error()).with_context("plugins"));
    }
  }
  return {};
}

Result<plan::Catalog> catalog_of(const plugin::Registry& registry) {
  plan::Catalog catalog;
  for (const auto& entry : registry.plugins()) {
    UPSHIFT_TRY(plan::add_manifest(catalog, entry.plugin->id(), entry.plugin->manifest()));
  }
  return catalog;
}

}  // namespace upshift::cli
