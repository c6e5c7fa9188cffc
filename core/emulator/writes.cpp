#include "emulator/writes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "cluster/schema.hpp"
#include "emulator/admission.hpp"
#include "emulator/api.hpp"
#include "emulator/apply.hpp"
#include "emulator/defaults.hpp"
#include "emulator/pod_admission.hpp"
#include "emulator/quota.hpp"
#include "emulator/status.hpp"
#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

constexpr std::array<const char*, 6> kServerOwned = {
    "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "namespace"};

// Types whose strategy insists on a resourceVersion for a replacement.
bool replaces_only_what_was_read(const ResourceType& type) {
  return type.kind == "DeploymentConfig" || type.kind == "ImageStream" || type.kind == "Route" ||
         type.kind == "Template" || type.kind == "PodDisruptionBudget";
}

Response cannot_be_handled(const ResourceType& type, const Error& error) {
  return bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: {}", type.kind, type.version,
                                 type.kind, error.summary));
}

std::optional<Response> check_body(const ResourceType& type, const std::string& name_space, const Json& body) {
  if (!body.is_object()) {
    return bad_request(fmt::format("the object provided is unrecognized (must be of type {})", type.kind));
  }
  const std::string kind = string_at(body, "/kind", type.kind);
  const std::string version = string_at(body, "/apiVersion", type.api_version());
  if (kind != type.kind) {
    return bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}", kind, version, type.kind));
  }
  if (cluster::find_type(version, kind) != &type && *cluster::find_kind(kind) != type) {
    return bad_request(fmt::format("no kind \"{}\" is registered for version \"{}\"", kind, version));
  }
  if (cluster::find_type(version, kind) == nullptr) {
    return bad_request(fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                                   version, type.api_version()));
  }
  const Json* metadata = find(body, "/metadata");
  if (metadata != nullptr && !metadata->is_object()) {
    return bad_request(fmt::format("{} cannot be handled: metadata is not an object", type.kind));
  }
  const std::string own = string_at(body, "/metadata/namespace");
  if (type.namespaced && !own.empty() && own != name_space) {
    return bad_request("the namespace of the provided object does not match the namespace sent on the request");
  }
  return std::nullopt;
}

// A store without any Namespace is a bare one, in which every namespace may be used and no controllers act.
bool is_bare(const Store& store) {
  return store.list(*cluster::find_kind("Namespace"), {}).empty();
}

std::optional<Response> check_namespace(const Store& store, const ResourceType& type, const std::string& name_space,
                                        const Json& body) {
  if (!type.namespaced || is_bare(store)) return std::nullopt;
  const ResourceType& spaces = *cluster::find_kind("Namespace");
  const Json* space = store.get({spaces, {}, name_space});
  if (space == nullptr) return not_found(spaces, name_space);
  if (find(*space, "/metadata/deletionTimestamp") == nullptr) return std::nullopt;
  const std::string name = string_at(body, "/metadata/name");
  const std::string why = fmt::format("namespace {} is being terminated", name_space);
  Json details = {{"name", name}, {"kind", type.resource}};
  if (!type.group.empty()) details["group"] = type.group;
  details["causes"] =
      Json::array({{{"reason", "NamespaceTerminating"}, {"message", why}, {"field", "metadata.namespace"}}});
  return status_failure(
      403, "Forbidden",
      fmt::format("{} \"{}\" is forbidden: unable to create new content in namespace {} because it is "
                  "being terminated",
                  type.qualified_name(), name, name_space),
      std::move(details));
}

// The object as the server holds it: decoded, with defaults.
Result<Json> decode(const ResourceType& type, Json body) {
  body["apiVersion"] = type.api_version();
  body["kind"] = type.kind;
  UPSHIFT_ASSIGN(Json object, cluster::conform(type.kind, body));
  object["apiVersion"] = type.api_version();
  object["kind"] = type.kind;
  return object;
}

void take_server_owned(const ObjectRef& ref, const Json& old, Json& object) {
  Json& metadata = object["metadata"];
  const std::string wanted_uid = string_at(metadata, "/uid");
  for (const char* field : kServerOwned) {
    const Json* before = find(old, std::string("/metadata/") + field);
    // Another uid is to be refused, not ignored.
    if (field == std::string_view("uid") && !wanted_uid.empty()) continue;
    if (before == nullptr) {
      metadata.erase(field);
    } else {
      metadata[field] = *before;
    }
  }
  metadata["name"] = ref.name;
  const Json* version = find(old, "/metadata/resourceVersion");
  if (version != nullptr) metadata["resourceVersion"] = *version;
}

Json without_metadata_and_status(Json object) {
  object.erase("metadata");
  object.erase("status");
  return object;
}

// The status subresource changes status alone, the rest of an object the rest.
void keep_other_part(const Json& old, bool status_only, Json& object) {
  if (status_only) {
    Json changed = old;
    if (object.contains("status")) changed["status"] = object["status"];
    object = std::move(changed);
  } else if (old.contains("status")) {
    object["status"] = old["status"];
  } else {
    object.erase("status");
  }
}

bool is_number(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Response> check_preconditions(const ObjectRef& ref, const Json& old, const Json& object, bool patched) {
  const std::string name = string_at(object, "/metadata/name");
  if (name.empty()) {
    return bad_request(
        fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided", ref.name));
  }
  if (name != ref.name) {
    return bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", name, ref.name));
  }
  const std::string uid = string_at(object, "/metadata/uid");
  const std::string own_uid = string_at(old, "/metadata/uid");
  if (!patched && !uid.empty() && uid != own_uid) {
    return conflict(ref.type, ref.name,
                    fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid, own_uid));
  }
  const std::string version = string_at(object, "/metadata/resourceVersion");
  if (!is_number(version)) {
    return status_failure(500, {}, fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", version));
  }
  if (!version.empty() && version != string_at(old, "/metadata/resourceVersion")) {
    return modified_since(ref.type, ref.name);
  }
  return std::nullopt;
}

Response finish_update(Store& store, const ObjectRef& ref, Json object, const WriteOptions& options) {
  if (options.dry_run) return json_response(200, std::move(object));
  const Json written = store.update(ref, std::move(object));
  const bool leaving = find(written, "/metadata/deletionTimestamp") != nullptr;
  if (leaving && array_at(written, "/metadata/finalizers").empty()) store.remove(ref);
  return json_response(200, written);
}

// What is wrong with an object by itself and beside others.
Causes check_object(const Store& store, const ObjectRef& ref, const Json& object, const Json* old) {
  Causes causes;
  if (ref.type.kind == "ImageStream") {
    auto unknown = unknown_source(store, old == nullptr ? Json() : *old, object);
    if (unknown) causes.add(std::move(*unknown));
  }
  causes.add(validate(ref.type, object, old));
  if (const auto port = taken_node_port(store, ref, object); port && causes.empty()) {
    causes.invalid(*port, "", "provided port is already allocated");
  }
  return causes;
}

// `object` is decoded and has passed its preconditions.
Response update_object(Store& store, const ObjectRef& ref, const Json& stored, Json object,
                       const WriteOptions& options) {
  const std::int64_t wanted_version = int_at(object, "/status/latestVersion");
  // What was loaded from elsewhere may carry fields that the server does not know; they are no change.
  Json old = stored;
  if (auto known = decode(ref.type, stored)) {
    old = std::move(*known);
    set_defaults(ref.type, old);
  }
  take_server_owned(ref, old, object);
  keep_other_part(old, options.status_only, object);
  if (!options.status_only) {
    set_defaults(ref.type, object);
    prepare_for_update(store, ref, old, wanted_version, object);
  }
  const Causes causes =
      options.status_only ? validate_status(ref.type, object, old) : check_object(store, ref, object, &old);
  if (!causes.empty()) return invalid_object(ref.type, ref.name, causes);
  if (object == old && options.managers.is_null()) return json_response(200, stored);
  const bool counted = find(old, "/metadata/generation") != nullptr && ref.type.kind != "ImageStream";
  const bool asks_for_rollout = int_at(object, "/status/latestVersion") != int_at(old, "/status/latestVersion");
  const bool changed = without_metadata_and_status(object) != without_metadata_and_status(old);
  if (counted && (changed || (asks_for_rollout && !options.status_only && ref.type.kind == "DeploymentConfig"))) {
    object["metadata"]["generation"] = int_at(old, "/metadata/generation") + 1;
  }
  const Json managers = options.managers.is_null() ? managers_after_write(ref.type.kind, stored, object, "unknown",
                                                                          to_rfc3339(store.clock().now()))
                                                   : options.managers;
  if (!managers.is_null()) object["metadata"]["managedFields"] = managers;
  return finish_update(store, ref, std::move(object), options);
}

// The answer to a patch whose result is no object of its type.
Response patch_makes_no_sense(std::string_view why) {
  Causes causes;
  causes.invalid("patch", "", why);
  return invalid_object(ResourceType{}, {}, causes);
}

Response refused_patch(const Error& error) {
  if (error.code == StatusCode::kInvalidArgument) return bad_request(error.summary);
  if (error.code == StatusCode::kFailedPrecondition) {
    return status_failure(
        422, "Invalid",
        fmt::format("the server rejected our request due to an error in our request: {}", error.summary),
        Json::object());
  }
  return status_failure(500, {}, error.summary);
}

std::optional<Response> check_new_metadata(const ResourceType& type, const Json& object) {
  const std::string version = string_at(object, "/metadata/resourceVersion");
  if (version.empty() || version == "0") return std::nullopt;
  return status_failure(500, {}, fmt::format("resourceVersion should not be set on {} to be created", type.resource));
}

// What admission adds to a pod, and what it refuses: pods without their account, whatever a quota has no room for.
std::optional<Response> admit(Store& store, const ResourceType& type, Json& object) {
  if (is_bare(store) || !type.namespaced) return std::nullopt;
  const std::string name = string_at(object, "/metadata/name");
  Json details = {{"name", name}, {"kind", type.resource}};
  if (!type.group.empty()) details["group"] = type.group;
  if (type.kind == "Pod") {
    const Status admitted = admit_pod(store, object);
    return admitted ? std::nullopt
                    : std::optional(status_failure(403, "Forbidden", admitted.error().summary, std::move(details)));
  }
  const auto full = quota_refusal(store, type, string_at(object, "/metadata/namespace"));
  if (!full) return std::nullopt;
  return status_failure(403, "Forbidden", fmt::format("{} \"{}\" is forbidden: {}", type.qualified_name(), name, *full),
                        std::move(details));
}

}  // namespace

Response create_object(Store& store, const ResourceType& type, const std::string& name_space, const Json& body,
                       const WriteOptions& options) {
  if (auto refused = check_body(type, name_space, body)) return *refused;
  if (auto refused = check_namespace(store, type, name_space, body)) return *refused;
  if (auto refused = check_new_metadata(type, body)) return *refused;
  Json given = body;
  given.erase("status");
  auto decoded = decode(type, std::move(given));
  if (!decoded) return cannot_be_handled(type, decoded.error());
  Json object = std::move(*decoded);
  Json& metadata = object["metadata"];
  for (const char* field : kServerOwned) metadata.erase(field);
  metadata.erase("resourceVersion");
  if (type.namespaced) metadata["namespace"] = name_space;
  const std::string prefix = string_at(metadata, "/generateName");
  if (string_at(metadata, "/name").empty() && !prefix.empty()) {
    metadata["name"] = store.new_name(type, name_space, prefix);
  }
  const ObjectRef ref{type, type.namespaced ? name_space : std::string{}, string_at(metadata, "/name")};

  set_defaults(type, object);
  prepare_for_create(store, ref, object);
  if (auto refused = admit(store, type, object)) return *refused;
  if (const Causes causes = check_object(store, ref, object, nullptr); !causes.empty()) {
    return invalid_object(type, ref.name, causes);
  }
  if (store.get(ref) != nullptr) return already_exists(type, ref.name);
  if (!options.dry_run) return json_response(201, store.create(ref, std::move(object)));
  set_default(object["metadata"], "uid", store.new_uid(ref.display()));
  object["metadata"]["creationTimestamp"] = to_rfc3339(store.clock().now());
  return json_response(201, std::move(object));
}

Response replace_object(Store& store, const ObjectRef& ref, const Json& body, const WriteOptions& options) {
  if (auto refused = check_body(ref.type, ref.name_space, body)) return *refused;
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  const Json old = *found;
  auto object = decode(ref.type, body);
  if (!object) return cannot_be_handled(ref.type, object.error());
  if (auto refused = check_preconditions(ref, old, body, false)) return *refused;
  if (string_at(body, "/metadata/resourceVersion").empty() && replaces_only_what_was_read(ref.type)) {
    Causes causes;
    causes.invalid("metadata.resourceVersion", "0x0", "must be specified for an update");
    // Told of the resource where other causes are told of the kind.
    ResourceType told = ref.type;
    told.kind = ref.type.resource;
    return invalid_object(told, ref.name, causes);
  }
  return update_object(store, ref, old, std::move(*object), options);
}

Response patch_object(Store& store, const ObjectRef& ref, std::string_view content_type, const Json& patch,
                      const WriteOptions& options) {
  const bool known = content_type == cluster::kJsonPatch || content_type == cluster::kMergePatch ||
                     content_type == cluster::kStrategicMergePatch;
  if (!known) return status_failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", Json::object());
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  const Json old = *found;
  const auto patched = cluster::apply_patch(content_type, ref.type.kind, old, patch);
  if (!patched) return refused_patch(patched.error());
  if (!patched->is_object()) return patch_makes_no_sense("the result is no object");
  if (string_at(*patched, "/kind") != string_at(old, "/kind") ||
      string_at(*patched, "/apiVersion") != string_at(old, "/apiVersion")) {
    return patch_makes_no_sense("the kind of an object cannot be changed");
  }
  auto object = decode(ref.type, *patched);
  if (!object) return patch_makes_no_sense(object.error().summary);
  if (auto refused = check_body(ref.type, ref.name_space, *patched)) return *refused;
  if (auto refused = check_preconditions(ref, old, *patched, true)) return *refused;
  return update_object(store, ref, old, std::move(*object), options);
}

}  // namespace upshift::emulator
