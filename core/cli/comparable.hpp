// Objects as people compare them: without what servers and controllers own, lists of named things by name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace upshift::cli {

// By "Kind/name". What controllers make (pods, ReplicationControllers, events, tokens, anything with an owner) is left
// out.
using ComparableProject = std::map<std::string, Json>;
ComparableProject comparable_project(const Json& list);

// Where a field stands: {"spec", "template", "[web]"}; "[NAME]" is the item of that name in a list.
using FieldPath = std::vector<std::string>;

// "spec.template.spec.containers[web].image"
std::string path_text(const FieldPath& path);

// The places at which two objects differ, each as high up as one side has nothing there. Null: no such object.
std::vector<FieldPath> differing_fields(const Json& left, const Json& right);

// The value there; nullopt where nothing is.
std::optional<Json> value_at(const Json& object, const FieldPath& path);

}  // namespace upshift::cli
