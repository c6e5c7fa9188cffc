#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

void validate_env(const Json& container, const std::string& path, Causes& causes) {
  const Json& env = array_at(container, "/env");
  for (std::size_t i = 0; i < env.size(); ++i) {
    const std::string at = fmt::format("{}.env[{}]", path, i);
    if (string_at(env[i], "/name").empty()) causes.required(at + ".name");
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
  if (needs_image && string_at(container, "/image").empty()) causes.required(path + ".image");
  const std::string policy = string_at(container, "/imagePullPolicy");
  if (policy != "Always" && policy != "IfNotPresent" && policy != "Never") {
    causes.not_supported(path + ".imagePullPolicy", policy, "\"Always\", \"IfNotPresent\", \"Never\"");
  }
  validate_ports(container, path, causes);
  validate_env(container, path, causes);
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
    std::string first;
    for (const auto& [source, value] : volumes[i].items()) {
      if (source == "name") continue;
      if (!first.empty()) causes.forbidden(at + "." + source, "may not specify more than 1 volume type");
      first = source;
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
  for (const char* list : {"containers", "initContainers"}) {
    const Json& containers = array_at(spec, std::string("/") + list);
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const bool set_later = std::find(may_lack_image.begin(), may_lack_image.end(),
                                       string_at(containers[i], "/name")) != may_lack_image.end();
      validate_container(containers[i], fmt::format("{}.{}[{}]", path, list, i), !set_later, volumes, names, causes);
    }
  }
}

}  // namespace upshift::emulator
