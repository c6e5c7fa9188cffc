// The shape of the objects that an OpenShift API server knows: which fields there are, of what type, which of them are
// written even when empty, and by which key the lists of a strategic merge patch are merged.
//
// A server decodes what it is sent into such a shape and writes it out again: fields it does not know vanish, so do
// empty optional ones, and a value of the wrong type is refused. conform() does the same.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::cluster {

enum class Shape {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kQuantity,
  kIntOrString,
  kBytes,
  kAny,
  kStructure,
  kMap,
  kList
};

// What becomes of a field's empty value ("", 0, false, an empty list or map, an absent structure).
enum class Presence {
  kOmitEmpty,  // not written
  kAlways,     // written
  kAsGiven,    // written where it was given
};

struct FieldType {
  Shape shape = Shape::kAny;
  Presence presence = Presence::kOmitEmpty;
  std::string structure;                     // kStructure: its name
  std::shared_ptr<const FieldType> element;  // kMap, kList
  std::string merge_key;                     // kList of structures that a strategic merge patch merges
  bool merges = false;                       // kList that a strategic merge patch merges
};

using Structure = std::map<std::string, FieldType, std::less<>>;

// By a kind ("DeploymentConfig") or the name of a nested structure; nullptr where the shape is not known.
const Structure* find_structure(std::string_view name);

// `object` as a server of `kind` would hold it. INVALID_ARGUMENT where a value has the wrong type; its path is that of
// the value ("spec.replicas"). Objects of kinds without a known shape come back without their null members only.
Result<Json> conform(std::string_view kind, const Json& object);

// "1000m" is "1", "1024Mi" is "1Gi", 0.5 is "500m"; anything that is no quantity comes back as it is.
std::string canonical_quantity(std::string_view text);
bool is_quantity(std::string_view text);

}  // namespace upshift::cluster
