// The file format of the journal (docs/journal-format.md): its tables, and how a file is recognised.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "journal/database.hpp"

namespace upshift::journal {

// "upsh"; PRAGMA application_id.
inline constexpr std::int64_t kApplicationId = 0x75707368;
// PRAGMA user_version. A reader refuses a larger one.
inline constexpr std::int64_t kFormatVersion = 1;

// Makes the tables in an empty database.
Status create_tables(Database& database);
// FAILED_PRECONDITION: another program's database, a newer version, or damage.
Status check_format(Database& database);

}  // namespace upshift::journal
