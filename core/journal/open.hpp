// A journal's file as a database for reading.
#pragma once

#include <filesystem>
#include <memory>

#include "journal/database.hpp"

namespace upshift::journal {

// Its format has not been looked at. A write that was cut off has been taken back. Errors as for read_journal().
Result<std::unique_ptr<Database>> open_to_read(const std::filesystem::path& path);

}  // namespace upshift::journal
