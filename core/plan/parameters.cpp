#include "plan/parameters.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::plan {
namespace {

enum class Source { kNone, kUser, kWith, kDefault, kStandIn };

struct Found {
  Source source = Source::kNone;
  Json value;
};

Result<Found> find_value(const std::string& full_name, const std::string& name, const Json& schema, const Json& with,
                         const Settings& settings) {
  if (const auto set = settings.values.find(full_name); set != settings.values.end()) {
    if (!settings.read) return Found{Source::kUser, set->second};
    UPSHIFT_ASSIGN(Json value, settings.read(full_name, schema, set->second));
    return Found{Source::kUser, std::move(value)};
  }
  if (with.contains(name)) return Found{Source::kWith, with.at(name)};
  if (settings.rehearsal && schema.contains("x-upshift-rehearsal")) {
    return Found{Source::kDefault, schema.at("x-upshift-rehearsal")};
  }
  if (schema.contains("default")) return Found{Source::kDefault, schema.at("default")};
  if (settings.rehearsal && schema.contains("x-upshift-stand-in")) {
    return Found{Source::kStandIn, schema.at("x-upshift-stand-in")};
  }
  return Found{};
}

}  // namespace

std::string reference_in(std::string_view text) {
  if (!text.starts_with("${") || !text.ends_with("}")) return {};
  return std::string(text.substr(2, text.size() - 3));
}

Result<Resolved> resolve_parameters(const std::string& scope, const Json& schemas, const Json& with,
                                    const Settings& settings) {
  for (const auto& [name, value] : with.items()) {
    if (schemas.contains(name)) continue;
    return failure(StatusCode::kInvalidArgument, fmt::format("'{}' has no parameter '{}'", scope, name),
                   "Report it to the author of the plugin that uses it.");
  }
  Resolved resolved;
  for (const auto& [name, schema] : schemas.items()) {
    const std::string full_name = scope + "." + name;
    if (bool_at(schema, "/x-upshift-secret")) resolved.secrets.push_back(name);
    UPSHIFT_ASSIGN(Found found, find_value(full_name, name, schema, with, settings));
    if (found.source == Source::kNone) {
      if (schema.contains("x-upshift-stand-in")) resolved.missing.push_back(full_name);
      continue;
    }
    if (settings.validate) UPSHIFT_TRY(settings.validate(full_name, schema, found.value));
    if (found.source == Source::kStandIn) resolved.stand_ins.push_back(full_name);
    resolved.values[name] = std::move(found.value);
  }
  return resolved;
}

Result<Json> substitute(const std::string& stage, const Json& with, const Json& hop_schemas, const Json& hop_values) {
  Json result = Json::object();
  for (const auto& [name, value] : with.items()) {
    const auto reference = value.is_string() ? reference_in(value.get_ref<const std::string&>()) : "";
    if (reference.empty()) {
      result[name] = value;
      continue;
    }
    if (!hop_schemas.contains(reference)) {
      return failure(
          StatusCode::kInvalidArgument,
          fmt::format("stage {} hands over ${{{}}}, but its hop has no parameter '{}'", stage, reference, reference),
          "Report it to the plugin's author.");
    }
    if (hop_values.contains(reference)) result[name] = hop_values.at(reference);
  }
  return result;
}

Status check_names(const Catalog& catalog, const Settings& settings) {
  std::vector<std::string> known;
  const auto add = [&known](const std::string& scope, const Json& schemas) {
    for (const auto& [name, schema] : schemas.items()) known.push_back(scope + "." + name);
  };
  for (const auto& hop : catalog.hops) add(hop.id, hop.parameters);
  for (const auto& concern : catalog.concerns) add(concern.id, concern.parameters);
  for (const auto& [name, value] : settings.values) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = nearest(name, known);
    return failure(StatusCode::kInvalidArgument, fmt::format("no plugin has a parameter '{}'", name),
                   near.empty() ? fmt::format("Known parameters: {}.", known.empty() ? "none" : join(known, ", "))
                                : fmt::format("Did you mean '{}'?", near));
  }
  return {};
}

}  // namespace upshift::plan
