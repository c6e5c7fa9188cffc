#include "emulator/pod_facts.hpp"

#include <nlohmann/json.hpp>

namespace upshift::emulator {
namespace {

std::string label_of(const Json& pod, std::string_view key) {
  return string_at(pod, "/metadata/labels/" + escape_pointer(key));
}

std::string annotation_of(const Json& pod, std::string_view key) {
  return string_at(pod, "/metadata/annotations/" + escape_pointer(key));
}

const Json* ready_condition(const Json& pod) {
  for (const Json& condition : array_at(pod, "/status/conditions")) {
    if (string_at(condition, "/type") == "Ready") return &condition;
  }
  return nullptr;
}

}  // namespace

bool is_ready(const Json& pod) {
  const Json* condition = ready_condition(pod);
  return condition != nullptr && string_at(*condition, "/status") == "True";
}

bool is_finished(const Json& pod) {
  const std::string phase = string_at(pod, "/status/phase");
  return phase == "Succeeded" || phase == "Failed";
}

TimePoint ready_since(const Json& pod) {
  const Json* condition = ready_condition(pod);
  if (condition == nullptr || string_at(*condition, "/status") != "True") return {};
  return parse_rfc3339(string_at(*condition, "/lastTransitionTime")).value_or(TimePoint{});
}

std::string quality_of_service(const Json& pod) {
  bool any = false;
  bool guaranteed = true;
  for (const char* member : {"/spec/containers", "/spec/initContainers"}) {
    for (const Json& container : array_at(pod, member)) {
      for (const char* resource : {"cpu", "memory"}) {
        const std::string limit = string_at(container, std::string("/resources/limits/") + resource);
        const std::string request = string_at(container, std::string("/resources/requests/") + resource, limit);
        any = any || !limit.empty() || !request.empty();
        guaranteed = guaranteed && !limit.empty() && limit == request;
      }
    }
  }
  if (!any) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

std::string deployment_config_of(const Json& pod) {
  const std::string direct = annotation_of(pod, "openshift.io/deployment-config.name");
  if (!direct.empty()) return direct;
  const std::string version = label_of(pod, kDeployerPodFor);
  return version.substr(0, version.rfind('-') == std::string::npos ? 0 : version.rfind('-'));
}

bool is_deployer(const Json& pod) {
  return !label_of(pod, kDeployerPodFor).empty() && label_of(pod, kHookType).empty();
}

std::string hook_of(const Json& pod) {
  const std::string type = label_of(pod, kHookType);
  return type.starts_with("hook-") ? type.substr(5) : std::string{};
}

}  // namespace upshift::emulator
