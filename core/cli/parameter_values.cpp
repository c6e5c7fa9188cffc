#include "cli/parameter_values.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/schema.hpp"

namespace upshift::cli {
namespace {

Result<Json> parsed_value(const std::string& name, const std::string& type, const std::string& text) {
  if (type == "array" && !text.starts_with('[')) {
    Json list = Json::array();
    if (text.empty()) return list;
    for (auto& part : split(text, ',')) list.push_back(part);
    return list;
  }
  const auto documents = parse_yaml(text, name);
  const bool fits =
      documents && documents->size() == 1 &&
      ((type == "integer" && documents->front().is_number_integer()) ||
       (type == "number" && documents->front().is_number()) || (type == "boolean" && documents->front().is_boolean()) ||
       (type == "array" && documents->front().is_array()) || (type == "object" && documents->front().is_object()));
  if (!fits) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the value of parameter {} is not of type {}", name, type),
                   type == "array" ? "give a,b,c or a JSON list" : "");
  }
  return documents->front();
}

Status validate(const std::string& name, const Json& schema, const Json& value) {
  const auto problems = config::validate(schema, value, name);
  if (problems.empty()) return {};
  if (bool_at(schema, "/x-upshift-secret")) {
    return failure(StatusCode::kInvalidArgument, fmt::format("the value of parameter {} is not valid", name),
                   string_at(schema, "/description"));
  }
  return failure(config::to_error("parameter " + name, problems));
}

}  // namespace

Result<Json> typed_value(const std::string& name, const Json& schema, const Json& given) {
  if (!given.is_string()) return given;
  auto text = given.get<std::string>();
  if (bool_at(schema, "/x-upshift-file")) {
    auto content = read_file(text);
    if (!content) return failure(std::move(content.error()).with_context("parameter " + name));
    text = std::move(*content);
  }
  const auto type = string_at(schema, "/type", "string");
  if (type == "string") return Json(text);
  return parsed_value(name, type, text);
}

plan::Settings plan_settings(const config::Settings& settings, StandIns stand_ins) {
  plan::Settings out;
  out.values = settings.parameters;
  out.rehearsal = stand_ins == StandIns::kUse;
  out.read = typed_value;
  out.validate = validate;
  return out;
}

}  // namespace upshift::cli
