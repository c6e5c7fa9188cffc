#include "emulator/validation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"

namespace upshift::emulator {
namespace {

void validate_data_keys(const Json& object, Causes& causes) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  for (const auto& [key, value] : object_at(object, "/data").items()) {
    const bool valid = !key.empty() && key.size() <= 253 && key != "." && !key.starts_with("..") &&
                       std::all_of(key.begin(), key.end(), usable);
    if (!valid)
      causes.invalid(fmt::format("data[{}]", key), key,
                     "a valid config key consists of letters, digits, '-', '_' or '.'");
  }
}

void validate_secret(const Json& object, Causes& causes) {
  validate_data_keys(object, causes);
  static const std::map<std::string, std::vector<std::string>> required = {
      {"kubernetes.io/dockerconfigjson", {".dockerconfigjson"}},
      {"kubernetes.io/dockercfg", {".dockercfg"}},
      {"kubernetes.io/tls", {"tls.crt", "tls.key"}},
      {"kubernetes.io/ssh-auth", {"ssh-privatekey"}}};
  const auto keys = required.find(string_at(object, "/type"));
  if (keys == required.end()) return;
  const Json& data = object_at(object, "/data");
  for (const std::string& key : keys->second) {
    if (!data.contains(key)) {
      causes.required(fmt::format("data[{}]", key));
    } else if (key.starts_with(".docker")) {
      const auto bytes = decode_base64(data[key].get_ref<const std::string&>());
      if (!bytes || !Json::accept(*bytes)) {
        causes.invalid(fmt::format("data[{}]", key), "<secret contents redacted>", "is not JSON");
      }
    }
  }
}

void validate_service(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const Json& ports = array_at(spec, "/ports");
  const std::string type = string_at(spec, "/type");
  static const std::set<std::string> types = {"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"};
  if (!types.contains(type)) {
    causes.not_supported("spec.type", type, "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"");
  }
  if (type == "ExternalName" && string_at(spec, "/externalName").empty()) causes.required("spec.externalName");
  const bool headless = string_at(spec, "/clusterIP") == "None";
  if (ports.empty() && type != "ExternalName" && !headless) causes.required("spec.ports");
  std::set<std::string> names;
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string path = fmt::format("spec.ports[{}]", i);
    const std::string name = string_at(ports[i], "/name");
    const std::int64_t port = int_at(ports[i], "/port");
    if (name.empty() && ports.size() > 1) causes.required(path + ".name");
    if (!name.empty() && !is_dns_label(name))
      causes.invalid(path + ".name", name, "a lowercase RFC 1123 label is expected");
    if (!name.empty() && !names.insert(name).second) causes.duplicate(path + ".name", name);
    if (port < 1 || port > 65535)
      causes.invalid(path + ".port", std::to_string(port), "must be between 1 and 65535, inclusive");
    const std::string number = fmt::format("{}/{}", port, string_at(ports[i], "/protocol"));
    if (!numbers.insert(number).second) causes.duplicate(path, number);
  }
}

void validate_route_host(const Json& spec, Causes& causes) {
  const std::string host = string_at(spec, "/host");
  if (host.empty()) return;
  if (!is_dns_subdomain(host)) causes.invalid("spec.host", host, "host must conform to DNS 952 subdomain conventions");
  for (const std::string& label : split(host, '.')) {
    if (!is_dns_label(label)) causes.invalid("spec.host", host, "a lowercase RFC 1123 label is expected");
  }
}

void validate_route(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  validate_route_host(spec, causes);
  const std::string path = string_at(spec, "/path");
  if (!path.empty() && path.front() != '/') causes.invalid("spec.path", path, "path must begin with /");
  if (string_at(spec, "/to/name").empty()) causes.required("spec.to.name");
  if (const std::string kind = string_at(spec, "/to/kind"); kind != "Service") {
    causes.invalid("spec.to.kind", kind, "must reference a Service");
  }
  if (const std::int64_t weight = int_at(spec, "/to/weight"); weight < 0 || weight > 256) {
    causes.invalid("spec.to.weight", std::to_string(weight), "weight must be an integer between 0 and 256");
  }
  if (const Json* port = find(spec, "/port/targetPort"); port != nullptr && (*port == 0 || *port == "")) {
    causes.required("spec.port.targetPort");
  }
  if (const std::string policy = string_at(spec, "/wildcardPolicy"); policy != "None" && policy != "Subdomain") {
    causes.not_supported("spec.wildcardPolicy", policy, "\"None\", \"Subdomain\"");
  }
  if (find(spec, "/tls") == nullptr) return;
  const std::string termination = string_at(spec, "/tls/termination");
  if (termination != "edge" && termination != "passthrough" && termination != "reencrypt") {
    causes.not_supported("spec.tls.termination", termination, "\"edge\", \"passthrough\", \"reencrypt\"");
    return;
  }
  const std::string insecure = string_at(spec, "/tls/insecureEdgeTerminationPolicy");
  const bool allowed = insecure.empty() || insecure == "None" || insecure == "Redirect" ||
                       (insecure == "Allow" && termination != "passthrough");
  if (!allowed) {
    causes.invalid("spec.tls.insecureEdgeTerminationPolicy", insecure, "is not possible with this termination");
  }
}

void validate_image_stream(const Json& object, Causes& causes) {
  const Json& tags = array_at(object, "/spec/tags");
  for (const Json& tag : tags) {
    const std::string name = string_at(tag, "/name");
    const std::string path = fmt::format("spec.tags[{}]", name);
    if (name.empty() || name.find_first_of(" /:@") != std::string::npos) {
      causes.invalid(path, name, "a tag's name consists of letters, digits, '_', '.' and '-'");
    }
    const Json* from = find(tag, "/from");
    if (from == nullptr) continue;
    const std::string kind = string_at(*from, "/kind");
    const std::string image = string_at(*from, "/name");
    if (kind != "DockerImage" && kind != "ImageStreamTag" && kind != "ImageStreamImage") {
      causes.invalid(path + ".from.kind", kind, "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'");
    }
    if (image.empty()) {
      causes.required(path + ".from.name");
    } else if (kind == "DockerImage" && image.find_first_of(" \t") != std::string::npos) {
      causes.invalid(path + ".from.name", image, "invalid reference format");
    }
    const std::string policy = string_at(tag, "/referencePolicy/type");
    if (policy != "Source" && policy != "Local") {
      causes.invalid(path + ".referencePolicy.type", policy, "valid values are \"Local\", \"Source\"");
    }
  }
}

void validate_claim(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  if (array_at(spec, "/accessModes").empty()) causes.required("spec.accessModes", "at least 1 access mode is required");
  if (find(spec, "/resources/requests/storage") == nullptr) causes.required("spec.resources[storage]");
}

void validate_role(const Json& object, Causes& causes) {
  const Json& rules = array_at(object, "/rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string path = fmt::format("rules[{}]", i);
    if (array_at(rules[i], "/verbs").empty()) causes.required(path + ".verbs", "verbs must contain at least one value");
    if (!array_at(rules[i], "/nonResourceURLs").empty()) continue;
    if (array_at(rules[i], "/apiGroups").empty()) {
      causes.required(path + ".apiGroups", "resource rules must supply at least one api group");
    }
    if (array_at(rules[i], "/resources").empty()) {
      causes.required(path + ".resources", "resource rules must supply at least one resource");
    }
  }
}

void validate_role_binding(const Json& object, Causes& causes) {
  const std::string kind = string_at(object, "/roleRef/kind");
  if (kind != "Role" && kind != "ClusterRole") {
    causes.not_supported("roleRef.kind", kind, "\"Role\", \"ClusterRole\"");
  }
  if (string_at(object, "/roleRef/name").empty()) causes.required("roleRef.name");
  const Json& subjects = array_at(object, "/subjects");
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const std::string path = fmt::format("subjects[{}]", i);
    const std::string subject = string_at(subjects[i], "/kind");
    if (string_at(subjects[i], "/name").empty()) causes.required(path + ".name");
    if (subject != "ServiceAccount" && subject != "User" && subject != "Group") {
      causes.not_supported(path + ".kind", subject, "\"ServiceAccount\", \"User\", \"Group\"");
    }
  }
}

void validate_workload(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  if (const std::int64_t replicas = int_at(spec, "/replicas"); replicas < 0) {
    causes.invalid("spec.replicas", std::to_string(replicas), "must be greater than or equal to 0");
  }
  if (find(spec, "/template") == nullptr) {
    causes.required("spec.template");
    return;
  }
  validate_pod_spec(object_at(spec, "/template/spec"), "spec.template.spec", {}, causes);
}

void validate_unchanged(const Json& object, const Json& old, const std::string& pointer, const std::string& field,
                        std::string_view message, Causes& causes) {
  const Json* before = find(old, pointer);
  const Json* after = find(object, pointer);
  const Json nothing;
  const Json& left = before == nullptr ? nothing : *before;
  const Json& right = after == nullptr ? nothing : *after;
  if (left != right) causes.invalid(field, right.is_string() ? right.get<std::string>() : to_text(right), message);
}

void validate_claim_update(const Json& object, const Json& old, Causes& causes) {
  Json before = object_at(old, "/spec");
  Json after = object_at(object, "/spec");
  // What the volume controller binds, and the size of a bound claim.
  for (Json* spec : {&before, &after}) spec->erase("resources");
  if (string_at(old, "/spec/volumeName").empty()) {
    for (Json* spec : {&before, &after}) spec->erase("volumeName");
  }
  if (before != after)
    causes.forbidden("spec", "spec is immutable after creation except resources.requests for bound claims");
}

void validate_update(const cluster::ResourceType& type, const Json& object, const Json& old, Causes& causes) {
  constexpr std::string_view kImmutable = "field is immutable";
  if (type.kind == "Secret") {
    validate_unchanged(object, old, "/type", "type", kImmutable, causes);
  } else if (type.kind == "RoleBinding" || type.kind == "ClusterRoleBinding") {
    validate_unchanged(object, old, "/roleRef", "roleRef", "cannot change roleRef", causes);
  } else if (type.kind == "Service" && string_at(old, "/spec/type") == string_at(object, "/spec/type")) {
    validate_unchanged(object, old, "/spec/clusterIP", "spec.clusterIPs[0]", kImmutable, causes);
  } else if (type.kind == "PersistentVolumeClaim") {
    validate_claim_update(object, old, causes);
  } else if (type.kind == "Deployment" || type.kind == "ReplicaSet" || type.kind == "StatefulSet") {
    validate_unchanged(object, old, "/spec/selector", "spec.selector", kImmutable, causes);
  } else if (type.kind == "Job") {
    validate_unchanged(object, old, "/spec/template", "spec.template", kImmutable, causes);
  }
  const bool holds_data = type.kind == "Secret" || type.kind == "ConfigMap";
  if (holds_data && bool_at(old, "/immutable")) {
    validate_unchanged(object, old, "/data", "data", "field is immutable when `immutable` is set", causes);
    validate_unchanged(object, old, "/immutable", "immutable", "field is immutable when `immutable` is set", causes);
  }
}

}  // namespace

Causes validate(const cluster::ResourceType& type, const Json& object, const Json* old) {
  static const std::map<std::string_view, void (*)(const Json&, Causes&)> rules = {
      {"ConfigMap", validate_data_keys},
      {"Secret", validate_secret},
      {"Service", validate_service},
      {"Route", validate_route},
      {"ImageStream", validate_image_stream},
      {"PersistentVolumeClaim", validate_claim},
      {"Role", validate_role},
      {"ClusterRole", validate_role},
      {"RoleBinding", validate_role_binding},
      {"ClusterRoleBinding", validate_role_binding},
      {"DeploymentConfig", validate_deployment_config},
      {"ReplicationController", validate_workload},
      {"Deployment", validate_workload},
      {"ReplicaSet", validate_workload},
      {"StatefulSet", validate_workload},
      {"Pod", [](const Json& pod, Causes& causes) { validate_pod_spec(object_at(pod, "/spec"), "spec", {}, causes); }},
  };
  Causes causes;
  validate_metadata(type, object, old != nullptr, causes);
  if (old != nullptr) validate_update(type, object, *old, causes);
  if (const auto rule = rules.find(type.kind); rule != rules.end()) rule->second(object, causes);
  return causes;
}

}  // namespace upshift::emulator
