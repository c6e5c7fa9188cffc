// A journal's file as a database for reading.
#pragma once

#include <filesystem>
#include <memory>

#include "journal/database.hpp"
#include "journal/keys.hpp"

namespace upshift::journal {

// Its format has not been looked at. A write that was cut off has been taken back. Errors as for read_journal().
Result<std::unique_ptr<Database>> open_to_read(const std::filesystem::path& path);

// That what is encrypted with the key `id` cannot be read, and what to do. `keys` may be null.
Error without_key(const std::filesystem::path& journal, const std::string& id, const KeyRing* keys);

}  // namespace upshift::journal
