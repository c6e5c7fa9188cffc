#include <fmt/format.h>

#include "emulator/api.hpp"
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
  if (type != "application/yaml") return parse_json(body, "the body");
  UPSHIFT_ASSIGN(const std::vector<Json> documents, parse_yaml(body, "the body"));
  return documents.empty() ? Json() : documents.front();
}

}  // namespace

Response Api::handle_raw(Request request, std::string_view body) {
  request.content_type = media_type(request.content_type);
  if (body.empty()) return handle(request);
  const bool other = !request.content_type.empty() && !request.content_type.ends_with("json") &&
                     request.content_type != "application/yaml";
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
  return handle(request);
}

}  // namespace upshift::emulator
