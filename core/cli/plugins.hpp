// Finding and loading plugins for a command.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "plan/model.hpp"
#include "plugin/registry.hpp"

namespace upshift::cli {

// The directories that are searched, in order: the one beside the program (`../plugins` or `../lib/upshift/plugins` of
// its own), then those of the settings.
std::vector<std::filesystem::path> plugin_directories(const config::Settings& settings);

// Loads all plugins of those directories into `registry`; what is refused stays visible there. NOT_FOUND where a
// directory that the user named cannot be read.
Status load_plugins(const config::Settings& settings, plugin::Registry& registry);

// What the loaded plugins offer together.
Result<plan::Catalog> catalog_of(const plugin::Registry& registry);

}  // namespace upshift::cli
