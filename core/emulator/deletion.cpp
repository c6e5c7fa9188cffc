#include "emulator/deletion.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "emulator/api.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

constexpr const char* kForeground = "foregroundDeletion";
constexpr const char* kOrphan = "orphan";
constexpr std::int64_t kPodGrace = 30;

std::optional<Response> check_preconditions(const ObjectRef& ref, const Json& object, const Json& options) {
  for (const auto& [field, label] : {std::pair{"uid", "UID"}, std::pair{"resourceVersion", "ResourceVersion"}}) {
    const std::string wanted = string_at(options, std::string("/preconditions/") + field);
    const std::string own = string_at(object, std::string("/metadata/") + field);
    if (!wanted.empty() && wanted != own) {
      // Told of the kind, where everything else is told of the resource.
      ResourceType told = ref.type;
      told.resource = ref.type.kind;
      return conflict(told, ref.name,
                      fmt::format("the {} in the precondition ({}) does not match the {} in record ({})", label, wanted,
                                  label, own));
    }
  }
  return std::nullopt;
}

// What becomes of dependents where the client does not say it: kinds of old times let them be.
std::string default_policy(const ResourceType& type) {
  const bool old = type.kind == "ReplicationController" || type.kind == "Job" || type.kind == "CronJob";
  return old ? "Orphan" : "Background";
}

Json finalizers_for(const Json& object, const std::string& policy) {
  Json finalizers = array_at(object, "/metadata/finalizers");
  auto& list = finalizers.get_ref<Json::array_t&>();
  std::erase_if(list, [](const Json& item) { return item == kForeground || item == kOrphan; });
  if (policy == "Foreground") list.emplace_back(kForeground);
  if (policy == "Orphan") list.emplace_back(kOrphan);
  return finalizers;
}

// Kinds whose deletion is answered with what was deleted.
bool answers_with_object(const ResourceType& type) {
  return type.kind == "Pod" || type.kind == "ServiceAccount" || type.kind == "ResourceQuota" ||
         type.kind == "PodTemplate" || type.kind == "PersistentVolumeClaim";
}

// A pod on a node gets time to end; its node lets it go.
bool needs_time(const ObjectRef& ref, const Json& object, std::int64_t grace) {
  const std::string phase = string_at(object, "/status/phase");
  return ref.type.kind == "Pod" && grace > 0 && !string_at(object, "/spec/nodeName").empty() && phase != "Succeeded" &&
         phase != "Failed";
}

std::int64_t grace_of(const Json& object, const Json& options) {
  const std::int64_t own = int_at(object, "/spec/terminationGracePeriodSeconds", kPodGrace);
  return int_at(options, "/gracePeriodSeconds", own);
}

Response mark_deleted(Store& store, const ObjectRef& ref, Json object, Json finalizers, std::int64_t grace) {
  Json& metadata = object["metadata"];
  if (finalizers.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata["finalizers"] = std::move(finalizers);
  }
  if (find(metadata, "/deletionTimestamp") == nullptr) {
    metadata["deletionTimestamp"] = to_rfc3339(store.clock().now() + std::chrono::seconds(grace));
    if (ref.type.kind != "Namespace") metadata["deletionGracePeriodSeconds"] = grace;
    if (int_at(metadata, "/generation") > 0) metadata["generation"] = int_at(metadata, "/generation") + 1;
  }
  if (ref.type.kind == "Namespace") object["status"]["phase"] = "Terminating";
  return json_response(200, store.update(ref, std::move(object)));
}

Response wrong_options(std::string_view field, std::string_view value, std::string_view supported) {
  Causes causes;
  causes.not_supported(std::string(field), value, supported);
  return invalid_object(ResourceType{"meta.k8s.io", "v1", {}, "DeleteOptions"}, {}, causes);
}

std::optional<Response> check_options(const Json& options) {
  const std::string kind = string_at(options, "/kind", "DeleteOptions");
  if (kind != "DeleteOptions") {
    return status_failure(
        500, {},
        fmt::format("no kind \"{}\" is registered for version \"{}\"", kind, string_at(options, "/apiVersion", "v1")));
  }
  for (const Json& item : array_at(options, "/dryRun")) {
    if (item != "All") return wrong_options("dryRun", item.is_string() ? item.get<std::string>() : "", "\"All\"");
  }
  const std::string policy = string_at(options, "/propagationPolicy");
  if (policy.empty()) return std::nullopt;
  if (policy != "Orphan" && policy != "Background" && policy != "Foreground") {
    return wrong_options("propagationPolicy", policy, "\"Foreground\", \"Background\", \"Orphan\", \"nil\"");
  }
  if (find(options, "/orphanDependents") == nullptr) return std::nullopt;
  Causes causes;
  causes.invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set");
  return invalid_object(ResourceType{"meta.k8s.io", "v1", {}, "DeleteOptions"}, {}, causes);
}

}  // namespace

Json delete_options(const cluster::Request& request) {
  Json options = request.body.is_object() ? request.body : Json::object();
  if (!options.empty()) return options;
  if (const std::string policy = request.query_value("propagationPolicy"); !policy.empty()) {
    options["propagationPolicy"] = policy;
  }
  if (const std::string orphan = request.query_value("orphanDependents"); !orphan.empty()) {
    options["orphanDependents"] = orphan == "true" || orphan == "1";
  }
  const std::string grace = request.query_value("gracePeriodSeconds");
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(grace.data(), grace.data() + grace.size(), seconds);
  if (fault == std::errc{} && end == grace.data() + grace.size()) options["gracePeriodSeconds"] = seconds;
  return options;
}

Response delete_object(Store& store, const ObjectRef& ref, const Json& options, bool dry_run) {
  if (auto refused = check_options(options)) return *refused;
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  const Json object = *found;
  const std::string uid = string_at(object, "/metadata/uid");
  if (auto refused = check_preconditions(ref, object, options)) return *refused;
  std::string policy = string_at(options, "/propagationPolicy", default_policy(ref.type));
  if (find(options, "/orphanDependents") != nullptr) {
    policy = bool_at(options, "/orphanDependents") ? "Orphan" : "Background";
  }
  const bool whole = answers_with_object(ref.type);
  if (dry_run || !array_at(options, "/dryRun").empty()) {
    return whole ? json_response(200, object) : deleted(ref.type, ref.name, uid);
  }
  if (ref.type.kind == "Namespace") {
    return mark_deleted(store, ref, object, array_at(object, "/metadata/finalizers"), 0);
  }
  Json finalizers = finalizers_for(object, policy);
  const std::int64_t grace = grace_of(object, options);
  const bool slowly = needs_time(ref, object, grace);
  if (slowly || !finalizers.empty()) {
    return mark_deleted(store, ref, object, std::move(finalizers), slowly ? grace : 0);
  }
  store.remove(ref);
  return whole ? json_response(200, object) : deleted(ref.type, ref.name, uid);
}

}  // namespace upshift::emulator
