#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/schema.hpp"

namespace upshift::cluster {
namespace {

std::string_view wanted(Shape shape) {
  switch (shape) {
    case Shape::kString:
      return "a string";
    case Shape::kInteger:
      return "an integer";
    case Shape::kNumber:
      return "a number";
    case Shape::kBoolean:
      return "true or false";
    case Shape::kQuantity:
      return "a quantity";
    case Shape::kIntOrString:
      return "an integer or a string";
    case Shape::kBytes:
      return "base64 text";
    case Shape::kAny:
      return "anything";
    case Shape::kStructure:
    case Shape::kMap:
      return "an object";
    case Shape::kList:
      return "a list";
  }
  return "something else";
}

tl::unexpected<Error> wrong_type(const FieldType& type, const Json& value, const std::string& path) {
  return failure(StatusCode::kInvalidArgument,
                 fmt::format("{} is {} {}, not {}", path, value.is_array() || value.is_object() ? "an" : "a",
                             value.type_name(), wanted(type.shape)),
                 {}, path);
}

bool is_empty(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return true;
    case Json::value_t::string:
      return value.get_ref<const std::string&>().empty();
    case Json::value_t::boolean:
      return !value.get<bool>();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return value == 0;
    default:
      return value.empty();
  }
}

Json empty_of(Shape shape) {
  switch (shape) {
    case Shape::kString:
    case Shape::kBytes:
      return "";
    case Shape::kQuantity:
      return "0";
    case Shape::kInteger:
    case Shape::kNumber:
    case Shape::kIntOrString:
      return 0;
    case Shape::kBoolean:
      return false;
    case Shape::kList:
      return Json::array();
    default:
      return Json::object();
  }
}

Result<Json> conform_value(const FieldType& type, const Json& value, const std::string& path);
Result<Json> conform_structure(std::string_view name, const Json& value, const std::string& path);

Result<Json> conform_scalar(const FieldType& type, const Json& value, const std::string& path) {
  switch (type.shape) {
    case Shape::kString:
      if (value.is_string()) return value;
      break;
    case Shape::kInteger:
      if (value.is_number_integer()) return value;
      break;
    case Shape::kNumber:
      if (value.is_number()) return value;
      break;
    case Shape::kBoolean:
      if (value.is_boolean()) return value;
      break;
    case Shape::kIntOrString:
      if (value.is_number_integer() || value.is_string()) return value;
      break;
    case Shape::kQuantity: {
      if (!value.is_number() && !value.is_string()) break;
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      if (!is_quantity(text)) return failure(StatusCode::kInvalidArgument, path + " is not a quantity", {}, path);
      return Json(canonical_quantity(text));
    }
    case Shape::kBytes: {
      if (!value.is_string()) break;
      const auto bytes = decode_base64(value.get_ref<const std::string&>());
      if (!bytes) return failure(StatusCode::kInvalidArgument, path + " is not valid base64", {}, path);
      return Json(encode_base64(*bytes));
    }
    default:
      return value;
  }
  return wrong_type(type, value, path);
}

Result<Json> conform_list(const FieldType& type, const Json& value, const std::string& path) {
  if (!value.is_array()) return wrong_type(type, value, path);
  Json out = Json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    UPSHIFT_ASSIGN(Json item, conform_value(*type.element, value[i], fmt::format("{}[{}]", path, i)));
    out.push_back(std::move(item));
  }
  return out;
}

Result<Json> conform_map(const FieldType& type, const Json& value, const std::string& path) {
  if (!value.is_object()) return wrong_type(type, value, path);
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    UPSHIFT_ASSIGN(out[key], conform_value(*type.element, member, fmt::format("{}.{}", path, key)));
  }
  return out;
}

// What stands in a list or map: null is the element's empty value there.
Result<Json> conform_value(const FieldType& type, const Json& value, const std::string& path) {
  if (value.is_null()) {
    return type.shape == Shape::kStructure ? conform_structure(type.structure, Json::object(), path)
                                           : Result<Json>(type.shape == Shape::kAny ? value : empty_of(type.shape));
  }
  if (type.shape == Shape::kStructure) {
    return value.is_object() ? conform_structure(type.structure, value, path) : wrong_type(type, value, path);
  }
  if (type.shape == Shape::kList) return conform_list(type, value, path);
  if (type.shape == Shape::kMap) return conform_map(type, value, path);
  return conform_scalar(type, value, path);
}

Result<Json> conform_structure(std::string_view name, const Json& value, const std::string& path) {
  const Structure* structure = find_structure(name);
  if (structure == nullptr) return value;
  Json out = Json::object();
  for (const auto& [field, type] : *structure) {
    const auto given = value.find(field);
    const bool absent = given == value.end() || given->is_null();
    if (absent && type.presence != Presence::kAlways) continue;
    const Json initial = absent ? empty_of(type.shape) : *given;
    UPSHIFT_ASSIGN(Json member, conform_value(type, initial, path.empty() ? field : path + "." + field));
    const bool pointer =
        type.shape == Shape::kStructure || type.shape == Shape::kAny || type.shape == Shape::kIntOrString;
    if (!pointer && type.presence == Presence::kOmitEmpty && is_empty(member)) continue;
    if (absent && type.shape == Shape::kList) member = nullptr;
    out[field] = std::move(member);
  }
  // The one field that the server writes as null where it has no value.
  if (name == "Meta" && !out.contains("creationTimestamp")) out["creationTimestamp"] = nullptr;
  return out;
}

Json without_null_members(const Json& value) {
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (!member.is_null() || key == "creationTimestamp") out[key] = without_null_members(member);
  }
  return out;
}

}  // namespace

Result<Json> conform(std::string_view kind, const Json& object) {
  if (!object.is_object()) return failure(StatusCode::kInvalidArgument, "an object is expected");
  if (find_structure(kind) == nullptr) {
    Json out = without_null_members(object);
    UPSHIFT_ASSIGN(out["metadata"], conform_structure("Meta", object_at(object, "/metadata"), "metadata"));
    return out;
  }
  return conform_structure(kind, object, {});
}

}  // namespace upshift::cluster
