#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cluster/patch.hpp"

namespace upshift::cluster {
namespace {

tl::unexpected<Error> does_not_apply(std::string summary, std::string detail = {}) {
  return failure(StatusCode::kFailedPrecondition, std::move(summary), std::move(detail));
}

std::string unescape(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '1' ? '/' : '~';
    } else {
      out += token[i];
    }
  }
  return out;
}

// Where an operation acts: a container that exists, and a key of it that may not.
struct Place {
  Json* container = nullptr;
  std::string key;

  bool at_end() const { return key.size() == 1 && key.front() == '-'; }
};

// An index of an existing element, counted from the end where it is negative, as the API server does.
Result<std::size_t> element_index(const Json& array, const std::string& key) {
  const bool negative = key.size() > 1 && key.front() == '-';
  const std::string digits = negative ? key.substr(1) : key;
  const bool number = !digits.empty() && digits.size() < 9 &&
                      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return does_not_apply(fmt::format("'{}' is not an index of a list", key));
  const auto offset = static_cast<std::size_t>(std::stoul(digits));
  if (negative ? offset > array.size() : offset >= array.size()) {
    return does_not_apply(fmt::format("the list has {} elements and none at index {}", array.size(), key));
  }
  return negative ? array.size() - offset : offset;
}

Result<Json*> child_of(Json& container, const std::string& key) {
  if (container.is_object()) {
    const auto found = container.find(key);
    if (found == container.end()) return does_not_apply(fmt::format("there is no member '{}'", key));
    return &*found;
  }
  if (!container.is_array()) return does_not_apply(fmt::format("'{}' is looked for in a plain value", key));
  UPSHIFT_ASSIGN(const std::size_t index, element_index(container, key));
  return &container[index];
}

Result<Place> locate(Json& document, const std::string& pointer) {
  if (pointer.empty() || pointer.front() != '/') {
    return does_not_apply(fmt::format("the path '{}' does not start with '/'", pointer));
  }
  const auto tokens = split(pointer.substr(1), '/');
  Json* at = &document;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    auto next = child_of(*at, unescape(tokens[i]));
    if (!next)
      return does_not_apply(fmt::format("there is nothing at the parent of {}", pointer), next.error().summary);
    at = *next;
  }
  if (!at->is_object() && !at->is_array())
    return does_not_apply(fmt::format("the parent of {} is a plain value", pointer));
  return Place{at, unescape(tokens.back())};
}

Status add(Json& document, const std::string& path, const Json& value) {
  UPSHIFT_ASSIGN(const Place place, locate(document, path));
  Json& container = *place.container;
  if (container.is_object()) {
    container[place.key] = value;
    return {};
  }
  if (place.at_end() || place.key == std::to_string(container.size())) {
    container.push_back(value);
    return {};
  }
  UPSHIFT_ASSIGN(const std::size_t index, element_index(container, place.key));
  container.insert(container.begin() + static_cast<Json::difference_type>(index), value);
  return {};
}

Status remove(Json& document, const std::string& path) {
  UPSHIFT_ASSIGN(const Place place, locate(document, path));
  Json& container = *place.container;
  if (container.is_object()) {
    if (container.erase(place.key) == 0) return does_not_apply(fmt::format("there is nothing to remove at {}", path));
    return {};
  }
  UPSHIFT_ASSIGN(const std::size_t index, element_index(container, place.key));
  container.erase(index);
  return {};
}

Status replace(Json& document, const std::string& path, const Json& value) {
  UPSHIFT_ASSIGN(const Place place, locate(document, path));
  Json& container = *place.container;
  if (container.is_object()) {
    container[place.key] = value;
    return {};
  }
  UPSHIFT_ASSIGN(const std::size_t index, element_index(container, place.key));
  container[index] = value;
  return {};
}

Result<Json> value_at(Json& document, const std::string& path) {
  UPSHIFT_ASSIGN(const Place place, locate(document, path));
  UPSHIFT_ASSIGN(const Json* value, child_of(*place.container, place.key));
  return *value;
}

Status test(Json& document, const std::string& path, const Json& value) {
  const auto found = value_at(document, path);
  const bool holds = found ? *found == value : value.is_null();
  if (holds) return {};
  return does_not_apply(fmt::format("the test of {} does not hold", path));
}

Status apply_operation(Json& document, const Json& operation) {
  const std::string name = string_at(operation, "/op");
  if (!operation.contains("path") || !operation["path"].is_string()) {
    return does_not_apply(fmt::format("the operation '{}' has no path", name));
  }
  const std::string path = operation["path"].get<std::string>();
  const Json value = operation.value("value", Json());
  if (name == "add") return add(document, path, value);
  if (name == "remove") return remove(document, path);
  if (name == "replace") return replace(document, path, value);
  if (name == "test") return test(document, path, value);
  if (name != "move" && name != "copy") return does_not_apply(fmt::format("there is no operation '{}'", name));
  const std::string from = string_at(operation, "/from");
  UPSHIFT_ASSIGN(const Json moved, value_at(document, from));
  if (name == "move") UPSHIFT_TRY(remove(document, from));
  return add(document, path, moved);
}

}  // namespace

Result<Json> apply_json_patch(const Json& document, const Json& patch) {
  const bool list_of_operations =
      patch.is_array() && std::all_of(patch.begin(), patch.end(), [](const Json& item) { return item.is_object(); });
  if (!list_of_operations) {
    return failure(StatusCode::kInvalidArgument, "a JSON patch is a list of operations",
                   fmt::format("This one is {} {}.", patch.is_array() ? "an" : "a JSON", patch.type_name()));
  }
  Json result = document;
  for (std::size_t i = 0; i < patch.size(); ++i) {
    if (auto applied = apply_operation(result, patch[i]); !applied) {
      auto error = std::move(applied.error());
      error.path = fmt::format("/{}", i);
      return failure(std::move(error));
    }
  }
  return result;
}

}  // namespace upshift::cluster
