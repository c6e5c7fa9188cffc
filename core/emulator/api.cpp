#include "emulator/api.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cluster/schema.hpp"
#include "emulator/apply.hpp"
#include "emulator/deletion.hpp"
#include "emulator/deployment_log.hpp"
#include "emulator/image_stream_tag_view.hpp"
#include "emulator/image_view.hpp"
#include "emulator/listing.hpp"
#include "emulator/policy_view.hpp"
#include "emulator/projects.hpp"
#include "emulator/request_rules.hpp"
#include "emulator/status.hpp"
#include "emulator/subresources.hpp"
#include "emulator/template.hpp"
#include "emulator/writes.hpp"

namespace upshift::emulator {
namespace {

bool is_body_type(std::string_view content_type) {
  return content_type.empty() || content_type == "application/json" || content_type == "application/yaml";
}

bool is_tag(const ResourceType& type) {
  return type.kind == "ImageStreamTag" || type.kind == "ImageTag";
}

// Objects as the type shows them, views included.
std::vector<Json> objects_of(const Store& store, const ApiPath& path) {
  if (is_tag(*path.type)) return list_tags(store, *path.type, path.name_space);
  const bool projects = path.type->kind == "Project";
  const ResourceType& stored = projects ? *cluster::find_kind("Namespace") : *path.type;
  std::vector<Json> out;
  for (const Json* object : store.list(stored, path.name_space))
    out.push_back(projects ? project_of(*object) : *object);
  return out;
}

Response get_object(const Store& store, const ApiPath& path) {
  if (is_tag(*path.type)) return get_tag(store, path.ref());
  if (path.type->kind == "ImageStreamImage") return image_stream_image(store, path.ref());
  if (path.type->kind == "Image" && store.get(path.ref()) == nullptr) {
    Json image = image_named(store, path.name);
    return image.is_null() ? not_found(*path.type, path.name) : json_response(200, std::move(image));
  }
  if (path.type->kind == "Project") return get_project(store, path.name);
  const Json* object = store.get(path.ref());
  return object == nullptr ? not_found(*path.type, path.name) : json_response(200, *object);
}

Response delete_collection(Store& store, const ApiPath& path, const Request& request, bool dry_run) {
  Request all = request;
  std::erase_if(all.query, [](const auto& item) { return item.first == "limit" || item.first == "continue"; });
  Response listed = list_response(*path.type, objects_of(store, path), all, store.resource_version());
  if (!listed.ok()) return listed;
  for (const Json& item : listed.body["items"]) {
    const ObjectRef ref{*path.type, path.name_space, string_at(item, "/metadata/name")};
    const Response gone = delete_object(store, ref, delete_options(request), dry_run);
    if (!gone.ok() && gone.status != 404) return gone;
  }
  return listed;
}

// What a template holds that is no object.
void check_objects(const Json& document, Causes& causes) {
  const Json& objects = array_at(document, "/objects");
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (!string_at(objects[i], "/kind").empty()) continue;
    causes.invalid(fmt::format("item[{}].objects", i), to_text(objects[i]), "unable to handle object: it has no kind");
  }
}

Response no_version(const std::string& text) {
  return status_failure(500, {},
                        fmt::format("resourceVersion: Invalid value: \"{0}\": strconv.ParseUint: parsing \"{0}\": "
                                    "invalid syntax",
                                    text));
}

}  // namespace

Response json_response(int code, Json body) {
  return Response{code, std::move(body), {{"content-type", "application/json"}}};
}

Response Api::handle(const Request& request) {
  if (interceptor_) {
    if (auto refused = interceptor_(request)) return *refused;
  }
  const auto as_rbac = [this](const Request& stored) { return handle_known(stored); };
  if (auto policy = answer_policy(request, as_rbac)) return *policy;
  return handle_known(request);
}

Response Api::handle_known(const Request& request) {
  const ParsedPath parsed = parse_api_path(request.path);
  if (!parsed.group_known) return Response{404, "404 page not found\n", {{"content-type", "text/plain"}}};
  if (!parsed.path) {
    return status_failure(404, "NotFound", "the server could not find the requested resource", Json::object());
  }
  if (parsed.path->subresource.empty()) {
    if (auto refused = refused_method(*parsed.path, request.method)) return *refused;
  }
  const bool has_body = request.method == "POST" || request.method == "PUT";
  if (has_body && !is_body_type(request.content_type)) return unsupported_media_type();
  if (auto refused = refused_options(request)) return *refused;
  return route(request, *parsed.path);
}

Response Api::route(const Request& request, const ApiPath& path) {
  if (!path.subresource.empty()) return route_subresource(request, path);
  return path.name.empty() ? route_collection(request, path) : route_object(request, path);
}

Response Api::route_collection(const Request& request, const ApiPath& path) {
  const WriteOptions options{request.query_value("dryRun") == "All", false, nullptr};
  const std::string& kind = path.type->kind;
  if (request.method == "GET" || request.method == "HEAD") {
    Response listed = list(request, path);
    // What is put together for a list has no version of its own.
    const bool made_up = is_tag(*path.type) || kind == "Project";
    if (made_up && listed.ok()) listed.body["metadata"] = Json::object();
    return listed;
  }
  if (request.method == "DELETE") return delete_collection(store_, path, request, options.dry_run);
  if (kind == "SelfSubjectAccessReview") return review_access(request.body);
  if (kind == "ProcessedTemplate") return process(request.body);
  if (kind == "ImageStreamImport" || kind == "ImageStreamMapping") return post_image(request, path, options);
  if (is_tag(*path.type)) return write_tag(store_, path.ref(), request.body, true, options);
  if (kind == "Project") return write_project(store_, path.name, request, options);
  return create_object(store_, *path.type, path.name_space, request.body, options);
}

Response Api::list(const Request& request, const ApiPath& path) const {
  const std::uint64_t now = store_.resource_version();
  const auto wanted = wanted_version(request);
  if (wanted && *wanted < now && !is_tag(*path.type) && path.type->kind != "Project") {
    if (const auto past = store_.list_at(*path.type, path.name_space, *wanted)) {
      return list_response(*path.type, *past, request, *wanted);
    }
  }
  return list_response(*path.type, objects_of(store_, path), request, now);
}

Response Api::route_object(const Request& request, const ApiPath& path) {
  const WriteOptions options{request.query_value("dryRun") == "All", false, nullptr};
  const bool tag = is_tag(*path.type);
  if (request.method == "GET" || request.method == "HEAD") {
    const std::string version = request.query_value("resourceVersion");
    if (version.find_first_not_of("0123456789") != std::string::npos) return no_version(version);
    return get_object(store_, path);
  }
  if (path.type->kind == "Project") return write_project(store_, path.name, request, options);
  if (request.method == "DELETE") {
    if (tag) return delete_tag(store_, path.ref(), options.dry_run);
    return delete_object(store_, path.ref(), delete_options(request), options.dry_run);
  }
  if (request.method == "PUT") {
    if (tag) return write_tag(store_, path.ref(), request.body, false, options);
    return replace_object(store_, path.ref(), request.body, options);
  }
  if (tag) return patch_tag(store_, path.ref(), request, options);
  if (request.content_type == kApplyPatch) return apply_object(store_, path.ref(), request, options);
  return patch_object(store_, path.ref(), request.content_type, request.body, options);
}

Response Api::post_image(const Request& request, const ApiPath& path, const WriteOptions& options) {
  const std::string& kind = path.type->kind;
  if (!request.body.is_object() || string_at(request.body, "/kind", kind) != kind) {
    return bad_request(fmt::format("{} cannot be handled as a {}", string_at(request.body, "/kind"), kind));
  }
  const std::string own = string_at(request.body, "/metadata/namespace");
  if (!own.empty() && own != path.name_space) {
    return bad_request("the namespace of the provided object does not match the namespace sent on the request");
  }
  const ResourceType& spaces = *cluster::find_kind("Namespace");
  const bool bare = store_.list(spaces, {}).empty();
  if (!bare && store_.get({spaces, {}, path.name_space}) == nullptr) return not_found(spaces, path.name_space);
  if (kind == "ImageStreamMapping") return map_image(store_, path.name_space, request.body, options);
  return import_image_stream(store_, path.name_space, request.body, registry_, options);
}

Response Api::route_subresource(const Request& request, const ApiPath& path) {
  const WriteOptions options{request.query_value("dryRun") == "All", path.subresource == "status", nullptr};
  const bool config = path.type->kind == "DeploymentConfig";
  if (path.subresource == "scale") {
    return request.method == "GET" ? get_scale(store_, path.ref()) : write_scale(store_, path.ref(), request, options);
  }
  if (path.subresource == "status" && has_status(*path.type)) {
    if (request.method == "GET") return get_object(store_, path);
    if (request.method == "PUT") return replace_object(store_, path.ref(), request.body, options);
    if (request.method == "PATCH") {
      return patch_object(store_, path.ref(), request.content_type, request.body, options);
    }
    return method_not_allowed();
  }
  if (path.subresource == "secrets" && path.type->kind == "ImageStream" && request.method == "GET") {
    return pull_secrets(store_, path.ref());
  }
  if (path.subresource == "instantiate" && config && request.method == "POST") {
    return instantiate(store_, path.ref(), request.body, options.dry_run);
  }
  if (path.subresource == "rollback" && config && request.method == "POST") {
    return roll_back(store_, path.ref(), request.body);
  }
  if (path.subresource == "log" && path.type->kind == "Pod" && request.method == "GET") return log(request, path);
  if (path.subresource == "log" && config && request.method == "GET") {
    const DeploymentLog found = find_deployment_log(store_, path.ref(), request);
    if (!found.refusal.ok()) return found.refusal;
    if (found.pod.empty()) return Response{200, std::string{}, {{"content-type", "text/plain"}}};
    return log(request, {cluster::find_kind("Pod"), path.name_space, found.pod, "log"});
  }
  return status_failure(404, "NotFound", "the server could not find the requested resource", Json::object());
}

Response Api::review_access(const Json& body) const {
  auto review = cluster::conform("SelfSubjectAccessReview", body);
  if (!review) return bad_request(review.error().summary);
  const bool allowed = !access_check_ || access_check_(object_at(*review, "/spec/resourceAttributes"));
  (*review)["kind"] = "SelfSubjectAccessReview";
  (*review)["apiVersion"] = "authorization.k8s.io/v1";
  (*review)["status"] = {{"allowed", allowed}};
  if (allowed) {
    (*review)["status"]["reason"] =
        "RBAC: allowed by ClusterRoleBinding \"cluster-admins\" of ClusterRole \"cluster-admin\" to Group "
        "\"system:cluster-admins\"";
  }
  return json_response(201, std::move(*review));
}

Response Api::process(const Json& body) const {
  const ResourceType& type = *cluster::find_kind("Template");
  const std::string name = string_at(body, "/metadata/name");
  Causes causes;
  const auto processed = process_template(body, {}, seed_, &causes);
  if (!processed && causes.empty()) return bad_request(processed.error().summary);
  if (processed) check_objects(body, causes);
  if (!causes.empty()) return invalid_object(type, name, causes);
  auto decoded = cluster::conform("Template", *processed);
  if (!decoded) return bad_request(decoded.error().summary);
  (*decoded)["kind"] = "Template";
  (*decoded)["apiVersion"] = type.api_version();
  return json_response(201, std::move(*decoded));
}

Response Api::log(const Request& request, const ApiPath& path) const {
  const Json* pod = store_.get(path.ref());
  if (pod == nullptr) return not_found(*path.type, path.name);
  const Json& containers = array_at(*pod, "/spec/containers");
  std::string container = request.query_value("container");
  if (container.empty() && containers.size() > 1) {
    return bad_request(fmt::format("a container name must be specified for pod {}", path.name));
  }
  if (container.empty() && !containers.empty()) container = string_at(containers.front(), "/name");
  std::vector<std::string> names;
  for (const char* list : {"/spec/containers", "/spec/initContainers"}) {
    for (const Json& item : array_at(*pod, list)) names.push_back(string_at(item, "/name"));
  }
  if (std::find(names.begin(), names.end(), container) == names.end()) {
    return bad_request(fmt::format("container {} is not valid for pod {}", container, path.name));
  }
  const std::string text = log_source_ ? log_source_(*pod, container) : std::string{};
  return Response{200, text, {{"content-type", "text/plain"}}};
}

}  // namespace upshift::emulator
