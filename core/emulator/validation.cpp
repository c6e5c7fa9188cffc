#include "emulator/validation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

void validate_pod(const Json& object, const Json* /*old*/, Causes& causes) {
  validate_pod_spec(object_at(object, "/spec"), "spec", {}, causes);
}

void validate_template(const Json& object, const Json* old, Causes& causes) {
  // Once it is there, only its metadata is looked at.
  if (old != nullptr) return;
  const Json& parameters = array_at(object, "/parameters");
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = string_at(parameters[i], "/name");
    const std::string field = fmt::format("parameters[{}].name", i);
    const bool usable = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (name.empty()) {
      causes.required(field);
    } else if (!usable) {
      causes.invalid(field, name, "does not match ^[a-zA-Z0-9_]+$");
    }
  }
  // Its labels are those of its objects and may hold parameters: nobody looks at them here.
}

void validate_pod_template(const Json& object, const Json* /*old*/, Causes& causes) {
  validate_pod_spec(object_at(object, "/template/spec"), "template.spec", {}, causes);
}

}  // namespace

Causes validate(const cluster::ResourceType& type, const Json& object, const Json* old) {
  static const std::map<std::string_view, void (*)(const Json&, const Json*, Causes&)> rules = {
      {"ConfigMap", validate_config_map},
      {"Secret", validate_secret},
      {"Service", validate_service},
      {"Endpoints", validate_endpoints},
      {"Event", validate_event},
      {"Route", validate_route},
      {"ImageStream", validate_image_stream},
      {"PersistentVolumeClaim", validate_claim},
      {"Role", validate_role},
      {"ClusterRole", validate_role},
      {"RoleBinding", validate_role_binding},
      {"ClusterRoleBinding", validate_role_binding},
      {"DeploymentConfig", validate_deployment_config},
      {"ReplicationController", validate_replication_controller},
      {"Deployment", validate_deployment},
      {"ReplicaSet", validate_replica_set},
      {"StatefulSet", validate_stateful_set},
      {"Job", validate_job},
      {"CronJob", validate_cron_job},
      {"LimitRange", validate_limit_range},
      {"ResourceQuota", validate_resource_quota},
      {"PodDisruptionBudget", validate_disruption_budget},
      {"HorizontalPodAutoscaler", validate_autoscaler},
      {"Pod", validate_pod},
      {"PodTemplate", validate_pod_template},
      {"Template", validate_template},
  };
  Causes causes;
  validate_metadata(type, object, old, causes);
  if (const auto rule = rules.find(type.kind); rule != rules.end()) rule->second(object, old, causes);
  return causes;
}

}  // namespace upshift::emulator
