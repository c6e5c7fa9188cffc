#include "emulator/defaults.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace upshift::emulator {
namespace {

using cluster::ResourceType;

void default_pod_template(Json& spec) {
  if (spec.contains("template")) set_pod_defaults(spec["template"]["spec"]);
}

void default_image_stream(Json& object) {
  if (!object["spec"].contains("tags")) return;
  // A server holds the tags in a map: of two with the same name the later one counts, and they come out sorted.
  std::map<std::string, Json> tags;
  for (const Json& tag : object["spec"]["tags"]) tags[string_at(tag, "/name")] = tag;
  Json sorted = Json::array();
  for (auto& [name, tag] : tags) {
    if (string_at(tag, "/referencePolicy/type").empty()) tag["referencePolicy"]["type"] = "Source";
    sorted.push_back(std::move(tag));
  }
  object["spec"]["tags"] = std::move(sorted);
}

void default_termination(Json& tls) {
  const std::string termination = string_at(tls, "/termination");
  if (termination.empty() && string_at(tls, "/destinationCACertificate").empty()) tls["termination"] = "edge";
  // As the first versions of the API spelled them.
  for (const auto& [older, newer] :
       {std::pair{"Edge", "edge"}, std::pair{"Passthrough", "passthrough"}, std::pair{"Reencrypt", "reencrypt"}}) {
    if (termination == older) tls["termination"] = newer;
  }
}

void default_route(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "wildcardPolicy", "None");
  const auto default_target = [](Json& target) {
    if (string_at(target, "/kind").empty()) target["kind"] = "Service";
    set_default(target, "weight", 100);
  };
  default_target(spec["to"]);
  if (spec.contains("alternateBackends")) {
    for (Json& target : spec["alternateBackends"]) default_target(target);
  }
  if (spec.contains("tls")) default_termination(spec["tls"]);
}

void default_secret(Json& object) {
  set_default(object, "type", "Opaque");
  for (const auto& [key, value] : object_at(object, "/stringData").items()) {
    object["data"][key] = encode_base64(value.get_ref<const std::string&>());
  }
  object.erase("stringData");
}

void default_service(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "type", "ClusterIP");
  set_default(spec, "sessionAffinity", "None");
  if (spec.contains("ports")) {
    for (Json& port : spec["ports"]) {
      set_default(port, "protocol", "TCP");
      if (is_nothing(port["targetPort"]) || port["targetPort"] == "") port["targetPort"] = port["port"];
    }
  }
  if (spec["sessionAffinity"] == "ClientIP") {
    set_default(spec, "sessionAffinityConfig", Json::object());
    set_default(spec["sessionAffinityConfig"], "clientIP", Json::object());
    set_default(spec["sessionAffinityConfig"]["clientIP"], "timeoutSeconds", 10800);
  } else {
    spec.erase("sessionAffinityConfig");
  }
  const bool outside = spec["type"] == "NodePort" || spec["type"] == "LoadBalancer";
  if (outside) set_default(spec, "externalTrafficPolicy", "Cluster");
  if (spec["type"] == "LoadBalancer") set_default(spec, "allocateLoadBalancerNodePorts", true);
  if (spec["type"] == "ExternalName") return;
  set_default(spec, "ipFamilies", Json::array({"IPv4"}));
  set_default(spec, "ipFamilyPolicy", "SingleStack");
  set_default(spec, "internalTrafficPolicy", "Cluster");
}

void default_deployment(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "replicas", 1);
  set_default(spec, "revisionHistoryLimit", 10);
  set_default(spec, "progressDeadlineSeconds", 600);
  set_default(spec["strategy"], "type", "RollingUpdate");
  if (spec["strategy"]["type"] == "RollingUpdate") {
    set_default(spec["strategy"], "rollingUpdate", Json::object());
    set_default(spec["strategy"]["rollingUpdate"], "maxUnavailable", "25%");
    set_default(spec["strategy"]["rollingUpdate"], "maxSurge", "25%");
  }
  default_pod_template(spec);
}

void default_stateful_set(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "replicas", 1);
  set_default(spec, "revisionHistoryLimit", 10);
  set_default(spec, "podManagementPolicy", "OrderedReady");
  Json& strategy = spec["updateStrategy"];
  set_default(strategy, "type", "RollingUpdate");
  if (strategy["type"] == "RollingUpdate") {
    set_default(strategy, "rollingUpdate", Json::object());
    set_default(strategy["rollingUpdate"], "partition", 0);
  }
  if (spec.contains("volumeClaimTemplates")) {
    for (Json& claim : spec["volumeClaimTemplates"]) {
      claim["apiVersion"] = "v1";
      claim["kind"] = "PersistentVolumeClaim";
      set_default(claim["spec"], "volumeMode", "Filesystem");
      claim["status"]["phase"] = "Pending";
    }
  }
  default_pod_template(spec);
}

void default_replicas(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "replicas", 1);
  default_pod_template(spec);
  const Json labels = object_at(spec, "/template/metadata/labels");
  if (string_at(object, "/kind") == "ReplicationController" && !labels.empty()) {
    set_default(spec, "selector", labels);
    set_default(object["metadata"], "labels", labels);
  }
}

void default_job(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "backoffLimit", 6);
  if (!spec.contains("completions") && !spec.contains("parallelism")) {
    spec["completions"] = 1;
    spec["parallelism"] = 1;
  }
  set_default(spec, "parallelism", 1);
  set_default(spec, "completionMode", "NonIndexed");
  set_default(spec, "suspend", false);
  default_pod_template(spec);
}

void default_cron_job(Json& object) {
  Json& spec = object["spec"];
  set_default(spec, "concurrencyPolicy", "Allow");
  set_default(spec, "suspend", false);
  set_default(spec, "successfulJobsHistoryLimit", 3);
  set_default(spec, "failedJobsHistoryLimit", 1);
  default_pod_template(spec["jobTemplate"]["spec"]);
}

void default_limit_range(Json& object) {
  if (!object["spec"]["limits"].is_array()) return;
  for (Json& item : object["spec"]["limits"]) {
    if (string_at(item, "/type") != "Container") continue;
    // Most are limited as far as they may go, and ask for what they are limited to; at least the minimum.
    for (const auto& [from, to] :
         {std::pair{"max", "default"}, std::pair{"default", "defaultRequest"}, std::pair{"min", "defaultRequest"}}) {
      const Json values = object_at(item, std::string("/") + from);
      for (const auto& [resource, value] : values.items()) set_default(item[to], resource.c_str(), value);
    }
  }
}

void default_endpoints(Json& object) {
  if (!object.contains("subsets")) return;
  for (Json& subset : object["subsets"]) {
    if (!subset.contains("ports")) continue;
    for (Json& port : subset["ports"]) set_default(port, "protocol", "TCP");
  }
}

void default_role(Json& object) {
  // Stored, no rules and an empty list of them are the same.
  if (array_at(object, "/rules").empty()) object["rules"] = nullptr;
}

void default_role_binding(Json& object) {
  if (string_at(object, "/roleRef/apiGroup").empty()) object["roleRef"]["apiGroup"] = "rbac.authorization.k8s.io";
  if (!object.contains("subjects")) return;
  for (Json& subject : object["subjects"]) {
    if (subject["kind"] != "ServiceAccount") set_default(subject, "apiGroup", "rbac.authorization.k8s.io");
  }
}

void default_pod(Json& object) {
  Json& spec = object["spec"];
  set_pod_defaults(spec);
  set_default(spec, "enableServiceLinks", true);
  for (Json& container : spec["containers"]) {
    for (const auto& [name, limit] : object_at(container, "/resources/limits").items()) {
      set_default(container["resources"]["requests"], name.c_str(), limit);
    }
  }
}

}  // namespace

void set_defaults(const ResourceType& type, Json& object) {
  static const std::map<std::string_view, void (*)(Json&)> defaults = {
      {"DeploymentConfig", set_deployment_config_defaults},
      {"ImageStream", default_image_stream},
      {"Route", default_route},
      {"Secret", default_secret},
      {"Service", default_service},
      {"Deployment", default_deployment},
      {"StatefulSet", default_stateful_set},
      {"ReplicaSet", default_replicas},
      {"ReplicationController", default_replicas},
      {"Job", default_job},
      {"CronJob", default_cron_job},
      {"Role", default_role},
      {"ClusterRole", default_role},
      {"RoleBinding", default_role_binding},
      {"ClusterRoleBinding", default_role_binding},
      {"Pod", default_pod},
      {"PersistentVolumeClaim", [](Json& claim) { set_default(claim["spec"], "volumeMode", "Filesystem"); }},
      {"HorizontalPodAutoscaler",
       [](Json& scaler) {
         set_default(scaler["spec"], "minReplicas", 1);
         set_default(scaler["spec"], "targetCPUUtilizationPercentage", 80);
       }},
      {"LimitRange", default_limit_range},
      {"Endpoints", default_endpoints},
      {"PodTemplate", default_pod_template},
  };
  if (const auto found = defaults.find(type.kind); found != defaults.end()) found->second(object);
}

}  // namespace upshift::emulator
