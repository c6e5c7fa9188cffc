#include "emulator/template.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace upshift::emulator {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_parameter_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_name_character);
}

// The name inside "${NAME}" or "${{NAME}}" that starts at `at`, and where the reference ends; "" where there is none.
struct Reference {
  std::string name;
  std::size_t end = 0;
  bool typed = false;
};

Reference reference_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "${") return {};
  const bool typed = text.substr(at, 3) == "${{";
  const std::size_t first = at + (typed ? 3 : 2);
  std::size_t last = first;
  while (last < text.size() && is_name_character(text[last])) ++last;
  const std::string_view closing = typed ? "}}" : "}";
  if (last == first || text.substr(last, closing.size()) != closing) return {};
  return {std::string(text.substr(first, last - first)), last + closing.size(), typed};
}

// Every reference in the text is replaced where it is found first by then, as the server does: a value that looks like
// a reference may be taken for one.
std::string substitute_text(std::string_view text, const Parameters& values) {
  std::string out(text);
  for (std::size_t at = 0; at < text.size();) {
    const Reference reference = reference_at(text, at);
    const auto value = values.find(reference.name);
    if (reference.name.empty() || reference.typed) {
      ++at;
      continue;
    }
    const std::string_view written = text.substr(at, reference.end - at);
    at = reference.end;
    if (value == values.end()) continue;
    if (const auto found = out.find(written); found != std::string::npos) {
      out.replace(found, written.size(), value->second);
    }
  }
  return out;
}

// "${{NAME}}" that is the whole text becomes what its value is as JSON; anything else stays text.
Json substitute_string(const std::string& text, const Parameters& values) {
  const Reference whole = reference_at(text, 0);
  if (!whole.typed || whole.end != text.size()) return substitute_text(text, values);
  const auto value = values.find(whole.name);
  if (value == values.end()) return text;
  Json parsed = Json::parse(value->second, nullptr, false);
  return parsed.is_discarded() ? Json(value->second) : parsed;
}

Json substitute(const Json& json, const Parameters& values) {
  if (json.is_string()) return substitute_string(json.get_ref<const std::string&>(), values);
  if (json.is_array()) {
    Json out = Json::array();
    for (const Json& item : json) out.push_back(substitute(item, values));
    return out;
  }
  if (!json.is_object()) return json;
  Json out = Json::object();
  for (const auto& [key, member] : json.items()) out[substitute_text(key, values)] = substitute(member, values);
  return out;
}

tl::unexpected<Error> invalid(std::string summary, std::string detail, std::string path) {
  return failure(StatusCode::kInvalidArgument, std::move(summary), std::move(detail), std::move(path));
}

Status check_shape(const Json& document) {
  if (!document.is_object() || string_at(document, "/kind") != "Template") {
    return invalid("this is not a Template", "A template has kind: Template and a list of objects.", "kind");
  }
  for (const std::string_view list : {"objects", "parameters"}) {
    const Json* at = find(document, "/" + std::string(list));
    if (at != nullptr && !at->is_array()) {
      return invalid(fmt::format("the template's {} are not a list", list), {}, std::string(list));
    }
  }
  return {};
}

Status check_names(const Json& parameters, Causes& causes) {
  Status first;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = string_at(parameters[i], "/name");
    if (is_parameter_name(name)) continue;
    const std::string field = fmt::format("parameters[{}].name", i);
    const std::string summary = fmt::format("'{}' cannot be the name of a parameter", name);
    causes.invalid(field, name, summary);
    if (first) first = invalid(summary, "Letters, digits and underscores make up a name.", field);
  }
  return first;
}

Status check_given(const Json& document, const Parameters& given) {
  std::set<std::string> known;
  for (const Json& parameter : array_at(document, "/parameters")) known.insert(string_at(parameter, "/name"));
  for (const auto& [name, value] : given) {
    if (!known.contains(name)) {
      return invalid(fmt::format("the template {} has no parameter {}", string_at(document, "/metadata/name"), name),
                     "Leave it out, or correct its name.", "parameters");
    }
  }
  return {};
}

std::uint64_t seed_for(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ (seed * 0x9E3779B97F4A7C15ULL);  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

// A value from a parameter that may hold a number or a boolean in careless templates.
std::string value_of(const Json& parameter) {
  const Json* value = find(parameter, "/value");
  if (value == nullptr) return {};
  return value->is_string() ? value->get<std::string>() : to_text(*value);
}

// A parameter's value: what is given, what the template says, what its generator makes.
Result<std::string> settle_value(const Json& parameter, const Parameters& given, std::uint64_t seed) {
  const std::string name = string_at(parameter, "/name");
  std::string value = value_of(parameter);
  if (const auto chosen = given.find(name); chosen != given.end()) value = chosen->second;
  const std::string generator = string_at(parameter, "/generate");
  if (value.empty() && generator == "expression") {
    UPSHIFT_ASSIGN(value, generate_value(string_at(parameter, "/from"), seed_for(name, seed)));
  } else if (value.empty() && !generator.empty()) {
    return invalid(fmt::format("unknown generator name '{}' for parameter {}", generator, name), {}, {});
  }
  return value;
}

Result<Parameters> settle_parameters(Json& parameters, const Parameters& given, std::uint64_t seed, Causes& causes) {
  Parameters values;
  std::optional<Error> first;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Json& parameter = parameters[i];
    const std::string name = string_at(parameter, "/name");
    const std::string field = fmt::format("template.parameters[{}]", i);
    Result<std::string> value = settle_value(parameter, given, seed);
    if (!value) {
      causes.invalid(field, string_at(parameter, "/from"), value.error().summary);
    } else if (value->empty() && bool_at(parameter, "/required")) {
      value = invalid(fmt::format("parameter {} is required and must be specified", name),
                      fmt::format("Give it a value: {}=…", name), {});
      causes.required(field, value.error().summary);
    }
    if (!value) {
      if (!first) first = std::move(value.error());
      if (first->path.empty()) first->path = field;
      continue;
    }
    if (value->empty()) {
      parameter.erase("value");
    } else {
      parameter["value"] = *value;
    }
    values[name] = std::move(*value);
  }
  if (first) return failure(std::move(*first));
  return values;
}

}  // namespace

Result<Json> process_template(const Json& document, const Parameters& given, std::uint64_t seed, Causes* causes) {
  Causes untold;
  Causes& told = causes == nullptr ? untold : *causes;
  UPSHIFT_TRY(check_shape(document));
  UPSHIFT_TRY(check_given(document, given));
  Json processed = document;
  Json parameters = array_at(document, "/parameters");
  UPSHIFT_TRY(check_names(parameters, told));
  UPSHIFT_ASSIGN(const Parameters values, settle_parameters(parameters, given, seed, told));
  processed["parameters"] = std::move(parameters);

  const Json labels = substitute(object_at(document, "/labels"), values);
  if (!labels.empty()) processed["labels"] = labels;
  if (const std::string message = string_at(document, "/message"); !message.empty()) {
    processed["message"] = substitute_text(message, values);
  }
  Json objects = Json::array();
  for (const Json& object : array_at(document, "/objects")) {
    Json made = substitute(object, values);
    // An object belongs into the namespace it is created in, unless its template says otherwise by a parameter.
    if (string_at(object, "/metadata/namespace").find("${") == std::string::npos && made.contains("metadata")) {
      if (made["metadata"].is_object()) made["metadata"].erase("namespace");
    }
    for (const auto& [key, value] : labels.items()) made["metadata"]["labels"][key] = value;
    objects.push_back(std::move(made));
  }
  processed["objects"] = std::move(objects);
  return processed;
}

}  // namespace upshift::emulator
