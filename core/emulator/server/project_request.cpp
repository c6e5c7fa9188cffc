#include "emulator/server/project_request.hpp"

#include "emulator/server/service.hpp"

namespace upshift::emulator::server {

HttpResponse request_project(Emulator& emulator, const HttpRequest& request, const std::string& user) {
  if (request.method == "GET") {
    return json_response(
        200, {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}});
  }
  if (request.method != "POST") {
    return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }
  const auto body = parse_json(request.body, "the body");
  if (!body) return refusal(400, "BadRequest", body.error().summary);
  Json metadata = {{"name", string_at(*body, "/metadata/name")}, {"labels", object_at(*body, "/metadata/labels")}};
  for (const auto& [member, annotation] : {std::pair{"/displayName", "openshift.io/display-name"},
                                           std::pair{"/description", "openshift.io/description"}}) {
    metadata["annotations"][annotation] = string_at(*body, member);
  }
  metadata["annotations"]["openshift.io/requester"] = user;
  const Json space = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
  cluster::Response made = emulator.api().handle({"POST", "/api/v1/namespaces", request.query, "", space});
  if (made.status == 409) {
    made.body["details"] = {
        {"name", string_at(space, "/metadata/name")}, {"group", "project.openshift.io"}, {"kind", "project"}};
    made.body["message"] = "project.project.openshift.io \"" + string_at(space, "/metadata/name") + "\" already exists";
  } else if (made.ok()) {
    made.body["kind"] = "Project";
    made.body["apiVersion"] = "project.openshift.io/v1";
  }
  return to_http(made);
}

}  // namespace upshift::emulator::server
