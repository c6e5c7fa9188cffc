#include "engine/same_object.hpp"

#include <nlohmann/json.hpp>

namespace upshift::engine {
namespace {

const Json* by_name(const Json& list, const std::string& name) {
  for (const auto& item : list) {
    if (item.is_object() && string_at(item, "/name") == name) return &item;
  }
  return nullptr;
}

bool list_contains(const Json& live, const Json& wanted) {
  if (live.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto name = wanted[i].is_object() ? string_at(wanted[i], "/name") : "";
    const Json* other = name.empty() ? &live[i] : by_name(live, name);
    if (other == nullptr || !contains(*other, wanted[i])) return false;
  }
  return true;
}

}  // namespace

Json without_server_fields(Json object) {
  if (!object.is_object()) return object;
  object.erase("status");
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    for (const char* name :
         {"resourceVersion", "generation", "managedFields", "uid", "creationTimestamp", "selfLink", "namespace"}) {
      metadata->erase(name);
    }
  }
  // The server counts up the generation of a tag whose origin changed.
  if (string_at(object, "/kind") == "ImageStream" && !array_at(object, "/spec/tags").empty()) {
    for (auto& tag : object["spec"]["tags"]) {
      if (tag.is_object()) tag.erase("generation");
    }
  }
  return object;
}

bool contains(const Json& live, const Json& wanted) {
  if (wanted.is_object()) {
    if (!live.is_object()) return wanted.empty() && live.is_null();
    for (const auto& [key, value] : wanted.items()) {
      const auto found = live.find(key);
      const bool empty = value.is_null() || (value.is_structured() && value.empty());
      if (found == live.end() ? !empty : !contains(*found, value)) return false;
    }
    return true;
  }
  if (wanted.is_array() && live.is_array()) return list_contains(live, wanted);
  return live == wanted;
}

}  // namespace upshift::engine
