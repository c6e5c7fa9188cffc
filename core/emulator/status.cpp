#include "emulator/status.hpp"

#include <fmt/format.h>

#include "emulator/api.hpp"

namespace upshift::emulator {
namespace {

Json details_of(const ResourceType& type, std::string_view name, const std::string& kind) {
  Json details = Json::object();
  if (!name.empty()) details["name"] = name;
  if (!type.group.empty()) details["group"] = type.group;
  details["kind"] = kind;
  return details;
}

}  // namespace

void Causes::required(std::string field, std::string_view message) {
  causes_.push_back({"FieldValueRequired", std::move(field),
                     message.empty() ? std::string("Required value") : fmt::format("Required value: {}", message)});
}

void Causes::invalid(std::string field, std::string_view value, std::string_view message) {
  causes_.push_back({"FieldValueInvalid", std::move(field), fmt::format("Invalid value: \"{}\": {}", value, message)});
}

void Causes::not_supported(std::string field, std::string_view value, std::string_view supported) {
  causes_.push_back({"FieldValueNotSupported", std::move(field),
                     fmt::format("Unsupported value: \"{}\": supported values: {}", value, supported)});
}

void Causes::forbidden(std::string field, std::string_view message) {
  causes_.push_back({"FieldValueForbidden", std::move(field), fmt::format("Forbidden: {}", message)});
}

void Causes::duplicate(std::string field, std::string_view value) {
  causes_.push_back({"FieldValueDuplicate", std::move(field), fmt::format("Duplicate value: \"{}\"", value)});
}

void Causes::not_found(std::string field, std::string_view value) {
  causes_.push_back({"FieldValueNotFound", std::move(field), fmt::format("Not found: \"{}\"", value)});
}

Response status_failure(int code, std::string_view reason, std::string message, Json details) {
  Json body = {{"kind", "Status"},
               {"apiVersion", "v1"},
               {"metadata", Json::object()},
               {"status", "Failure"},
               {"message", std::move(message)},
               {"code", code}};
  if (!reason.empty()) body["reason"] = reason;
  if (!details.is_null()) body["details"] = std::move(details);
  return Response{code, std::move(body), {{"content-type", "application/json"}}};
}

Response not_found(const ResourceType& type, std::string_view name) {
  return status_failure(404, "NotFound", fmt::format("{} \"{}\" not found", type.qualified_name(), name),
                        details_of(type, name, type.resource));
}

Response already_exists(const ResourceType& type, std::string_view name) {
  return status_failure(409, "AlreadyExists", fmt::format("{} \"{}\" already exists", type.qualified_name(), name),
                        details_of(type, name, type.resource));
}

Response conflict(const ResourceType& type, std::string_view name, std::string_view why) {
  return status_failure(409, "Conflict",
                        fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", type.qualified_name(), name, why),
                        details_of(type, name, type.resource));
}

Response modified_since(const ResourceType& type, std::string_view name) {
  return conflict(type, name,
                  "the object has been modified; please apply your changes to the latest version and try again");
}

Response bad_request(std::string message) {
  return status_failure(400, "BadRequest", std::move(message));
}

Response invalid_object(const ResourceType& type, std::string_view name, const Causes& causes) {
  Json list = Json::array();
  std::string text;
  for (const Cause& cause : causes.all()) {
    list.push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
    text += (text.empty() ? "" : ", ") + cause.field + ": " + cause.message;
  }
  const std::string shown = causes.all().size() > 1 ? "[" + text + "]" : text;
  const std::string kind = type.group.empty() ? type.kind : type.kind + "." + type.group;
  Json details = details_of(type, name, type.kind);
  if (type.kind.empty()) details.erase("kind");
  details["causes"] = std::move(list);
  return status_failure(422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", kind, name, shown), std::move(details));
}

Response unsupported_media_type() {
  return status_failure(415, "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include: "
                        "application/json, application/yaml, application/vnd.kubernetes.protobuf");
}

Response method_not_allowed() {
  return status_failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
                        Json::object());
}

Response unauthorized() {
  return status_failure(401, "Unauthorized", "Unauthorized");
}

Response forbidden(const ResourceType& type, std::string_view name, std::string_view name_space, std::string_view user,
                   std::string_view verb) {
  const std::string subject =
      name.empty() ? type.qualified_name() : fmt::format("{} \"{}\"", type.qualified_name(), name);
  const std::string where =
      name_space.empty() ? " at the cluster scope" : fmt::format(" in the namespace \"{}\"", name_space);
  return status_failure(403, "Forbidden",
                        fmt::format("{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\"{}",
                                    subject, user, verb, type.resource, type.group, where),
                        details_of(type, name, type.resource));
}

Response deleted(const ResourceType& type, std::string_view name, std::string_view uid) {
  Json details = details_of(type, name, type.resource);
  details["uid"] = uid;
  return Response{200,
                  {{"kind", "Status"},
                   {"apiVersion", "v1"},
                   {"metadata", Json::object()},
                   {"status", "Success"},
                   {"details", std::move(details)}},
                  {{"content-type", "application/json"}}};
}

}  // namespace upshift::emulator
