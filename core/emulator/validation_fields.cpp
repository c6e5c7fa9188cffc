#include "emulator/validation_fields.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

constexpr std::string_view kNamePartRule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

// The part of a label's key behind its prefix, and a label's value where it is not empty.
bool is_name_part(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool needs_values(const std::string& operation) {
  return operation == "In" || operation == "NotIn";
}

bool expression_holds(const Json& expression, const Json& labels) {
  const std::string operation = string_at(expression, "/operator");
  const auto label = labels.find(string_at(expression, "/key"));
  const bool present = label != labels.end();
  if (operation == "Exists") return present;
  if (operation == "DoesNotExist") return !present;
  const Json& values = array_at(expression, "/values");
  const bool listed = present && std::find(values.begin(), values.end(), *label) != values.end();
  return listed == (operation == "In");
}

}  // namespace

bool is_qualified_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_name_part(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_name_part(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) {
  return text.empty() || is_name_part(text);
}

bool is_ip_address(std::string_view text) {
  std::array<unsigned char, 16> bytes{};
  const std::string copy(text);
  return inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1;
}

bool is_port_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return is_dns_label(text) && text.size() <= 15 && text.find("--") == std::string_view::npos &&
         std::any_of(text.begin(), text.end(), letter);
}

void check_not_negative(const Json& value, std::string_view pointer, std::string field, Causes& causes) {
  const std::int64_t number = int_at(value, pointer);
  if (number < 0) causes.invalid(std::move(field), std::to_string(number), "must be greater than or equal to 0");
}

void check_port_number(std::int64_t port, std::string field, Causes& causes) {
  if (port < 1 || port > 65535) {
    causes.invalid(std::move(field), std::to_string(port), "must be between 1 and 65535, inclusive");
  }
}

void check_target_port(const Json& port, const std::string& field, Causes& causes) {
  if (port.is_number_integer()) return check_port_number(port.get<std::int64_t>(), field, causes);
  const std::string name = port.is_string() ? port.get<std::string>() : std::string{};
  if (is_port_name(name)) return;
  // Each broken rule is told by itself.
  const bool allowed = std::all_of(name.begin(), name.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (name.empty()) return check_port_number(0, field, causes);
  if (!allowed) causes.invalid(field, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (name.size() > 15) causes.invalid(field, name, "must be no more than 15 characters");
  if (allowed && name.size() <= 15) {
    causes.invalid(field, name,
                   "must contain at least one letter, and neither start or end with a hyphen nor hold two");
  }
}

void check_one_of(const std::string& text, std::initializer_list<std::string_view> known, std::string field,
                  Causes& causes) {
  if (std::find(known.begin(), known.end(), text) != known.end()) return;
  std::string list;
  for (const std::string_view value : known) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", value);
  causes.not_supported(std::move(field), text, list);
}

void check_subdomain(const std::string& text, std::string field, Causes& causes) {
  if (!is_dns_subdomain(text)) {
    causes.invalid(std::move(field), text,
                   "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
  }
}

void check_label_map(const Json& labels, const std::string& field, Causes& causes) {
  for (const auto& [key, value] : labels.items()) {
    if (!is_qualified_name(key)) causes.invalid(field, key, kNamePartRule);
    const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
    if (!is_label_value(text)) {
      causes.invalid(field, text, "a valid label must be an empty string or a qualified name part");
    }
  }
}

void check_annotation_map(const Json& annotations, const std::string& field, Causes& causes) {
  for (const auto& [key, value] : annotations.items()) {
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!is_qualified_name(lower)) causes.invalid(field, key, kNamePartRule);
  }
}

void check_label_selector(const Json& selector, const std::string& field, Causes& causes) {
  check_label_map(object_at(selector, "/matchLabels"), field + ".matchLabels", causes);
  const Json& expressions = array_at(selector, "/matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const std::string at = fmt::format("{}.matchExpressions[{}]", field, i);
    const std::string operation = string_at(expressions[i], "/operator");
    const bool values = !array_at(expressions[i], "/values").empty();
    if (needs_values(operation)) {
      if (!values) causes.required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operation == "Exists" || operation == "DoesNotExist") {
      if (values)
        causes.forbidden(at + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else {
      causes.invalid(at + ".operator", operation, "not a valid selector operator");
    }
    const std::string key = string_at(expressions[i], "/key");
    if (!is_qualified_name(key)) causes.invalid(at + ".key", key, kNamePartRule);
  }
}

bool selector_is_valid(const Json& selector) {
  Causes causes;
  check_label_selector(selector, {}, causes);
  return causes.empty();
}

bool selector_matches(const Json& selector, const Json& labels) {
  const Json& wanted = object_at(selector, "/matchLabels");
  const Json& expressions = array_at(selector, "/matchExpressions");
  for (const auto& [key, value] : wanted.items()) {
    const auto label = labels.find(key);
    if (label == labels.end() || *label != value) return false;
  }
  return std::all_of(expressions.begin(), expressions.end(),
                     [&](const Json& expression) { return expression_holds(expression, labels); });
}

void check_count_or_percentage(const Json& value, const std::string& field, Causes& causes) {
  if (value.is_number_integer()) return check_not_negative(value, "", field, causes);
  const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
  const bool percentage = text.size() > 1 && text.back() == '%' &&
                          std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
  if (!percentage) {
    causes.invalid(field, text, "a valid percent string must be a numeric string followed by an ending '%'");
  }
}

}  // namespace upshift::emulator
