#include <algorithm>
#include <nlohmann/json.hpp>

#include "emulator/defaults.hpp"

namespace upshift::emulator {
namespace {

void set_handler_defaults(Json& handler) {
  if (const auto get = handler.find("httpGet"); get != handler.end()) {
    set_default(*get, "path", "/");
    set_default(*get, "scheme", "HTTP");
  }
}

void set_probe_defaults(Json& container, const char* probe_name) {
  const auto probe = container.find(probe_name);
  if (probe == container.end()) return;
  set_default(*probe, "timeoutSeconds", 1);
  set_default(*probe, "periodSeconds", 10);
  set_default(*probe, "successThreshold", 1);
  set_default(*probe, "failureThreshold", 3);
  set_handler_defaults(*probe);
}

void set_field_reference_defaults(Json& holder) {
  if (const auto field = holder.find("fieldRef"); field != holder.end()) set_default(*field, "apiVersion", "v1");
  if (const auto resource = holder.find("resourceFieldRef"); resource != holder.end()) {
    set_default(*resource, "divisor", "0");
  }
}

// An image without tag and digest means its latest one, which is always asked for anew.
std::string pull_policy_of(const std::string& image) {
  const bool parsable = !image.empty() && image.find_first_of(" \t") == std::string::npos;
  if (!parsable || image.find('@') != std::string::npos) return "IfNotPresent";
  const auto slash = image.rfind('/');
  const auto colon = image.find(':', slash == std::string::npos ? 0 : slash);
  return colon == std::string::npos || image.substr(colon) == ":latest" ? "Always" : "IfNotPresent";
}

void set_container_defaults(Json& container) {
  set_default(container, "terminationMessagePath", "/dev/termination-log");
  set_default(container, "terminationMessagePolicy", "File");
  set_default(container, "imagePullPolicy", pull_policy_of(string_at(container, "/image")));
  if (const auto ports = container.find("ports"); ports != container.end()) {
    for (Json& port : *ports) set_default(port, "protocol", "TCP");
  }
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) set_probe_defaults(container, probe);
  if (const auto lifecycle = container.find("lifecycle"); lifecycle != container.end()) {
    for (Json& handler : *lifecycle) set_handler_defaults(handler);
  }
  if (const auto env = container.find("env"); env != container.end()) {
    for (Json& variable : *env) {
      if (variable.contains("valueFrom")) set_field_reference_defaults(variable["valueFrom"]);
    }
  }
}

void set_volume_defaults(Json& volume) {
  if (volume.size() == 1 && volume.contains("name")) volume["emptyDir"] = Json::object();
  for (const char* source : {"secret", "configMap", "downwardAPI", "projected"}) {
    if (const auto found = volume.find(source); found != volume.end()) set_default(*found, "defaultMode", 420);
  }
  if (const auto host_path = volume.find("hostPath"); host_path != volume.end()) set_default(*host_path, "type", "");
  if (const auto downward = volume.find("downwardAPI"); downward != volume.end() && downward->contains("items")) {
    for (Json& item : (*downward)["items"]) set_field_reference_defaults(item);
  }
}

// serviceAccount is the older name of serviceAccountName; a server writes both.
void mirror_service_account(Json& spec) {
  std::string name = string_at(spec, "/serviceAccountName");
  if (name.empty()) name = string_at(spec, "/serviceAccount");
  if (name.empty()) return;
  spec["serviceAccountName"] = name;
  spec["serviceAccount"] = name;
}

}  // namespace

void set_default(Json& object, const char* key, Json value) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) object[key] = std::move(value);
}

void set_pod_defaults(Json& spec) {
  set_default(spec, "restartPolicy", "Always");
  set_default(spec, "dnsPolicy", "ClusterFirst");
  set_default(spec, "terminationGracePeriodSeconds", 30);
  set_default(spec, "securityContext", Json::object());
  set_default(spec, "schedulerName", "default-scheduler");
  mirror_service_account(spec);
  for (const char* list : {"initContainers", "containers"}) {
    if (const auto found = spec.find(list); found != spec.end()) {
      for (Json& container : *found) set_container_defaults(container);
    }
  }
  if (const auto volumes = spec.find("volumes"); volumes != spec.end()) {
    for (Json& volume : *volumes) set_volume_defaults(volume);
  }
}

}  // namespace upshift::emulator
