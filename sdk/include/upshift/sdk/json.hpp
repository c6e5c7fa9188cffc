// Reading JSON objects of the cluster without exceptions, and the few encodings that a step needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace upshift::sdk {

using Json = nlohmann::json;

// The value at an RFC 6901 pointer ("/spec/template/spec/containers/0/image"), or nullptr where nothing is there or it
// is null. Borrows from `json`.
inline const Json* find(const Json& json, std::string_view pointer) {
  const Json* at = &json;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    std::string key(pointer.substr(0, end));
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
    for (std::size_t tilde = key.find('~'); tilde != std::string::npos; tilde = key.find('~', tilde + 1)) {
      key.replace(tilde, 2, key.compare(tilde, 2, "~1") == 0 ? "/" : "~");
    }
    if (at->is_object()) {
      const auto found = at->find(key);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array() && !key.empty() && key.size() < 10 &&
               key.find_first_not_of("0123456789") == std::string::npos) {
      const std::size_t index = std::stoul(key);
      if (index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at->is_null() ? nullptr : at;
}

inline std::string string_at(const Json& json, std::string_view pointer, std::string_view fallback = {}) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_string() ? at->get<std::string>() : std::string(fallback);
}

inline std::int64_t int_at(const Json& json, std::string_view pointer, std::int64_t fallback = 0) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_number_integer() ? at->get<std::int64_t>() : fallback;
}

inline bool bool_at(const Json& json, std::string_view pointer, bool fallback = false) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_boolean() ? at->get<bool>() : fallback;
}

// The array or object at `pointer`, or a shared empty one: for range loops.
inline const Json& array_at(const Json& json, std::string_view pointer) {
  static const Json kEmpty = Json::array();
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_array() ? *at : kEmpty;
}
inline const Json& object_at(const Json& json, std::string_view pointer) {
  static const Json kEmpty = Json::object();
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_object() ? *at : kEmpty;
}

// The index of the entry whose `key` is `name` in a list of objects (containers, env, tags).
inline std::optional<std::size_t> index_of(const Json& list, std::string_view name, std::string_view key = "name") {
  if (!list.is_array()) return std::nullopt;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].is_object() && string_at(list[i], "/" + std::string(key)) == name) return i;
  }
  return std::nullopt;
}
// The entry itself, or nullptr. Borrows from `list`.
inline const Json* named(const Json& list, std::string_view name, std::string_view key = "name") {
  const auto index = index_of(list, name, key);
  return index ? &list[*index] : nullptr;
}

// Text that is safe to send: bytes that are not UTF-8 are replaced, never thrown on.
inline std::string to_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

inline std::string encode_base64(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '=' : kDigits[group >> (18U - 6U * k) & 63U];
    }
  }
  return out;
}

// Nothing where `text` is not base64.
inline std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::size_t digits = 0, padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    ++digits;
    if (c == '=') {
      ++padding;
      continue;
    }
    const bool letter = (c >= 'A' && c <= 'Z'), small = (c >= 'a' && c <= 'z'), number = (c >= '0' && c <= '9');
    if (padding > 0 || (!letter && !small && !number && c != '+' && c != '/')) return std::nullopt;
    const int value = letter ? c - 'A' : small ? c - 'a' + 26 : number ? c - '0' + 52 : c == '+' ? 62 : 63;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 255U);
    }
  }
  if (digits % 4 != 0 || padding > 2) return std::nullopt;
  return out;
}

// The decoded value of one key of a Secret, from `data` or `stringData`.
inline std::optional<std::string> secret_value(const Json& secret, std::string_view key) {
  const Json& data = object_at(secret, "/data");
  if (const auto found = data.find(std::string(key)); found != data.end() && found->is_string()) {
    return decode_base64(found->get<std::string>());
  }
  const Json& plain = object_at(secret, "/stringData");
  if (const auto found = plain.find(std::string(key)); found != plain.end() && found->is_string()) {
    return found->get<std::string>();
  }
  return std::nullopt;
}

}  // namespace upshift::sdk
