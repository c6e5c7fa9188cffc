// A change as the journal holds it, held against the object as it is now: did the request arrive, and what undoes it?
#pragma once

#include <optional>

#include "cluster/resource.hpp"
#include "engine/three_way.hpp"
#include "journal/journal.hpp"

namespace upshift::engine {

// False for a command in a pod and a call of the product's API.
bool is_of_object(const journal::Change& change);
// Of a change of an object.
cluster::ObjectRef ref_of(const journal::Change& change);

// kNotSent: everything that the change was to edit is as before. kArrived: everything is as intended. Others may have
// edited other places meanwhile. kForeign: neither, somebody else edits the same.
enum class Fate { kNotSent, kArrived, kForeign };
// `live`: nothing where there is no such object. For changes of objects whose outcome is open.
Fate fate_of(const journal::Change& change, const std::optional<Json>& live);
// What the change alone made of the object, where it arrived without an answer: as intended, with what the server adds
// to it by default, without edits of others. Null for a deletion.
Json outcome_of(const journal::Change& change, const Json& live);

// What brings back the old value.
struct Undo {
  enum class Kind { kNothing, kCreate, kReplace, kDelete, kConflict } kind = Kind::kNothing;
  Json object = nullptr;  // to create; to replace the live one with
  std::vector<Conflict> conflicts = {};
  std::string reason = {};  // of a conflict without places, as of an object that is another one now
};
// Of an applied change of an object.
Undo undo_of(const journal::Change& change, const std::optional<Json>& live, OnConflict on_conflict);

}  // namespace upshift::engine
