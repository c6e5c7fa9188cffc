#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_pod_parts.hpp"

namespace upshift::emulator {
namespace {

bool is_variable_name(const std::string& name) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return std::all_of(name.begin(), name.end(), usable) && !(name.front() >= '0' && name.front() <= '9') &&
         name != "." && !name.starts_with("..");
}

// What a variable may take from its pod or container.
void validate_field_source(const Json& source, const std::string& path, Causes& causes) {
  if (const Json* field = find(source, "/fieldRef")) {
    static const std::set<std::string> known = {
        "metadata.name",           "metadata.namespace", "metadata.uid", "spec.nodeName",
        "spec.serviceAccountName", "status.hostIP",      "status.podIP", "status.podIPs"};
    const std::string name = string_at(*field, "/fieldPath");
    const std::string at = path + ".fieldRef.fieldPath";
    if (name.empty()) {
      causes.required(at);
    } else if (!known.contains(name) && !name.starts_with("metadata.labels['") &&
               !name.starts_with("metadata.annotations['")) {
      causes.invalid(at, name, "error converting fieldPath: field label not supported");
    }
  }
  if (const Json* resource = find(source, "/resourceFieldRef")) {
    const std::string name = string_at(*resource, "/resource");
    const std::string at = path + ".resourceFieldRef.resource";
    if (name.empty()) {
      causes.required(at);
    } else {
      check_one_of(name,
                   {"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
                    "requests.ephemeral-storage", "requests.memory"},
                   at, causes);
    }
  }
}

void validate_env_from(const Json& container, const std::string& path, Causes& causes) {
  for (const Json& source : array_at(container, "/envFrom")) {
    const bool map = find(source, "/configMapRef") != nullptr;
    const bool secret = find(source, "/secretRef") != nullptr;
    if (map && secret) {
      causes.invalid(path + ".envFrom", "", "may not have more than one field specified at a time");
    } else if (!map && !secret) {
      causes.invalid(path + ".envFrom", "", "must specify one of: `configMapRef` or `secretRef`");
    }
  }
}

void validate_env(const Json& container, const std::string& path, Causes& causes) {
  const Json& env = array_at(container, "/env");
  for (std::size_t i = 0; i < env.size(); ++i) {
    const std::string at = fmt::format("{}.env[{}]", path, i);
    const std::string name = string_at(env[i], "/name");
    if (name.empty()) {
      causes.required(at + ".name");
    } else if (!is_variable_name(name)) {
      causes.invalid(at + ".name", name,
                     "a valid environment variable name consists of letters, digits, '_', '-', '.'");
    }
    const Json* source = find(env[i], "/valueFrom");
    if (source == nullptr) continue;
    if (source->empty()) {
      causes.invalid(at + ".valueFrom", "",
                     "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or "
                     "`secretKeyRef`");
    } else if (!string_at(env[i], "/value").empty()) {
      causes.invalid(at + ".valueFrom", "", "may not be specified when `value` is not empty");
    } else if (source->size() > 1) {
      causes.invalid(at + ".valueFrom", "", "may not have more than one field specified at a time");
    }
    validate_field_source(*source, at + ".valueFrom", causes);
    for (const char* reference : {"secretKeyRef", "configMapKeyRef"}) {
      if (!source->contains(reference)) continue;
      for (const char* part : {"name", "key"}) {
        if (string_at((*source)[reference], std::string("/") + part).empty()) {
          causes.required(fmt::format("{}.valueFrom.{}.{}", at, reference, part));
        }
      }
    }
  }
}

void validate_mounts(const Json& container, const std::string& path, const std::set<std::string>& volumes,
                     Causes& causes) {
  std::set<std::string> paths;
  const Json& mounts = array_at(container, "/volumeMounts");
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const std::string at = fmt::format("{}.volumeMounts[{}]", path, i);
    const std::string name = string_at(mounts[i], "/name");
    const std::string mount_path = string_at(mounts[i], "/mountPath");
    if (name.empty()) {
      causes.required(at + ".name");
    } else if (!volumes.contains(name)) {
      causes.not_found(at + ".name", name);
    }
    if (mount_path.empty()) causes.required(at + ".mountPath");
    if (!paths.insert(mount_path).second) causes.invalid(at + ".mountPath", mount_path, "must be unique");
  }
}

void validate_ports(const Json& container, const std::string& path, Causes& causes) {
  std::set<std::string> names;
  const Json& ports = array_at(container, "/ports");
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string at = fmt::format("{}.ports[{}]", path, i);
    const std::int64_t port = int_at(ports[i], "/containerPort");
    if (port == 0) {
      causes.required(at + ".containerPort");
    } else if (port < 1 || port > 65535) {
      causes.invalid(at + ".containerPort", std::to_string(port), "must be between 1 and 65535, inclusive");
    }
    check_one_of(string_at(ports[i], "/protocol"), {"SCTP", "TCP", "UDP"}, at + ".protocol", causes);
    const std::string name = string_at(ports[i], "/name");
    if (!name.empty() && !names.insert(name).second) causes.duplicate(at + ".name", name);
  }
}

void validate_container(const Json& container, const std::string& path, bool needs_image,
                        const std::set<std::string>& volumes, std::set<std::string>& names, Causes& causes) {
  const std::string name = string_at(container, "/name");
  if (name.empty()) {
    causes.required(path + ".name");
  } else if (!is_dns_label(name)) {
    causes.invalid(path + ".name", name, "a lowercase RFC 1123 label is expected");
  } else if (!names.insert(name).second) {
    causes.duplicate(path + ".name", name);
  }
  const std::string image = string_at(container, "/image");
  if (needs_image && image.empty()) causes.required(path + ".image");
  // In a template a blank stands for an image that is yet to be known.
  const bool of_pod = path.starts_with("spec.containers") || path.starts_with("spec.initContainers");
  if (of_pod && !image.empty() && (image.front() == ' ' || image.back() == ' ')) {
    causes.invalid(path + ".image", image, "must not have leading or trailing whitespace");
  }
  const std::string policy = string_at(container, "/imagePullPolicy");
  if (policy != "Always" && policy != "IfNotPresent" && policy != "Never") {
    causes.not_supported(path + ".imagePullPolicy", policy, "\"Always\", \"IfNotPresent\", \"Never\"");
  }
  validate_ports(container, path, causes);
  validate_env(container, path, causes);
  validate_env_from(container, path, causes);
  validate_container_runtime(container, path, causes);
  validate_mounts(container, path, volumes, causes);
}

std::set<std::string> validate_volumes(const Json& spec, const std::string& path, Causes& causes) {
  std::set<std::string> names;
  const Json& volumes = array_at(spec, "/volumes");
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const std::string at = fmt::format("{}.volumes[{}]", path, i);
    const std::string name = string_at(volumes[i], "/name");
    if (name.empty()) {
      causes.required(at + ".name");
    } else if (!is_dns_label(name)) {
      causes.invalid(at + ".name", name, "a lowercase RFC 1123 label is expected");
    } else if (!names.insert(name).second) {
      causes.duplicate(at + ".name", name);
    }
    // The server looks at the sources in this order; the first it meets is the one that counts.
    static constexpr const char* kSources[] = {"emptyDir",    "hostPath",  "secret",   "nfs", "persistentVolumeClaim",
                                               "downwardAPI", "configMap", "projected"};
    std::string first;
    for (const char* source : kSources) {
      if (find(volumes[i], std::string("/") + source) == nullptr) continue;
      if (!first.empty()) causes.forbidden(at + "." + source, "may not specify more than 1 volume type");
      if (first.empty()) first = source;
    }
    if (first == "persistentVolumeClaim" && string_at(volumes[i], "/persistentVolumeClaim/claimName").empty()) {
      causes.required(at + ".persistentVolumeClaim.claimName");
    }
    if (first == "configMap" && string_at(volumes[i], "/configMap/name").empty())
      causes.required(at + ".configMap.name");
    if (first == "secret" && string_at(volumes[i], "/secret/secretName").empty()) {
      causes.required(at + ".secret.secretName");
    }
  }
  return names;
}

}  // namespace

void validate_pod_spec(const Json& spec, const std::string& path, const std::vector<std::string>& may_lack_image,
                       Causes& causes) {
  const std::set<std::string> volumes = validate_volumes(spec, path, causes);
  std::set<std::string> names;
  if (array_at(spec, "/containers").empty()) causes.required(path + ".containers");
  validate_pod_runtime(spec, path, causes);
  for (const char* list : {"containers", "initContainers"}) {
    const Json& containers = array_at(spec, std::string("/") + list);
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const bool set_later = list == std::string_view("containers") &&
                             std::find(may_lack_image.begin(), may_lack_image.end(),
                                       string_at(containers[i], "/name")) != may_lack_image.end();
      validate_container(containers[i], fmt::format("{}.{}[{}]", path, list, i), !set_later, volumes, names, causes);
    }
  }
}

}  // namespace upshift::emulator
