#include "base/json.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace upshift {
namespace {

// The key that a token of a pointer stands for; `kept` holds it where it is written otherwise.
std::string_view unescaped(std::string_view token, std::string& kept) {
  if (token.find('~') == std::string_view::npos) return token;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      kept += token[++i] == '1' ? '/' : '~';
    } else {
      kept += token[i];
    }
  }
  return kept;
}

const Json* child(const Json& json, std::string_view token) {
  if (json.is_object()) {
    const auto found = json.find(token);
    return found == json.end() ? nullptr : &*found;
  }
  if (!json.is_array() || token.empty() || token.size() > 9) return nullptr;
  std::size_t index = 0;
  for (const char digit : token) {
    if (digit < '0' || digit > '9') return nullptr;
    index = index * 10 + static_cast<std::size_t>(digit - '0');
  }
  return index < json.size() ? &json[index] : nullptr;
}

}  // namespace

const Json* find(const Json& json, std::string_view pointer) {
  const Json* at = &json;
  while (!pointer.empty() && at != nullptr) {
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    std::string kept;
    at = child(*at, unescaped(pointer.substr(0, slash), kept));
    pointer = slash == std::string_view::npos ? std::string_view{} : pointer.substr(slash);
  }
  return at != nullptr && at->is_null() ? nullptr : at;
}

std::string string_at(const Json& json, std::string_view pointer, std::string_view fallback) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_string() ? at->get<std::string>() : std::string(fallback);
}

std::int64_t int_at(const Json& json, std::string_view pointer, std::int64_t fallback) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_number_integer() ? at->get<std::int64_t>() : fallback;
}

bool bool_at(const Json& json, std::string_view pointer, bool fallback) {
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_boolean() ? at->get<bool>() : fallback;
}

const Json& array_at(const Json& json, std::string_view pointer) {
  static const Json empty = Json::array();
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_array() ? *at : empty;
}

const Json& object_at(const Json& json, std::string_view pointer) {
  static const Json empty = Json::object();
  const Json* at = find(json, pointer);
  return at != nullptr && at->is_object() ? *at : empty;
}

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string encode_base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const std::uint32_t group = byte(0) << 16U | byte(1) << 8U | byte(2);
    out += kAlphabet[group >> 18U & 63U];
    out += kAlphabet[group >> 12U & 63U];
    out += i + 1 < bytes.size() ? kAlphabet[group >> 6U & 63U] : '=';
    out += i + 2 < bytes.size() ? kAlphabet[group & 63U] : '=';
  }
  return out;
}

Result<std::string> decode_base64(std::string_view text) {
  static constexpr auto kValues = [] {
    std::array<int, 256> values{};
    for (auto& value : values) value = -1;
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
      values[static_cast<unsigned char>(alphabet[i])] = static_cast<int>(i);
    return values;
  }();
  std::string out;
  std::uint32_t group = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const int value = c == '=' ? 0 : kValues[static_cast<unsigned char>(c)];
    if (value < 0 || (padding > 0 && c != '=')) return failure(StatusCode::kInvalidArgument, "not valid base64");
    if (c == '=') ++padding;
    group = group << 6U | static_cast<std::uint32_t>(value);
    if (++digits % 4 == 0) {
      out += static_cast<char>(group >> 16U & 255U);
      out += static_cast<char>(group >> 8U & 255U);
      out += static_cast<char>(group & 255U);
      group = 0;
    }
  }
  if (digits % 4 != 0 || padding > 2) return failure(StatusCode::kInvalidArgument, "not valid base64");
  if (out.size() >= padding) out.erase(out.size() - padding);
  return out;
}

}  // namespace upshift
