#include "emulator/server/project_request.hpp"

#include "emulator/projects.hpp"
#include "emulator/server/service.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator::server {
namespace {

// Names that nobody may ask for.
bool belongs_to_the_cluster(const std::string& name) {
  constexpr std::array<std::string_view, 3> kOwn = {"openshift", "kubernetes", "kube"};
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [&](std::string_view own) { return name == own || name.starts_with(std::string(own) + "-"); });
}

}  // namespace

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
  const std::string name = string_at(*body, "/metadata/name");
  if (const Causes causes = validate_new_project({{"metadata", {{"name", name}}}}); !causes.empty()) {
    return to_http(invalid_object({"project.openshift.io", "v1", {}, "ProjectRequest"}, name, causes));
  }
  if (belongs_to_the_cluster(name)) {
    return refusal(403, "Forbidden", "project.project.openshift.io \"" + name + "\" is forbidden: the name is kept",
                   {{"name", name}, {"group", "project.openshift.io"}, {"kind", "project"}});
  }
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
