// Which fields of an object somebody owns: the sets behind server-side apply, in the form in which
// metadata.managedFields holds them (fieldsV1).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace upshift::emulator {

// Steps from the object's root: "f:spec", "k:{\"name\":\"c\"}" for an item of a keyed list, "v:\"x\"" for one of a
// plain set, "." for the item itself.
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

// Every field of the object that can be owned: not its name, its version or what else is the server's.
FieldSet fields_of_object(const std::string& kind, const Json& object);
// The value of a field, nullptr where the object does not have it.
const Json* field_value(const Json& object, const FieldPath& path);
void remove_field(Json& object, const FieldPath& path);
// `.spec.containers[name="c"].image`, as conflicts are told.
std::string field_text(const FieldPath& path);

FieldSet fields_from_json(const Json& fields_v1);
Json fields_to_json(const FieldSet& fields);

// `object` with everything that `applied` says: lists with keys are merged item by item.
Json merge_applied(const std::string& kind, Json object, const Json& applied);

}  // namespace upshift::emulator
