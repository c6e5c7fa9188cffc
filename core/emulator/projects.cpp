#include "emulator/projects.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/patch.hpp"
#include "emulator/api.hpp"
#include "emulator/deletion.hpp"
#include "emulator/status.hpp"
#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

using cluster::Request;
using cluster::Response;

constexpr const char* kDisplayName = "openshift.io/display-name";
constexpr const char* kDescription = "openshift.io/description";

const ResourceType& spaces() {
  return *cluster::find_kind("Namespace");
}

// The namespace that is written for a project: it always has a display name, if an empty one.
Json namespace_of(Json project) {
  project["kind"] = "Namespace";
  project["apiVersion"] = "v1";
  Json& annotations = project["metadata"]["annotations"];
  if (!annotations.is_object()) annotations = Json::object();
  if (!annotations.contains(kDisplayName)) annotations[kDisplayName] = "";
  return project;
}

// Every entry of one map that the other has not, or has otherwise.
void check_kept(const Json& map, const Json& other, const std::string& field, bool both, Causes& causes) {
  for (const auto& [key, value] : map.items()) {
    if (key == kDisplayName || key == kDescription) continue;
    const auto found = other.find(key);
    if (found != other.end() && (!both || *found == value)) continue;
    causes.invalid(fmt::format("{}[{}]", field, key), value.is_string() ? value.get<std::string>() : "",
                   "field is immutable, try updating the namespace");
  }
}

Causes validate_changed_project(const Json& project, const Json& old) {
  Causes causes = validate_new_project(project);
  for (const char* field : {"annotations", "labels"}) {
    const std::string pointer = std::string("/metadata/") + field;
    const std::string told = std::string("metadata.") + field;
    check_kept(object_at(project, pointer), object_at(old, pointer), told, true, causes);
    check_kept(object_at(old, pointer), object_at(project, pointer), told, false, causes);
  }
  return causes;
}

Response as_project(Response written) {
  if (written.ok()) written.body = project_of(written.body);
  return written;
}

const ResourceType& projects() {
  return *cluster::find_kind("Project");
}

Response change_project(Store& store, const ObjectRef& ref, const Request& request, const WriteOptions& options) {
  const Json* stored = store.get(ref);
  if (stored == nullptr) return not_found(ref.type, ref.name);
  const Json old = project_of(*stored);
  Json wanted = request.body;
  if (request.method == "PATCH") {
    auto patched = cluster::apply_patch(request.content_type, "Project", old, request.body);
    if (!patched) return bad_request(patched.error().summary);
    wanted = std::move(*patched);
  }
  const std::string kind = string_at(wanted, "/kind", "Project");
  if (!wanted.is_object() || kind != "Project") return bad_request(kind + " cannot be handled as a Project");
  if (const Causes causes = validate_changed_project(wanted, old); !causes.empty()) {
    return invalid_object(projects(), ref.name, causes);
  }
  return as_project(replace_object(store, ref, namespace_of(std::move(wanted)), options));
}

}  // namespace

Json project_of(const Json& name_space) {
  Json project = name_space;
  project["kind"] = "Project";
  project["apiVersion"] = "project.openshift.io/v1";
  return project;
}

Causes validate_new_project(const Json& object) {
  Causes causes;
  const std::string name = string_at(object, "/metadata/name");
  if (name.empty()) {
    causes.required("metadata.name", "name or generateName is required");
  } else if (name.size() < 2) {
    causes.invalid("metadata.name", name, "must be at least 2 characters long");
  } else if (!is_dns_label(name)) {
    causes.invalid("metadata.name", name, "a lowercase RFC 1123 label is expected");
  }
  const Json& annotations = object_at(object, "/metadata/annotations");
  const auto display_name = annotations.find(kDisplayName);
  const bool broken = display_name != annotations.end() && display_name->is_string() &&
                      display_name->get_ref<const std::string&>().find_first_of("\n\t") != std::string::npos;
  if (broken) {
    causes.invalid(fmt::format("metadata.annotations[{}]", kDisplayName), "", "may not contain a new line or tab");
  }
  return causes;
}

// Who is missing is told as the namespace that it is.
Response get_project(const Store& store, const std::string& name) {
  const Json* space = store.get({spaces(), {}, name});
  return space == nullptr ? not_found(spaces(), name) : json_response(200, project_of(*space));
}

Response write_project(Store& store, const std::string& name, const Request& request, const WriteOptions& options) {
  const ObjectRef ref{spaces(), {}, name};
  if (request.method == "DELETE") {
    const Response gone = delete_object(store, ref, delete_options(request), options.dry_run);
    if (!gone.ok()) return gone;
    return json_response(
        200, {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}});
  }
  if (request.method != "POST") return change_project(store, ref, request, options);
  const std::string kind = string_at(request.body, "/kind", "Project");
  if (!request.body.is_object() || kind != "Project") return bad_request(kind + " cannot be handled as a Project");
  if (const Causes causes = validate_new_project(request.body); !causes.empty()) {
    return invalid_object(projects(), string_at(request.body, "/metadata/name"), causes);
  }
  return as_project(create_object(store, spaces(), {}, namespace_of(request.body), options));
}

}  // namespace upshift::emulator
