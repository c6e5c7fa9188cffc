#include "emulator/defaults.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace upshift::emulator {
namespace {

using cluster::ResourceType;

bool is_nothing(const Json& value) {
  return value == 0 || value == "0" || value == "0%";
}

void default_rolling_update(Json& parameters) {
  const bool no_surge = !parameters.contains("maxSurge");
  const bool no_unavailable = !parameters.contains("maxUnavailable");
  if (no_unavailable && (no_surge || is_nothing(parameters["maxSurge"]))) parameters["maxUnavailable"] = "25%";
  if (no_surge && (no_unavailable || is_nothing(parameters["maxUnavailable"]))) parameters["maxSurge"] = "25%";
}

void default_strategy(Json& strategy) {
  set_default(strategy, "type", "Rolling");
  set_default(strategy, "activeDeadlineSeconds", 21600);
  if (strategy["type"] == "Rolling") {
    set_default(strategy, "rollingParams", Json::object());
    Json& parameters = strategy["rollingParams"];
    set_default(parameters, "intervalSeconds", 1);
    set_default(parameters, "updatePeriodSeconds", 1);
    set_default(parameters, "timeoutSeconds", 600);
    default_rolling_update(parameters);
  } else if (strategy["type"] == "Recreate") {
    set_default(strategy, "recreateParams", Json::object());
    set_default(strategy["recreateParams"], "timeoutSeconds", 600);
  }
  for (const char* kind : {"rollingParams", "recreateParams"}) {
    if (!strategy.contains(kind)) continue;
    for (const char* moment : {"pre", "mid", "post"}) {
      for (const Json& variable : array_at(strategy[kind], std::string("/") + moment + "/execNewPod/env")) {
        if (find(variable, "/valueFrom/fieldRef") == nullptr) continue;
        for (Json& changed : strategy[kind][moment]["execNewPod"]["env"]) {
          if (find(changed, "/valueFrom/fieldRef") != nullptr) {
            set_default(changed["valueFrom"]["fieldRef"], "apiVersion", "v1");
          }
        }
        break;
      }
    }
  }
}

void default_triggers(Json& spec, const std::string& name_space) {
  set_default(spec, "triggers", Json::array({{{"type", "ConfigChange"}}}));
  for (Json& trigger : spec["triggers"]) {
    if (!trigger.contains("imageChangeParams")) continue;
    Json& from = trigger["imageChangeParams"]["from"];
    set_default(from, "kind", "ImageStreamTag");
    if (from["kind"] != "DockerImage") set_default(from, "namespace", name_space);
  }
}

void default_pod_template(Json& spec) {
  if (spec.contains("template")) set_pod_defaults(spec["template"]["spec"]);
}

void default_deployment_config(Json& object) {
  Json& spec = object["spec"];
  default_strategy(spec["strategy"]);
  default_triggers(spec, string_at(object, "/metadata/namespace"));
  set_default(spec, "revisionHistoryLimit", 10);
  default_pod_template(spec);
  const Json& labels = object_at(spec, "/template/metadata/labels");
  if (!spec.contains("selector") && !labels.empty()) spec["selector"] = labels;
}

void default_image_stream(Json& object) {
  if (!object["spec"].contains("tags")) return;
  // A server holds the tags in a map: of two with the same name the later one counts, and they come out sorted.
  std::map<std::string, Json> tags;
  for (const Json& tag : object["spec"]["tags"]) tags[string_at(tag, "/name")] = tag;
  Json sorted = Json::array();
  for (auto& [name, tag] : tags) {
    if (string_at(tag, "/referencePolicy/type").empty()) tag["referencePolicy"]["type"] = "Source";
    if (tag.contains("from")) set_default(tag["from"], "kind", "ImageStreamTag");
    sorted.push_back(std::move(tag));
  }
  object["spec"]["tags"] = std::move(sorted);
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
  if (spec.contains("tls") && string_at(spec, "/tls/termination").empty()) {
    spec["tls"]["termination"] = "edge";
  }
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
      {"DeploymentConfig", default_deployment_config},
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
