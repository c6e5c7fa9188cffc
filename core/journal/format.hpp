// The file format of the journal (docs/journal-format.md): its tables, and how a file is recognised.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "journal/database.hpp"

namespace upshift::journal {

// "upsh"; PRAGMA application_id.
inline constexpr std::int64_t kApplicationId = 0x75707368;
// PRAGMA user_version. A reader refuses a larger one.
inline constexpr std::int64_t kFormatVersion = 2;

// Makes the tables in an empty database.
Status create_tables(Database& database);
// The format of a sound journal, which may be an earlier one. FAILED_PRECONDITION: another program's database, a newer
// version, or damage.
Result<std::int64_t> check_format(Database& database);
// Without the look for damage: FAILED_PRECONDITION where it is none, or one of a newer version.
Result<std::int64_t> format_of(Database& database);
// Brings tables of an earlier format to the present one, whole or not at all.
Status migrate(Database& database, std::int64_t from);

}  // namespace upshift::journal
