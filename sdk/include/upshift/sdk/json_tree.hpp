// What simdjson has parsed, as a tree of nlohmann_json. Not part of sdk.hpp: for those who link simdjson, as the host
// and sdk/src/quick_json.cpp do.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace upshift::sdk {

inline nlohmann::json tree_of(simdjson::dom::element element);

namespace detail {

inline nlohmann::json object_of(simdjson::dom::object members) {
  nlohmann::json out = nlohmann::json::object();
  auto& map = out.get_ref<nlohmann::json::object_t&>();
  for (const auto [key, value] : members) map.insert_or_assign(map.end(), std::string(key), tree_of(value));
  return out;
}

inline nlohmann::json array_of(simdjson::dom::array items) {
  nlohmann::json out = nlohmann::json::array();
  auto& list = out.get_ref<nlohmann::json::array_t&>();
  list.reserve(items.size());
  for (const auto item : items) list.push_back(tree_of(item));
  return out;
}

}  // namespace detail

// Recurses as deep as the parser let through. Of a key that is there twice the last one counts.
inline nlohmann::json tree_of(simdjson::dom::element element) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::OBJECT:
      return detail::object_of(element.get_object());
    case Type::ARRAY:
      return detail::array_of(element.get_array());
    case Type::STRING:
      return std::string(std::string_view(element.get_string()));
    case Type::INT64: {
      const std::int64_t number = element.get_int64();
      return number < 0 ? nlohmann::json(number) : nlohmann::json(static_cast<std::uint64_t>(number));
    }
    case Type::UINT64:
      return std::uint64_t(element.get_uint64());
    case Type::DOUBLE:
      return double(element.get_double());
    case Type::BOOL:
      return bool(element.get_bool());
    case Type::NULL_VALUE:
      break;
  }
  return nullptr;
}

}  // namespace upshift::sdk
