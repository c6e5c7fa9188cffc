#include "emulator/server/request_attributes.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace upshift::emulator::server {
namespace {

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  for (const std::string& segment : split(path, '/')) {
    if (!segment.empty()) segments.push_back(decode_percent(segment, false));
  }
  return segments;
}

std::string verb_of(const HttpRequest& request, bool named) {
  if (request.method == "POST") return "create";
  if (request.method == "PUT") return "update";
  if (request.method == "PATCH") return "patch";
  if (request.method == "DELETE") return named ? "delete" : "deletecollection";
  if (request.flag("watch")) return "watch";
  return named ? "get" : "list";
}

// Segments after the group and version.
void read_resource(const std::vector<std::string>& segments, std::size_t at, RequestAttributes& out) {
  const auto next = [&] { return at < segments.size() ? segments[at++] : std::string{}; };
  out.is_resource = true;
  out.resource = next();
  if (out.resource == "namespaces" && at < segments.size()) {
    out.name_space = next();
    const bool about_itself = at >= segments.size() || segments[at] == "finalize" || segments[at] == "status";
    if (about_itself) {
      out.name = out.name_space;
      out.subresource = next();
      return;
    }
    out.resource = next();
  }
  out.name = next();
  out.subresource = next();
}

}  // namespace

RequestAttributes attributes_of(const HttpRequest& request) {
  RequestAttributes out;
  const std::vector<std::string> segments = segments_of(request.path);
  const bool core = !segments.empty() && segments[0] == "api";
  const bool grouped = !segments.empty() && segments[0] == "apis";
  const std::size_t start = core ? 2 : 3;
  if ((core || grouped) && segments.size() > start) {
    if (grouped) out.group = segments[1];
    out.version = segments[start - 1];
    read_resource(segments, start, out);
  }
  out.verb = verb_of(request, !out.name.empty());
  if (!out.is_resource) {
    out.path = request.path;
    out.verb = request.method;
    for (char& c : out.verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

HttpResponse forbidden(const RequestAttributes& attributes, std::string_view user) {
  if (!attributes.is_resource) {
    return refusal(403, "Forbidden",
                   fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", user, attributes.verb, attributes.path),
                   Json::object());
  }
  const std::string resource =
      attributes.subresource.empty() ? attributes.resource : attributes.resource + "/" + attributes.subresource;
  const std::string what = attributes.name.empty()
                               ? attributes.resource + (attributes.group.empty() ? "" : "." + attributes.group)
                               : fmt::format("{}{} \"{}\"", attributes.resource,
                                             attributes.group.empty() ? "" : "." + attributes.group, attributes.name);
  const std::string where = attributes.name_space.empty()
                                ? std::string("at the cluster scope")
                                : fmt::format("in the namespace \"{}\"", attributes.name_space);
  Json details = {{"kind", attributes.resource}};
  if (!attributes.name.empty()) details["name"] = attributes.name;
  if (!attributes.group.empty()) details["group"] = attributes.group;
  return refusal(403, "Forbidden",
                 fmt::format("{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", what,
                             user, attributes.verb, resource, attributes.group, where),
                 std::move(details));
}

}  // namespace upshift::emulator::server
