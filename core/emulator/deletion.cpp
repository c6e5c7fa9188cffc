#include "emulator/deletion.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/api.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

constexpr std::string_view kClaimProtection = "kubernetes.io/pvc-protection";
constexpr std::string_view kForeground = "foregroundDeletion";

std::optional<Response> check_preconditions(const ObjectRef& ref, const Json& object, const Json& options) {
  for (const auto& [field, label] : {std::pair{"uid", "UID"}, std::pair{"resourceVersion", "ResourceVersion"}}) {
    const std::string wanted = string_at(options, std::string("/preconditions/") + field);
    const std::string own = string_at(object, std::string("/metadata/") + field);
    if (!wanted.empty() && wanted != own) {
      return conflict(
          ref.type, ref.name,
          fmt::format("Precondition failed: {0} in precondition: {1}, {0} in object meta: {2}", label, wanted, own));
    }
  }
  return std::nullopt;
}

bool refers_to(const Json& object, const std::string& uid) {
  const Json& owners = array_at(object, "/metadata/ownerReferences");
  return std::any_of(owners.begin(), owners.end(), [&](const Json& owner) { return string_at(owner, "/uid") == uid; });
}

std::vector<Json> dependents_of(const Store& store, const std::string& uid) {
  std::vector<Json> out;
  for (const Json* object : store.all()) {
    if (refers_to(*object, uid)) out.push_back(*object);
  }
  return out;
}

void orphan_dependents(Store& store, const std::string& uid) {
  for (Json& dependent : dependents_of(store, uid)) {
    auto ref = cluster::ref_of(dependent);
    if (!ref) continue;
    Json& owners = dependent["metadata"]["ownerReferences"];
    std::erase_if(owners.get_ref<Json::array_t&>(), [&](const Json& owner) { return string_at(owner, "/uid") == uid; });
    if (owners.empty()) dependent["metadata"].erase("ownerReferences");
    store.update(*ref, std::move(dependent));
  }
}

bool claim_is_used(const Store& store, const ObjectRef& claim) {
  const auto pods = store.list(*cluster::find_kind("Pod"), claim.name_space);
  return std::any_of(pods.begin(), pods.end(), [&](const Json* pod) {
    const Json& volumes = array_at(*pod, "/spec/volumes");
    return std::any_of(volumes.begin(), volumes.end(), [&](const Json& volume) {
      return string_at(volume, "/persistentVolumeClaim/claimName") == claim.name;
    });
  });
}

Json finalizers_for(const Store& store, const ObjectRef& ref, const Json& object, const Json& options) {
  Json finalizers = array_at(object, "/metadata/finalizers");
  if (ref.type.kind == "PersistentVolumeClaim" && !claim_is_used(store, ref)) {
    std::erase(finalizers.get_ref<Json::array_t&>(), Json(kClaimProtection));
  }
  const bool foreground = string_at(options, "/propagationPolicy") == "Foreground";
  if (foreground && !dependents_of(store, string_at(object, "/metadata/uid")).empty()) {
    finalizers.push_back(kForeground);
  }
  return finalizers;
}

Response mark_deleted(Store& store, const ObjectRef& ref, Json object, Json finalizers) {
  object["metadata"]["finalizers"] = std::move(finalizers);
  if (find(object, "/metadata/deletionTimestamp") == nullptr) {
    object["metadata"]["deletionTimestamp"] = to_rfc3339(store.clock().now());
    object["metadata"]["deletionGracePeriodSeconds"] = 0;
  }
  return json_response(200, store.update(ref, std::move(object)));
}

void empty_namespace(Store& store, const std::string& name_space) {
  std::vector<ObjectRef> inside;
  for (const Json* object : store.all()) {
    if (auto ref = cluster::ref_of(*object); ref && ref->type.namespaced && ref->name_space == name_space) {
      inside.push_back(*ref);
    }
  }
  // Workloads before what they use.
  for (auto ref = inside.rbegin(); ref != inside.rend(); ++ref) store.remove(*ref);
}

}  // namespace

Json delete_options(const cluster::Request& request) {
  Json options = request.body.is_object() ? request.body : Json::object();
  if (const std::string policy = request.query_value("propagationPolicy"); !policy.empty()) {
    options.emplace("propagationPolicy", policy);
  }
  const bool orphan = bool_at(options, "/orphanDependents") || request.query_value("orphanDependents") == "true";
  if (orphan) options["propagationPolicy"] = "Orphan";
  return options;
}

Response delete_object(Store& store, const ObjectRef& ref, const Json& options, bool dry_run) {
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  const Json object = *found;
  const std::string uid = string_at(object, "/metadata/uid");
  if (auto refused = check_preconditions(ref, object, options)) return *refused;
  const std::string policy = string_at(options, "/propagationPolicy");
  if (!policy.empty() && policy != "Orphan" && policy != "Background" && policy != "Foreground") {
    Causes causes;
    causes.not_supported("propagationPolicy", policy, "\"Orphan\", \"Background\", \"Foreground\"");
    return invalid_object(ResourceType{{}, "v1", {}, "DeleteOptions"}, {}, causes);
  }
  if (dry_run) return deleted(ref.type, ref.name, uid);
  if (policy == "Orphan") orphan_dependents(store, uid);
  Json finalizers = finalizers_for(store, ref, object, options);
  if (!finalizers.empty()) return mark_deleted(store, ref, object, std::move(finalizers));
  if (ref.type.kind == "Namespace") empty_namespace(store, ref.name);
  store.remove(ref);
  return deleted(ref.type, ref.name, uid);
}

}  // namespace upshift::emulator
