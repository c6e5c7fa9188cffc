// Tables of structures for schema.cpp, in a short notation. "Name:" starts a structure, "<Name" takes over the fields
// of one defined before, "field=TYPE" adds one. TYPE is
//   s string, i integer, f number, b boolean, q quantity, i/s integer or string, bytes base64, any anything,
//   {TYPE} a map from strings, [TYPE] a list, or the name of a structure;
// then "!" where the field is written even when empty, "?" where it is written as given; then "@KEY" for a list that
// merges by KEY, "+" for a list of plain values that merges as a set.
#pragma once

#include <string_view>
#include <vector>

namespace upshift::cluster {

// A later table may refer to structures of an earlier one.
const std::vector<std::string_view>& schema_tables();

extern const std::string_view kMetadataTable;
extern const std::string_view kPodTable;
extern const std::string_view kCoreTable;
extern const std::string_view kWorkloadTable;
extern const std::string_view kOpenshiftTable;

}  // namespace upshift::cluster
