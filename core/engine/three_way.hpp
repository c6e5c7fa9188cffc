// Taking an edit back on an object that others may have edited since.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace upshift::engine {

// A place that was edited on both sides. Null: there was nothing.
struct Conflict {
  std::string path;  // "spec.template.spec.containers[system-master].image"
  Json wanted;       // what it would become
  Json edited;       // what the edit made of it
  Json live;         // what it is
};

struct Merge {
  Json object;                      // where there are conflicts: `live` there, unless ours was asked for
  std::vector<Conflict> conflicts;  // all of them
};

enum class OnConflict { kKeepLive, kTakeWanted };

// `live` with everything that differs between `edited` and `wanted` made as it is in `wanted`; what somebody else
// edited elsewhere stays. Lists of things that have a name (or a port, a path, …) are merged thing by thing and keep
// the order of `wanted`, other lists are one value. Null stands for an object that is not there.
Merge merge(const Json& edited, const Json& wanted, const Json& live, OnConflict on_conflict = OnConflict::kKeepLive);

// Every place in which the two differ, as `edited` and `live`.
std::vector<Conflict> differences(const Json& edited, const Json& live);

}  // namespace upshift::engine
