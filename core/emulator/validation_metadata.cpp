#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

// The part of a label's key behind its prefix, and a label's value where it is not empty.
bool is_qualified_name_part(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_qualified_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_qualified_name_part(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_qualified_name_part(text.substr(slash + 1));
}

bool is_path_segment(std::string_view name) {
  return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
}

bool name_is_valid(const std::string& kind, std::string_view name) {
  if (kind == "Service") return is_dns_label(name) && !(name.front() >= '0' && name.front() <= '9');
  if (kind == "Namespace" || kind == "Project") return is_dns_label(name);
  const bool free = kind.ends_with("Role") || kind.ends_with("RoleBinding") || kind == "Image" ||
                    kind == "ImageStreamTag" || kind == "RoleBindingRestriction";
  return free ? is_path_segment(name) : is_dns_subdomain(name);
}

constexpr std::string_view kSubdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character";
constexpr std::string_view kNamePartRule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character";

void validate_keys_and_labels(const Json& metadata, Causes& causes) {
  for (const auto& [key, value] : object_at(metadata, "/labels").items()) {
    if (!is_qualified_name(key)) causes.invalid("metadata.labels", key, kNamePartRule);
    const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
    if (!text.empty() && !is_qualified_name_part(text)) {
      causes.invalid("metadata.labels", text, "a valid label must be an empty string or a qualified name part");
    }
  }
  for (const auto& [key, value] : object_at(metadata, "/annotations").items()) {
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!is_qualified_name(lower)) causes.invalid("metadata.annotations", key, kNamePartRule);
  }
}

}  // namespace

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_lower_alphanumeric(text.front()) &&
         is_lower_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (const std::string& part : split(text, '.')) {
    const bool valid =
        !part.empty() && is_lower_alphanumeric(part.front()) && is_lower_alphanumeric(part.back()) &&
        std::all_of(part.begin(), part.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
    if (!valid) return false;
  }
  return true;
}

void validate_metadata(const cluster::ResourceType& type, const Json& object, bool update, Causes& causes) {
  const Json& metadata = object_at(object, "/metadata");
  const std::string name = string_at(metadata, "/name");
  if (name.empty()) {
    causes.required("metadata.name", "name or generateName is required");
  } else if (!name_is_valid(type.kind, name)) {
    causes.invalid("metadata.name", name, kSubdomainRule);
  }
  // A server looks four times at the labels and annotations of an update, and says so four times.
  for (int i = 0; i < (update ? 4 : 1); ++i) validate_keys_and_labels(metadata, causes);
}

}  // namespace upshift::emulator
