#include "emulator/request_rules.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "emulator/api.hpp"
#include "emulator/apply.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Request;

// Resources that only answer what is posted to them.
bool only_answers(const std::string& kind) {
  return kind == "SelfSubjectAccessReview" || kind == "ImageStreamImport" || kind == "ImageStreamMapping" ||
         kind == "ProcessedTemplate";
}

bool has_no_collection_deletion(const std::string& kind) {
  return kind == "Namespace" || kind == "Project" || kind == "ImageStreamTag" || kind == "ImageTag";
}

const char* options_kind(const std::string& method) {
  if (method == "POST") return "CreateOptions";
  if (method == "PUT") return "UpdateOptions";
  return method == "PATCH" ? "PatchOptions" : "DeleteOptions";
}

Response wrong_option(const std::string& method, const Causes& causes) {
  return invalid_object(ResourceType{"meta.k8s.io", "v1", {}, options_kind(method)}, {}, causes);
}

bool is_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool has_status(const ResourceType& type) {
  static constexpr std::string_view kKinds[] = {"Namespace",
                                                "PersistentVolumeClaim",
                                                "Pod",
                                                "ReplicationController",
                                                "ResourceQuota",
                                                "Service",
                                                "Deployment",
                                                "ReplicaSet",
                                                "StatefulSet",
                                                "DeploymentConfig",
                                                "ImageStream",
                                                "Route",
                                                "Job",
                                                "CronJob",
                                                "HorizontalPodAutoscaler",
                                                "PodDisruptionBudget"};
  return std::find(std::begin(kKinds), std::end(kKinds), type.kind) != std::end(kKinds);
}

std::optional<Response> refused_method(const ApiPath& path, const std::string& method) {
  const std::string& kind = path.type->kind;
  const bool outside = path.type->namespaced && path.name_space.empty();
  if (only_answers(kind)) {
    if (method == "POST" && path.name.empty() && !outside) return std::nullopt;
    return method_not_allowed();
  }
  if (kind == "ImageStreamImage") {
    return method == "GET" && !path.name.empty() ? std::nullopt : std::optional(method_not_allowed());
  }
  const bool reads = method == "GET" || method == "HEAD";
  if (!path.name.empty()) {
    const bool known = reads || method == "PUT" || method == "PATCH" || method == "DELETE";
    return known ? std::nullopt : std::optional(method_not_allowed());
  }
  const bool whole = method == "DELETE" && !outside && !has_no_collection_deletion(kind);
  const bool known = reads || whole || (method == "POST" && !outside);
  return known ? std::nullopt : std::optional(method_not_allowed());
}

std::optional<Response> refused_options(const Request& request) {
  for (const char* name : {"timeoutSeconds", "gracePeriodSeconds"}) {
    const std::string text = request.query_value(name);
    const bool asked = request.method == (name[0] == 't' ? "GET" : "DELETE");
    if (asked && !text.empty() && !is_number(text)) {
      return bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text));
    }
  }
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  Causes causes;
  for (const auto& [name, value] : request.query) {
    if (name == "dryRun" && value != "All") causes.not_supported("dryRun", value, "\"All\"");
    if (name == "fieldManager" && value.size() > 128) {
      causes.invalid("fieldManager", "", "Too long: must have at most 128 bytes");
    }
    if (name == "force" && request.method == "PATCH" && request.content_type != kApplyPatch) {
      causes.forbidden("force", "may not be specified for non-apply patch");
    }
  }
  const bool applies = request.method == "PATCH" && request.content_type == kApplyPatch;
  if (applies && request.query_value("fieldManager").empty()) {
    causes.required("fieldManager", "is required for apply patch");
  }
  return causes.empty() ? std::nullopt : std::optional(wrong_option(request.method, causes));
}

}  // namespace upshift::emulator
