// Objects as the tables that kubectl prints.
#pragma once

#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace upshift::emulator::server {

// A Table of an object or a list; anything else (a Status, say) comes back as it is. `include_object` is the request's
// parameter: "None", "Metadata" (also for "") or "Object".
Json to_table(const Json& object, std::string_view include_object, TimePoint now);

struct Column {
  const char* name;
  const char* type;  // string, integer, date
  int priority;      // 1: shown by `-o wide` only
  Json (*cell)(const Json& object, TimePoint now);
};

// The columns after the name; nullptr where a kind has only its age.
const std::vector<Column>* columns_of(std::string_view kind);
const std::vector<Column>* workload_columns(std::string_view kind);
const std::vector<Column>* openshift_columns(std::string_view kind);
const std::vector<Column>* core_columns(std::string_view kind);

// Cells that many kinds share.
Json age_cell(const Json& object, TimePoint now);
Json creation_cell(const Json& object, TimePoint now);
// "5d3h", "12m", "45s": time since an RFC 3339 time, "<unknown>" without one.
std::string age_since(std::string_view time, TimePoint now);
std::string age_text(Duration age);
// "a=b,c=d", "<none>" for nothing.
std::string pairs_text(const Json& labels);
// The members' strings at `pointer`, separated by commas; "<none>" for nothing.
std::string joined(const Json& list, std::string_view pointer);

}  // namespace upshift::emulator::server
