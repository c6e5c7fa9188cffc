// What documents of several commands say alike of a journal's rows.
#pragma once

#include <string>

#include "journal/journal.hpp"

namespace upshift::cli {

Json time_or_null(TimePoint at);
Json id_or_null(std::int64_t id);

// "id", what it is of, "state", "started", "finished" and "undoes".
Json facts_of(const journal::Run& run);
// "id", what it changes, "state", "http_status" and "error".
Json facts_of(const journal::Change& change);

// "update Secret/system-redis"
std::string display(const journal::Change& change);

}  // namespace upshift::cli
