#include "emulator/validation_pod_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "emulator/quantity.hpp"
#include "emulator/validation_fields.hpp"

namespace upshift::emulator {
namespace {

void check_handler(const Json& handler, const std::string& path, Causes& causes) {
  int count = 0;
  for (const char* kind : {"exec", "httpGet", "tcpSocket", "grpc"}) {
    const Json* action = find(handler, std::string("/") + kind);
    if (action == nullptr) continue;
    const std::string at = fmt::format("{}.{}", path, kind);
    if (++count > 1) {
      causes.forbidden(at, "may not specify more than 1 handler type");
      continue;
    }
    if (kind == std::string_view("exec")) {
      if (array_at(*action, "/command").empty()) causes.required(at + ".command");
      continue;
    }
    if (const Json* port = find(*action, "/port")) check_target_port(*port, at + ".port", causes);
    if (kind != std::string_view("httpGet")) continue;
    if (string_at(*action, "/path").empty()) causes.required(at + ".path");
    check_one_of(string_at(*action, "/scheme"), {"HTTP", "HTTPS"}, at + ".scheme", causes);
  }
  if (count == 0) causes.required(path, "must specify a handler type");
}

void check_probe(const Json& container, const char* name, const std::string& path, Causes& causes) {
  const Json* probe = find(container, std::string("/") + name);
  if (probe == nullptr) return;
  const std::string at = fmt::format("{}.{}", path, name);
  check_handler(*probe, at, causes);
  for (const char* field :
       {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    check_not_negative(*probe, std::string("/") + field, fmt::format("{}.{}", at, field), causes);
  }
  const std::int64_t successes = int_at(*probe, "/successThreshold", 1);
  if (name != std::string_view("readinessProbe") && successes != 1) {
    causes.invalid(at + ".successThreshold", std::to_string(successes), "must be 1");
  }
}

bool is_standard_resource(const std::string& name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
}

}  // namespace

void check_resources(const Json& container, const std::string& path, Causes& causes) {
  const Json& limits = object_at(container, "/resources/limits");
  for (const char* list : {"limits", "requests"}) {
    for (const auto& [name, value] : object_at(container, fmt::format("/resources/{}", list)).items()) {
      const std::string at = fmt::format("{}.resources.{}[{}]", path, list, name);
      const bool qualified = name.find('/') != std::string::npos && is_qualified_name(name);
      if (!is_standard_resource(name) && !qualified) {
        causes.invalid(at, name, "must be a standard resource type or fully qualified");
        causes.invalid(at, name, "must be a standard resource for containers");
      }
      const double amount = parse_quantity(value.get<std::string>()).value_or(0);
      if (amount < 0) causes.invalid(at, value.get<std::string>(), "must be greater than or equal to 0");
      if (list != std::string_view("requests") || !limits.contains(name)) continue;
      if (amount > parse_quantity(limits[name].get<std::string>()).value_or(0)) {
        causes.invalid(fmt::format("{}.resources.requests", path), value.get<std::string>(),
                       fmt::format("must be less than or equal to {} limit", name));
      }
    }
  }
}

namespace {

void check_user(const Json& context, const char* field, const std::string& path, Causes& causes) {
  const std::int64_t id = int_at(context, std::string("/") + field);
  constexpr std::int64_t kLargest = 2147483647;
  if (id < 0 || id > kLargest) {
    causes.invalid(fmt::format("{}.{}", path, field), std::to_string(id),
                   "must be between 0 and 2147483647, inclusive");
  }
}

void check_toleration(const Json& toleration, const std::string& path, Causes& causes) {
  const std::string operation = string_at(toleration, "/operator");
  const std::string key = string_at(toleration, "/key");
  if (!key.empty() && !is_qualified_name(key)) causes.invalid(path + ".key", key, "must be a qualified name");
  if (key.empty() && operation != "Exists") {
    causes.invalid(path + ".operator", operation, "operator must be Exists when `key` is empty");
  }
  if (!operation.empty()) check_one_of(operation, {"Equal", "Exists"}, path + ".operator", causes);
}

}  // namespace

void validate_container_runtime(const Json& container, const std::string& path, Causes& causes) {
  const bool first = path.find(".initContainers[") != std::string::npos;
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if (!first) {
      check_probe(container, probe, path, causes);
    } else if (find(container, std::string("/") + probe) != nullptr) {
      causes.invalid(fmt::format("{}.{}", path, probe), "", "must not be set for init containers");
    }
  }
  for (const char* moment : {"postStart", "preStop"}) {
    if (const Json* handler = find(container, fmt::format("/lifecycle/{}", moment))) {
      check_handler(*handler, fmt::format("{}.lifecycle.{}", path, moment), causes);
    }
  }
  const std::string policy = string_at(container, "/terminationMessagePolicy");
  if (policy != "File" && policy != "FallbackToLogsOnError") {
    causes.invalid(path + ".terminationMessagePolicy", policy, "must be 'File' or 'FallbackToLogsOnError'");
  }
  check_resources(container, path, causes);
  const Json* security = find(container, "/securityContext");
  if (security == nullptr) return;
  const std::string at = path + ".securityContext";
  for (const char* field : {"runAsUser", "runAsGroup"}) check_user(*security, field, at, causes);
  if (bool_at(*security, "/privileged") && !bool_at(*security, "/allowPrivilegeEscalation", true)) {
    causes.invalid(at, "", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  }
}

void validate_pod_runtime(const Json& spec, const std::string& path, Causes& causes) {
  check_one_of(string_at(spec, "/restartPolicy"), {"Always", "OnFailure", "Never"}, path + ".restartPolicy", causes);
  check_one_of(string_at(spec, "/dnsPolicy"), {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"},
               path + ".dnsPolicy", causes);
  if (const std::string account = string_at(spec, "/serviceAccountName"); !account.empty()) {
    check_subdomain(account, path + ".serviceAccountName", causes);
  }
  check_label_map(object_at(spec, "/nodeSelector"), path + ".nodeSelector", causes);
  const Json& tolerations = array_at(spec, "/tolerations");
  for (std::size_t i = 0; i < tolerations.size(); ++i) {
    check_toleration(tolerations[i], fmt::format("{}.tolerations[{}]", path, i), causes);
  }
  if (find(spec, "/activeDeadlineSeconds") != nullptr && int_at(spec, "/activeDeadlineSeconds") < 1) {
    causes.invalid(path + ".activeDeadlineSeconds", std::to_string(int_at(spec, "/activeDeadlineSeconds")),
                   "must be between 1 and 2147483647, inclusive");
  }
  for (const Json& alias : array_at(spec, "/hostAliases")) {
    const std::string address = string_at(alias, "/ip");
    if (!is_ip_address(address)) causes.invalid(path + ".hostAliases.ip", address, "must be valid IP address");
  }
  for (const char* field : {"hostname", "subdomain"}) {
    const std::string text = string_at(spec, std::string("/") + field);
    if (!text.empty() && !is_dns_label(text)) {
      causes.invalid(fmt::format("{}.{}", path, field), text, "a lowercase RFC 1123 label is expected");
    }
  }
  for (const char* field : {"runAsUser", "runAsGroup", "fsGroup"}) {
    check_user(object_at(spec, "/securityContext"), field, path + ".securityContext", causes);
  }
}

}  // namespace upshift::emulator
