#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/patch.hpp"
#include "cluster/schema.hpp"

namespace upshift::cluster {
namespace {

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kElementOrder = "$setElementOrder/";
constexpr std::string_view kDeleteFromList = "$deleteFromPrimitiveList/";

tl::unexpected<Error> malformed(std::string summary) {
  return failure(StatusCode::kInvalidArgument, std::move(summary));
}
tl::unexpected<Error> broken(std::string summary) {
  return failure(StatusCode::kInternal, std::move(summary));
}

// What is known of the value being merged: the fields of a structure, or the elements of a map.
struct Scope {
  const Structure* structure = nullptr;
  const FieldType* element = nullptr;

  const FieldType* field(const std::string& name) const {
    if (element != nullptr) return element;
    if (structure == nullptr) return nullptr;
    const auto found = structure->find(name);
    return found == structure->end() ? nullptr : &found->second;
  }
};

Scope scope_of(const FieldType* type) {
  if (type == nullptr) return {};
  if (type->shape == Shape::kStructure) return {find_structure(type->structure), nullptr};
  if (type->shape == Shape::kMap) return {nullptr, type->element.get()};
  return {};
}

Result<Json> merge_object(const Scope& scope, Json original, const Json& patch);

// A patch's value where nothing stood before: directives and nulls are not data.
Json as_data(const Json& patch) {
  if (patch.is_array()) {
    Json out = Json::array();
    for (const Json& item : patch) {
      if (!item.is_object() || !item.contains(kDirective)) out.push_back(as_data(item));
    }
    return out;
  }
  if (!patch.is_object()) return patch;
  Json out = Json::object();
  for (const auto& [key, value] : patch.items()) {
    if (!value.is_null() && !key.starts_with('$')) out[key] = as_data(value);
  }
  return out;
}

Result<Json> key_of(const Json& item, const std::string& merge_key) {
  if (item.is_object() && item.contains(merge_key)) return item[merge_key];
  return broken(fmt::format("an element of the patch's list does not contain its merge key: {}", merge_key));
}

std::size_t position(const Json& list, const Json& item, const std::string& merge_key) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool same = merge_key.empty() ? list[i] == item
                                        : list[i].is_object() && item.is_object() && list[i].contains(merge_key) &&
                                              item.contains(merge_key) && list[i][merge_key] == item[merge_key];
    if (same) return i;
  }
  return list.size();
}

// Sorts elements by where they stand in `order`; those that are not in it keep their place at the end.
Json ordered_by(const Json& list, const Json& order, const std::string& merge_key) {
  std::vector<Json> items(list.begin(), list.end());
  std::stable_sort(items.begin(), items.end(), [&](const Json& left, const Json& right) {
    return position(order, left, merge_key) < position(order, right, merge_key);
  });
  return Json(items);
}

// The server's rule: the patch's elements in the patch's order, those only the server has in theirs; an element of the
// patch goes first unless the server already had both and the other one before it.
Json interleaved(const Json& merged, const Json& patch_order, const Json& server_order, const std::string& merge_key) {
  Json of_patch = Json::array();
  Json of_server = Json::array();
  for (const Json& item : merged) {
    (position(patch_order, item, merge_key) < patch_order.size() ? of_patch : of_server).push_back(item);
  }
  of_patch = ordered_by(of_patch, patch_order, merge_key);
  of_server = ordered_by(of_server, server_order, merge_key);
  Json out = Json::array();
  std::size_t next = 0;
  for (const Json& item : of_server) {
    const std::size_t here = position(server_order, item, merge_key);
    while (next < of_patch.size()) {
      const std::size_t other = position(server_order, of_patch[next], merge_key);
      if (here < server_order.size() && other < server_order.size() && here < other) break;
      out.push_back(of_patch[next++]);
    }
    out.push_back(item);
  }
  while (next < of_patch.size()) out.push_back(of_patch[next++]);
  return out;
}

Json without_elements(const Json& list, const Json& removed) {
  Json out = Json::array();
  for (const Json& item : list) {
    if (std::find(removed.begin(), removed.end(), item) == removed.end()) out.push_back(item);
  }
  return out;
}

Json merge_primitives(const Json& original, const Json& patch) {
  Json merged = Json::array();
  for (const Json* list : {&original, &patch}) {
    for (const Json& item : *list) {
      if (std::find(merged.begin(), merged.end(), item) == merged.end()) merged.push_back(item);
    }
  }
  return interleaved(merged, patch, original, {});
}

// Takes the elements with a directive out of the patch and does what they say.
Status obey_list_directives(const std::string& merge_key, Json& original, const Json& patch, Json& plain) {
  bool replace = false;
  for (const Json& item : patch) {
    if (!item.is_object()) return malformed("a list of objects is patched with a plain value");
    if (!item.contains(kDirective)) {
      plain.push_back(item);
      continue;
    }
    const std::string directive = string_at(item, "/$patch");
    if (directive == "replace") {
      replace = true;
    } else if (directive == "delete") {
      UPSHIFT_ASSIGN(const Json key, key_of(item, merge_key));
      std::erase_if(original.get_ref<Json::array_t&>(), [&](const Json& element) {
        return element.is_object() && element.contains(merge_key) && element[merge_key] == key;
      });
    } else {
      return broken(fmt::format("unknown directive $patch: {}", to_text(item[kDirective])));
    }
  }
  if (replace) original = Json::array();
  return {};
}

Result<Json> merge_objects_by_key(const FieldType& type, Json original, const Json& patch) {
  Json plain = Json::array();
  UPSHIFT_TRY(obey_list_directives(type.merge_key, original, patch, plain));
  const Json before = original;
  for (const Json& item : plain) {
    UPSHIFT_TRY(key_of(item, type.merge_key).map([](const Json&) {}));
    const std::size_t at = position(original, item, type.merge_key);
    if (at == original.size()) {
      original.push_back(as_data(item));
    } else {
      UPSHIFT_ASSIGN(original[at], merge_object(scope_of(type.element.get()), original[at], item));
    }
  }
  return interleaved(original, plain, before, type.merge_key);
}

Result<Json> merge_list(const FieldType* type, const Json& original, const Json& patch) {
  if (type == nullptr || !type->merges) return as_data(patch);
  if (type->merge_key.empty()) return merge_primitives(original, patch);
  return merge_objects_by_key(*type, original, patch);
}

Status retain_keys(Json& original, const Json& patch) {
  const auto retained = patch.find(kRetainKeys);
  if (retained == patch.end()) return {};
  if (!retained->is_array()) return malformed("$retainKeys is not a list");
  const auto keeps = [&](const std::string& key) {
    return std::find(retained->begin(), retained->end(), Json(key)) != retained->end();
  };
  for (const auto& [key, value] : patch.items()) {
    if (!key.starts_with('$') && !keeps(key))
      return malformed(fmt::format("$retainKeys lacks the patch's key {}", key));
  }
  Json kept = Json::object();
  for (const auto& [key, value] : original.items()) {
    if (keeps(key)) kept[key] = value;
  }
  original = std::move(kept);
  return {};
}

// $setElementOrder/FIELD beside the list it orders, which it must name completely.
Status order_list(const Scope& scope, Json& original, const Json& patch, const std::string& name, const Json& order) {
  if (!order.is_array()) return malformed(fmt::format("$setElementOrder/{} is not a list", name));
  const FieldType* type = scope.field(name);
  const std::string merge_key = type == nullptr ? std::string{} : type->merge_key;
  const Json before = array_at(original, "/" + escape_pointer(name));
  const Json& changes = array_at(patch, "/" + escape_pointer(name));
  for (const Json& item : changes) {
    if (item.is_object() && item.contains(kDirective)) continue;
    if (position(order, item, merge_key) == order.size()) {
      return malformed(fmt::format("$setElementOrder/{} does not name every element of the patch's list", name));
    }
  }
  UPSHIFT_ASSIGN(const Json merged, merge_list(type, before, changes));
  if (!merged.empty()) original[name] = interleaved(merged, order, before, merge_key);
  return {};
}

Status obey_parallel_lists(const Scope& scope, Json& original, const Json& patch, Json& rest) {
  for (const auto& [key, value] : patch.items()) {
    if (key.starts_with(kElementOrder)) {
      const std::string name = key.substr(kElementOrder.size());
      UPSHIFT_TRY(order_list(scope, original, patch, name, value));
      rest.erase(name);
      rest.erase(key);
    } else if (key.starts_with(kDeleteFromList)) {
      const std::string name = key.substr(kDeleteFromList.size());
      if (!value.is_array()) return malformed(fmt::format("{} is not a list", key));
      if (original.contains(name)) original[name] = without_elements(original[name], value);
      rest.erase(key);
    }
  }
  rest.erase(std::string(kRetainKeys));
  return {};
}

Result<Json> merge_object(const Scope& scope, Json original, const Json& patch) {
  if (const auto directive = patch.find(kDirective); directive != patch.end()) {
    if (*directive == "delete") return Json::object();
    if (*directive != "replace") return broken(fmt::format("unknown directive $patch: {}", to_text(*directive)));
    return as_data(patch);
  }
  if (!original.is_object()) original = Json::object();
  UPSHIFT_TRY(retain_keys(original, patch));
  Json rest = patch;
  UPSHIFT_TRY(obey_parallel_lists(scope, original, patch, rest));
  for (const auto& [key, value] : rest.items()) {
    const auto current = original.find(key);
    if (value.is_null()) {
      original.erase(key);
    } else if (value.is_object() && current != original.end() && current->is_object()) {
      UPSHIFT_ASSIGN(original[key], merge_object(scope_of(scope.field(key)), *current, value));
    } else if (value.is_array()) {
      const bool same_type = current != original.end() && current->is_array();
      UPSHIFT_ASSIGN(original[key], merge_list(scope.field(key), same_type ? *current : Json::array(), value));
    } else {
      original[key] = as_data(value);
    }
  }
  return original;
}

}  // namespace

Result<Json> apply_strategic_merge_patch(std::string_view kind, const Json& document, const Json& patch) {
  if (!patch.is_object()) return malformed("a strategic merge patch is an object");
  return merge_object(Scope{find_structure(kind), nullptr}, document, patch);
}

}  // namespace upshift::cluster
