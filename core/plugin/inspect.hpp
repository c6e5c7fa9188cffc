// What can be said of a plugin file before any of its code runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace upshift::plugin {

struct Inspection {
  std::filesystem::path path;        // canonical: the file that will be loaded
  std::vector<unsigned> abi_majors;  // of the entries it exports, ascending; holds the host's
};

// The file exists, is regular, is a sound shared library of this machine, exports the entry of this ABI, and has the
// pinned SHA-256 (lower-case hex) if one is given. The error's detail says what to do.
Result<Inspection> inspect(const std::filesystem::path& path, const std::optional<std::string>& sha256 = std::nullopt);

}  // namespace upshift::plugin
