#include "report/redaction.hpp"

#include <array>
#include <cctype>

namespace upshift::report {
namespace {

constexpr std::array<std::string_view, 6> kSecretWords{"PASSWORD", "PASSWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL"};

char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}

bool ends_value(char c) {
  return c == ' ' || c == '"' || c == '\'' || c == '&' || c == '\n' || c == ';' || c == ',';
}

// "scheme://user:password@host": what stands before the last @ of the authority is replaced.
void redact_urls(std::string& text) {
  std::size_t at = 0;
  while ((at = text.find("://", at)) != std::string::npos) {
    at += 3;
    std::size_t end = at;
    while (end < text.size() && text[end] != '/' && text[end] != '?' && text[end] != '#' && !ends_value(text[end]))
      ++end;
    const std::size_t sign = text.rfind('@', end == text.size() ? end - 1 : end);
    if (sign == std::string::npos || sign < at || sign >= end) continue;
    text.replace(at, sign - at, kRedacted);
  }
}

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

// NAME=value, NAME="value" and NAME: value where NAME is a secret's name.
void redact_assignments(std::string& text) {
  std::size_t at = 0;
  while ((at = text.find_first_of("=:", at)) != std::string::npos) {
    std::size_t start = at;
    while (start > 0 && is_name_char(text[start - 1])) --start;
    const bool url = text[at] == ':' && text.compare(at, 3, "://") == 0;
    const std::string name = text.substr(start, at - start);
    std::size_t value = ++at;
    if (name.empty() || url || !names_a_secret(name)) continue;
    while (value < text.size() && text[value] == ' ' && text[at - 1] == ':') ++value;
    if (value < text.size() && (text[value] == '"' || text[value] == '\'')) ++value;
    std::size_t end = value;
    while (end < text.size() && !ends_value(text[end])) ++end;
    if (end == value) continue;
    text.replace(value, end - value, kRedacted);
    at = value + kRedacted.size();
  }
}

void redact_bearer(std::string& text) {
  constexpr std::string_view kBearer = "Bearer ";
  std::size_t at = 0;
  while ((at = text.find(kBearer, at)) != std::string::npos) {
    at += kBearer.size();
    std::size_t end = at;
    while (end < text.size() && !ends_value(text[end])) ++end;
    text.replace(at, end - at, kRedacted);
  }
}

// Where a walk through an object stands.
enum class Place { kElsewhere, kSecretValues, kConfigValues, kAnnotations, kTls };

Place place_of(const std::string& kind, Place place, int depth, const std::string& key) {
  if (depth == 0 && kind == "Secret" && (key == "data" || key == "stringData")) return Place::kSecretValues;
  if (depth == 0 && kind == "ConfigMap" && key == "data") return Place::kConfigValues;
  if (key == "annotations") return Place::kAnnotations;
  if (key == "tls") return Place::kTls;
  return place == Place::kSecretValues ? place : Place::kElsewhere;
}

bool is_secret_member(Place place, const std::string& key, const Json& parent) {
  switch (place) {
    case Place::kSecretValues:
      return true;
    case Place::kConfigValues:
      return names_a_secret(key);
    case Place::kAnnotations:
      return key == "kubectl.kubernetes.io/last-applied-configuration" || key.ends_with("token-secret.value");
    case Place::kTls:
      return key == "key";
    case Place::kElsewhere:
      break;
  }
  // A literal of an environment variable.
  return key == "value" && parent.contains("name") && parent["name"].is_string() &&
         names_a_secret(parent["name"].get_ref<const std::string&>());
}

class Redactor {
 public:
  explicit Redactor(std::string kind) : kind_(std::move(kind)) {}

  // `other` is the other state's value at the same place, or null.
  Json walk(const Json& value, const Json& other, std::string_view marker, Place place, int depth) const {
    if (value.is_object()) return walk_object(value, other, marker, place, depth);
    if (value.is_array()) return walk_array(value, other, marker, place, depth);
    if (!value.is_string()) return value;
    return redact_string(value.get_ref<const std::string&>(), other, marker);
  }

 private:
  // What differs only in what is hidden must still be seen to differ.
  static Json redact_string(const std::string& text, const Json& other, std::string_view marker) {
    std::string shown = redact_text(text);
    if (shown == text || !other.is_string()) return shown;
    const auto& other_text = other.get_ref<const std::string&>();
    if (other_text != text && redact_text(other_text) == shown) shown += marker;
    return shown;
  }

  Json walk_object(const Json& value, const Json& other, std::string_view marker, Place place, int depth) const {
    Json out = Json::object();
    for (const auto& [key, member] : value.items()) {
      const Json* peer = other.is_object() && other.contains(key) ? &other[key] : nullptr;
      if (!is_secret_member(place, key, value) || member.is_null()) {
        out[key] =
            walk(member, peer == nullptr ? Json() : *peer, marker, place_of(kind_, place, depth, key), depth + 1);
      } else if (member == "") {
        out[key] = "";
      } else {
        const bool differs = peer != nullptr && *peer != member;
        out[key] = std::string(kRedacted) + std::string(differs ? marker : "");
      }
    }
    return out;
  }

  Json walk_array(const Json& value, const Json& other, std::string_view marker, Place place, int depth) const {
    Json out = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      out.push_back(walk(value[i], peer_of(value[i], other, i), marker, place, depth + 1));
    }
    return out;
  }

  // The element of the other state with the same name, else at the same index.
  static Json peer_of(const Json& element, const Json& other, std::size_t index) {
    if (!other.is_array()) return nullptr;
    if (element.is_object() && element.contains("name")) {
      for (const Json& candidate : other) {
        if (candidate.is_object() && candidate.contains("name") && candidate["name"] == element["name"])
          return candidate;
      }
      return nullptr;
    }
    return index < other.size() ? other[index] : Json();
  }

  std::string kind_;
};

std::string kind_of(const Json& object) {
  return object.is_object() ? string_at(object, "/kind") : std::string();
}

}  // namespace

bool names_a_secret(std::string_view name) {
  const std::string upper_name = upper(name);
  return std::any_of(kSecretWords.begin(), kSecretWords.end(), [&upper_name](std::string_view word) {
    const auto at = upper_name.rfind(word);
    if (at == std::string::npos) return false;
    // "KEYBOARD" is none, "SECRET_KEY_BASE" is one: a word ends where letters end.
    const auto end = at + word.size();
    return end == upper_name.size() || std::isalpha(static_cast<unsigned char>(upper_name[end])) == 0 ||
           upper_name.substr(end) == "S";
  });
}

std::string redact_text(std::string_view text) {
  std::string out(text);
  redact_urls(out);
  redact_assignments(out);
  redact_bearer(out);
  return out;
}

Json redact_object(const Json& object) {
  return Redactor(kind_of(object)).walk(object, nullptr, "", Place::kElsewhere, 0);
}

std::pair<Json, Json> redact_pair(const Json& before, const Json& after) {
  const Redactor redactor(kind_of(before.is_null() ? after : before));
  return {redactor.walk(before, after, " (old)", Place::kElsewhere, 0),
          redactor.walk(after, before, " (new)", Place::kElsewhere, 0)};
}

}  // namespace upshift::report
