// Files as upshift needs them: read whole, replaced whole, readable by their owner only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace upshift {

// NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (a directory) or UNKNOWN, each naming the path.
Result<std::string> read_file(const std::filesystem::path& path);
// Writes beside the target with mode 0600, syncs, and renames over it: readers see the old or the new content whole.
Status write_private_file(const std::filesystem::path& path, std::string_view content);
// Creates the directory with mode 0700; parents must exist or are created likewise.
Status make_private_directory(const std::filesystem::path& path);
std::string sha256_hex(std::string_view bytes);

}  // namespace upshift
