#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace upshift {
namespace {

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Most strings are plain text, which is copied as it is, whereas nlohmann decodes each character; what else there is to
// know about JSON is left to it. False, and nothing written, for text that is not plain.
bool write_plain(const std::string& text, std::string& out) {
  const auto before = out.size();
  out += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_escaped = c == '"' || c == '\\' || c == '\n';
    if (c >= ' ' && c <= '~' && !is_escaped) continue;
    if (!is_escaped) {
      out.resize(before);
      return false;
    }
    out.append(text, copied, at - copied);
    out += '\\';
    out += c == '\n' ? 'n' : c;
    copied = at + 1;
  }
  out.append(text, copied);
  out += '"';
  return true;
}

void write_string(const std::string& text, std::string& out) {
  if (!write_plain(text, out)) out += dumped(text, -1);
}

void write(const Json& json, std::string& out);

void write_object(const Json& object, std::string& out) {
  char separator = '{';
  for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
    out += separator;
    write_string(key, out);
    out += ':';
    write(value, out);
    separator = ',';
  }
  out += object.empty() ? "{}" : "}";
}

void write_array(const Json& array, std::string& out) {
  char separator = '[';
  for (const auto& item : array) {
    out += separator;
    write(item, out);
    separator = ',';
  }
  out += array.empty() ? "[]" : "]";
}

// Recurses as nlohmann does.
void write(const Json& json, std::string& out) {
  if (json.is_object()) return write_object(json, out);
  if (json.is_array()) return write_array(json, out);
  if (json.is_string()) return write_string(json.get_ref<const std::string&>(), out);
  out += dumped(json, -1);
}

}  // namespace

std::string to_text(const Json& json, int indent) {
  if (indent >= 0) return dumped(json, indent);
  std::string out;
  write(json, out);
  return out;
}

}  // namespace upshift
