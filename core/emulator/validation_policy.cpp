#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "emulator/quantity.hpp"
#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

double amount_at(const Json& limits, const std::string& resource) {
  return parse_quantity(string_at(limits, "/" + escape_pointer(resource))).value_or(0);
}

// Where the first has more of a resource than the second.
void check_order(const Json& item, const std::string& path, const char* less, const char* more, const char* told,
                 Causes& causes) {
  const Json& low = object_at(item, std::string("/") + less);
  const Json& high = object_at(item, std::string("/") + more);
  for (const auto& [resource, value] : low.items()) {
    if (!high.contains(resource) || amount_at(low, resource) <= amount_at(high, resource)) continue;
    causes.invalid(fmt::format("{}.{}[{}]", path, told, resource), to_text(value),
                   fmt::format("{} value is greater than {} value", less, more));
  }
}

void check_limit(const Json& item, const std::string& path, Causes& causes) {
  const std::string type = string_at(item, "/type");
  const bool standard = type == "Container" || type == "Pod" || type == "PersistentVolumeClaim" ||
                        type == "openshift.io/Image" || type == "openshift.io/ImageStream";
  if (!standard && (!is_qualified_name(type) || type.find('/') == std::string::npos)) {
    causes.invalid(path + ".type", type, "must be a standard limit type or fully qualified");
  }
  if (type == "Pod") {
    for (const char* field : {"default", "defaultRequest"}) {
      if (!object_at(item, std::string("/") + field).empty()) {
        causes.forbidden(path + "." + field, "may not be specified when `type` is 'Pod'");
      }
    }
  }
  const bool sized = object_at(item, "/min").contains("storage") || object_at(item, "/max").contains("storage");
  if (type == "PersistentVolumeClaim" && !sized) {
    causes.required(path + ".limits", "either minimum or maximum storage value is required");
  }
  check_order(item, path, "min", "max", "min", causes);
  check_order(item, path, "min", "defaultRequest", "defaultRequest", causes);
  check_order(item, path, "defaultRequest", "max", "defaultRequest", causes);
  check_order(item, path, "defaultRequest", "default", "defaultRequest", causes);
  check_order(item, path, "min", "default", "default", causes);
  check_order(item, path, "default", "max", "default", causes);
}

const std::set<std::string>& counted_resources() {
  static const std::set<std::string> names = {"pods",
                                              "services",
                                              "replicationcontrollers",
                                              "resourcequotas",
                                              "secrets",
                                              "configmaps",
                                              "persistentvolumeclaims",
                                              "services.nodeports",
                                              "services.loadbalancers"};
  return names;
}

void check_hard(const Json& hard, Causes& causes) {
  static const std::set<std::string> measured = {"cpu",
                                                 "memory",
                                                 "ephemeral-storage",
                                                 "requests.cpu",
                                                 "requests.memory",
                                                 "requests.storage",
                                                 "requests.ephemeral-storage",
                                                 "limits.cpu",
                                                 "limits.memory",
                                                 "limits.ephemeral-storage"};
  for (const auto& [resource, value] : hard.items()) {
    const std::string field = fmt::format("spec.hard[{}]", resource);
    const bool qualified = resource.find('/') != std::string::npos;
    const bool counted = counted_resources().contains(resource) || resource.starts_with("count/") ||
                         resource.starts_with("openshift.io/");
    if (!qualified && !counted && !measured.contains(resource)) {
      causes.invalid(field, resource, "must be a standard resource type or fully qualified");
      causes.invalid(field, resource, "must be a standard resource for quota");
    }
    const double amount = amount_at(hard, resource);
    if (amount < 0) causes.invalid(field, to_text(value), "must be greater than or equal to 0");
    const auto whole = static_cast<double>(static_cast<std::int64_t>(amount));
    if (counted && whole < amount) causes.invalid(field, to_text(value), "must be an integer");
  }
}

bool covers_resource(const std::string& scope, const std::string& resource) {
  if (scope == "BestEffort") return resource == "pods";
  static const std::set<std::string> of_pods = {
      "pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"};
  return of_pods.contains(resource) || resource.ends_with("ephemeral-storage");
}

void check_scopes(const Json& spec, Causes& causes) {
  static const std::set<std::string> known = {"BestEffort",     "NotBestEffort", "Terminating",
                                              "NotTerminating", "PriorityClass", "CrossNamespacePodAffinity"};
  std::set<std::string> seen;
  const Json& scopes = array_at(spec, "/scopes");
  for (const Json& item : scopes) {
    const std::string scope = item.is_string() ? item.get<std::string>() : std::string{};
    seen.insert(scope);
    if (!known.contains(scope)) {
      causes.invalid("spec.scopes", to_text(scopes), "unsupported scope");
      continue;
    }
    for (const auto& [resource, value] : object_at(spec, "/hard").items()) {
      if (!covers_resource(scope, resource)) {
        causes.invalid("spec.scopes", to_text(scopes), "unsupported scope applied to resource");
      }
    }
  }
  for (const auto& [one, other] :
       {std::pair{"BestEffort", "NotBestEffort"}, std::pair{"Terminating", "NotTerminating"}}) {
    if (seen.contains(one) && seen.contains(other)) {
      causes.invalid("spec.scopes", to_text(scopes), "conflicting scopes");
    }
  }
}

}  // namespace

void validate_limit_range(const Json& object, const Json* /*old*/, Causes& causes) {
  std::set<std::string> types;
  const Json& limits = array_at(object, "/spec/limits");
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const std::string path = fmt::format("spec.limits[{}]", i);
    const std::string type = string_at(limits[i], "/type");
    if (!types.insert(type).second) causes.duplicate(path + ".type", type);
    check_limit(limits[i], path, causes);
  }
}

void validate_resource_quota(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  // An update is looked at as a whole and as a change.
  for (int looks = old == nullptr ? 1 : 2; looks > 0; --looks) {
    check_hard(object_at(spec, "/hard"), causes);
    check_scopes(spec, causes);
  }
  if (old != nullptr && array_at(spec, "/scopes") != array_at(*old, "/spec/scopes")) {
    causes.invalid("spec.scopes", to_text(array_at(spec, "/scopes")), "field is immutable");
  }
}

void validate_disruption_budget(const Json& object, const Json* /*old*/, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const Json* least = find(spec, "/minAvailable");
  const Json* most = find(spec, "/maxUnavailable");
  if (least != nullptr && most != nullptr) {
    causes.invalid("spec", to_text(spec), "minAvailable and maxUnavailable cannot be both set");
  }
  if (least != nullptr) check_count_or_percentage(*least, "spec.minAvailable", causes);
  if (most != nullptr) check_count_or_percentage(*most, "spec.maxUnavailable", causes);
  check_label_selector(object_at(spec, "/selector"), "spec.selector", causes);
}

void validate_autoscaler(const Json& object, const Json* /*old*/, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const std::int64_t least = int_at(spec, "/minReplicas", 1);
  const std::int64_t most = int_at(spec, "/maxReplicas");
  if (least < 1) {
    causes.invalid("spec.minReplicas", std::to_string(least), "must be greater than or equal to 1");
    if (least == 0) causes.forbidden("spec.metrics", "must specify at least one Object or External metric");
  }
  if (most < 1) causes.invalid("spec.maxReplicas", std::to_string(most), "must be greater than 0");
  if (most < least) {
    causes.invalid("spec.maxReplicas", std::to_string(most), "must be greater than or equal to `minReplicas`");
  }
  for (const char* field : {"kind", "name"}) {
    if (string_at(spec, std::string("/scaleTargetRef/") + field).empty()) {
      causes.required(fmt::format("spec.scaleTargetRef.{}", field));
    }
  }
  if (find(spec, "/targetCPUUtilizationPercentage") != nullptr && int_at(spec, "/targetCPUUtilizationPercentage") < 1) {
    causes.invalid("spec.metrics[0].resource.target.averageUtilization",
                   std::to_string(int_at(spec, "/targetCPUUtilizationPercentage")), "must be greater than 0");
  }
}

}  // namespace upshift::emulator
