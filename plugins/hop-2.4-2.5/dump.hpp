// What a dump of PostgreSQL holds: rows by table, to compare a database before and after.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace upshift::hop_2_4_2_5 {

// Sorted rows by "database.table".
using Rows = std::map<std::string, std::vector<std::string>>;

// True for the output of a pg_dumpall that came to its end.
bool is_whole_dump(std::string_view dump);
Rows rows_of(std::string_view dump);
std::size_t count(const Rows& rows);
// Tables whose rows `after` does not all have, with both numbers: "zync_production.tenants (2 of 3 rows)". Never shows
// what is in a row.
std::vector<std::string> lost_rows(const Rows& before, const Rows& after);

}  // namespace upshift::hop_2_4_2_5
