#include <fmt/format.h>

#include "emulator/api.hpp"
#include "emulator/apply.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

// The media type without its parameters ("; charset=utf-8").
std::string media_type(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return type;
}

Result<Json> parse_body(const std::string& type, std::string_view body) {
  if (type != "application/yaml" && type != kApplyPatch) return parse_json(body, "the body");
  UPSHIFT_ASSIGN(const std::vector<Json> documents, parse_yaml(body, "the body"));
  return documents.empty() ? Json() : documents.front();
}

// A body must be of the version that its path names. Manifests that are loaded may be of older ones; requests may not.
std::optional<Response> other_version(const Request& request) {
  if (request.method != "POST" && request.method != "PUT") return std::nullopt;
  const ParsedPath path = parse_api_path(request.path);
  if (!path.path || !path.path->subresource.empty() || !request.body.is_object()) return std::nullopt;
  const ResourceType& type = *path.path->type;
  const std::string version = string_at(request.body, "/apiVersion", type.api_version());
  const std::string kind = string_at(request.body, "/kind", type.kind);
  // Two kinds are served in two versions and stored in one.
  const bool two = type.kind == "CronJob" || type.kind == "PodDisruptionBudget";
  const bool same = version == type.api_version() || (two && version.starts_with(type.group + "/"));
  if (same || kind != type.kind || type.kind == "ProcessedTemplate") return std::nullopt;
  return bad_request(fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                                 version, type.api_version()));
}

}  // namespace

Response Api::handle_raw(Request request, std::string_view body) {
  request.content_type = media_type(request.content_type);
  if (body.empty()) return handle(request);
  const bool other = !request.content_type.empty() && !request.content_type.ends_with("json") &&
                     request.content_type != "application/yaml" && request.content_type != kApplyPatch;
  if (other && request.method != "DELETE") {
    return request.method == "PATCH"
               ? status_failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", Json::object())
               : unsupported_media_type();
  }
  auto parsed = parse_body(request.content_type, body);
  if (!parsed) {
    const ParsedPath path = parse_api_path(request.path);
    const std::string kind = path.path ? path.path->type->kind : std::string("a known type");
    return bad_request(
        fmt::format("the object provided is unrecognized (must be of type {}): {}", kind, parsed.error().summary));
  }
  request.body = std::move(*parsed);
  if (auto refused = other_version(request)) return *refused;
  return handle(request);
}

}  // namespace upshift::emulator
