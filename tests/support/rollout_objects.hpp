// A DeploymentConfig "web" and what its controllers make of it, for tests of rollouts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/json.hpp"
#include "support/fake_cluster.hpp"

namespace upshift::testing {

inline Json web_template(const std::string& value = "1") {
  return {{"metadata", {{"labels", {{"name", "web"}}}}},
          {"spec",
           {{"containers", Json::array({{{"name", "main"},
                                         {"image", "quay.io/shop/web@sha256:one"},
                                         {"env", Json::array({{{"name", "A"}, {"value", value}}})}}})}}}};
}

inline Json web_config(int version = 1, int generation = 1) {
  return {{"apiVersion", "apps.openshift.io/v1"},
          {"kind", "DeploymentConfig"},
          {"metadata", {{"name", "web"}, {"generation", generation}}},
          {"spec",
           {{"replicas", 1},
            {"strategy", {{"type", "Recreate"}, {"recreateParams", {{"timeoutSeconds", 600}}}}},
            {"triggers", Json::array({{{"type", "ConfigChange"}}})},
            {"template", web_template()}}},
          {"status",
           {{"latestVersion", version},
            {"observedGeneration", generation},
            {"replicas", 1},
            {"updatedReplicas", 1},
            {"availableReplicas", 1}}}};
}

// The ReplicationController of a version, made from `config` as it is.
inline Json web_controller(const Json& config, int version, const std::string& phase) {
  Json encoded = {{"kind", "DeploymentConfig"}, {"spec", config.at("spec")}};
  return {{"apiVersion", "v1"},
          {"kind", "ReplicationController"},
          {"metadata",
           {{"name", "web-" + std::to_string(version)},
            {"annotations",
             {{"openshift.io/deployment.phase", phase},
              {"openshift.io/deployment-config.name", "web"},
              {"openshift.io/encoded-deployment-config", encoded.dump()}}}}},
          {"spec", {{"replicas", 1}, {"template", config.at("spec").at("template")}}}};
}

inline Json web_pod(int version, const std::string& suffix, Json container_status, bool ready = false) {
  const auto controller = "web-" + std::to_string(version);
  container_status["name"] = "main";
  if (!container_status.contains("ready")) container_status["ready"] = ready;
  return {
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata",
       {{"name", controller + "-" + suffix},
        {"annotations", {{"openshift.io/deployment-config.name", "web"}, {"openshift.io/deployment.name", controller}}},
        {"ownerReferences", Json::array({{{"kind", "ReplicationController"}, {"name", controller}}})}}},
      {"spec", {{"containers", Json::array({{{"name", "main"}}})}}},
      {"status",
       {{"phase", "Running"},
        {"conditions", Json::array({{{"type", "Ready"}, {"status", ready ? "True" : "False"}}})},
        {"containerStatuses", Json::array({std::move(container_status)})}}}};
}

inline Json waiting(const std::string& reason, const std::string& message = "", int restarts = 0) {
  return {{"restartCount", restarts}, {"state", {{"waiting", {{"reason", reason}, {"message", message}}}}}};
}

inline Json running() {
  return {{"restartCount", 0}, {"state", {{"running", Json::object()}}}};
}

inline Json hook_pod(int version, const std::string& hook, const std::string& phase, int exit_code) {
  Json pod =
      web_pod(version, "hook-" + hook,
              {{"restartCount", 0}, {"state", {{"terminated", {{"exitCode", exit_code}, {"reason", "Error"}}}}}});
  pod["metadata"]["labels"] = {{"openshift.io/deployer-pod-for.name", "web-" + std::to_string(version)},
                               {"openshift.io/deployer-pod.type", "hook-" + hook}};
  pod["status"]["phase"] = phase;
  return pod;
}

inline Json warning(const std::string& kind, const std::string& name, const std::string& reason,
                    const std::string& message) {
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", name + "." + reason}}},
          {"type", "Warning"},
          {"reason", reason},
          {"message", message},
          {"lastTimestamp", "2026-01-01T00:00:00Z"},
          {"involvedObject", {{"kind", kind}, {"name", name}}}};
}

// spec generation, imported generation (0: not yet), image digest, and a refusal's reason ("" for none).
inline Json image_stream(const std::string& tag, int wanted, int imported, const std::string& digest,
                         const std::string& refusal = "") {
  Json status = {{"tag", tag}, {"items", Json::array()}};
  if (imported > 0) {
    status["items"].push_back(
        {{"generation", imported}, {"image", digest}, {"dockerImageReference", "quay.io/shop/web@" + digest}});
  }
  if (!refusal.empty()) {
    status["conditions"] = Json::array({{{"type", "ImportSuccess"},
                                         {"status", "False"},
                                         {"generation", wanted},
                                         {"reason", refusal},
                                         {"message", "the registry said no"}}});
  }
  return {{"apiVersion", "image.openshift.io/v1"},
          {"kind", "ImageStream"},
          {"metadata", {{"name", "web"}}},
          {"spec",
           {{"tags", Json::array({{{"name", tag},
                                   {"generation", wanted},
                                   {"from", {{"kind", "DockerImage"}, {"name", "quay.io/shop/web:" + tag}}}}})}}},
          {"status", {{"tags", Json::array({status})}}}};
}

inline Json image_trigger(const std::string& from, const std::string& last) {
  return {{"type", "ImageChange"},
          {"imageChangeParams",
           {{"automatic", true},
            {"from", {{"kind", "ImageStreamTag"}, {"name", from}, {"namespace", FakeCluster::kProject}}},
            {"lastTriggeredImage", last}}}};
}

}  // namespace upshift::testing
