// The three patch types as the fake host applies them. JSON and merge patches are exact; the strategic merge is the
// part of it that object lists with names need: entries merge by "name", "$patch": "delete" removes, null removes a
// key.
#pragma once

#include <string>

#include "upshift/sdk/json.hpp"

namespace upshift::testing {

using Json = sdk::Json;

inline void merge_strategically(Json& target, const Json& patch);

inline void merge_lists_by_name(Json& target, const Json& patch) {
  for (const Json& entry : patch) {
    const std::string name = sdk::string_at(entry, "/name");
    const auto index = sdk::index_of(target, name);
    if (sdk::string_at(entry, "/$patch") == "delete") {
      if (index) target.erase(*index);
    } else if (index) {
      merge_strategically(target[*index], entry);
    } else {
      target.push_back(entry);
    }
  }
}

inline bool has_names(const Json& list) {
  for (const Json& entry : list) {
    if (sdk::find(entry, "/name") == nullptr) return false;
  }
  return !list.empty();
}

inline void merge_strategically(Json& target, const Json& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = Json::object();
  for (const auto& [key, value] : patch.items()) {
    if (value.is_null()) {
      target.erase(key);
    } else if (value.is_array() && has_names(value) && target.contains(key) && has_names(target[key])) {
      merge_lists_by_name(target[key], value);
    } else {
      merge_strategically(target[key], value);
    }
  }
}

}  // namespace upshift::testing
