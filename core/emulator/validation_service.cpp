#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

constexpr std::int64_t kFirstNodePort = 30000;
constexpr std::int64_t kLastNodePort = 32767;

bool is_reachable_from_outside(const std::string& type) {
  return type == "NodePort" || type == "LoadBalancer";
}

void check_port(const Json& port, const std::string& path, const std::string& type, Causes& causes) {
  check_port_number(int_at(port, "/port"), path + ".port", causes);
  check_one_of(string_at(port, "/protocol"), {"SCTP", "TCP", "UDP"}, path + ".protocol", causes);
  if (const Json* target = find(port, "/targetPort")) check_target_port(*target, path + ".targetPort", causes);
  const std::int64_t node_port = int_at(port, "/nodePort");
  if (node_port == 0) return;
  if (!is_reachable_from_outside(type)) {
    causes.forbidden(path + ".nodePort", fmt::format("may not be used when `type` is '{}'", type));
  } else if (node_port < kFirstNodePort || node_port > kLastNodePort) {
    causes.invalid(path + ".nodePort", std::to_string(node_port),
                   "provided port is not in the valid range. The range of valid ports is 30000-32767");
  }
}

void check_ports(const Json& ports, const std::string& type, Causes& causes) {
  std::set<std::string> names;
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string path = fmt::format("spec.ports[{}]", i);
    const std::string name = string_at(ports[i], "/name");
    if (name.empty() && ports.size() > 1) causes.required(path + ".name");
    if (!name.empty() && !is_dns_label(name))
      causes.invalid(path + ".name", name, "a lowercase RFC 1123 label is expected");
    if (!name.empty() && !names.insert(name).second) causes.duplicate(path + ".name", name);
    check_port(ports[i], path, type, causes);
    const std::string number = fmt::format("{}/{}", int_at(ports[i], "/port"), string_at(ports[i], "/protocol"));
    if (!numbers.insert(number).second) causes.duplicate(path, number);
  }
}

void check_addresses(const Json& spec, const std::string& type, bool create, Causes& causes) {
  const Json& given = array_at(spec, "/clusterIPs");
  if (type == "ExternalName") {
    if (!given.empty() || !string_at(spec, "/clusterIP").empty()) {
      causes.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
    }
  } else if (const std::string address = string_at(spec, "/clusterIP"); address != "None" && !address.empty()) {
    if (!is_ip_address(address)) {
      causes.invalid("spec.clusterIPs[0]", address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    } else if (create && !address.starts_with("172.30.")) {
      causes.invalid("spec.clusterIPs", address, "provided IP is not in the valid range");
    }
  }
  const Json& outside = array_at(spec, "/externalIPs");
  for (std::size_t i = 0; i < outside.size(); ++i) {
    const std::string address = outside[i].is_string() ? outside[i].get<std::string>() : std::string{};
    const bool usable = is_ip_address(address) && !address.starts_with("127.") && !address.starts_with("169.254.") &&
                        address != "0.0.0.0" && address != "::" && address != "::1";
    if (!usable) causes.invalid(fmt::format("spec.externalIPs[{}]", i), address, "must be a usable IP address");
  }
}

}  // namespace

void validate_service(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const Json& ports = array_at(spec, "/ports");
  const std::string type = string_at(spec, "/type");
  check_one_of(type, {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"}, "spec.type", causes);
  check_one_of(string_at(spec, "/sessionAffinity"), {"ClientIP", "None"}, "spec.sessionAffinity", causes);
  check_label_map(object_at(spec, "/selector"), "spec.selector", causes);
  if (type == "ExternalName") {
    const std::string name = string_at(spec, "/externalName");
    if (name.empty()) {
      causes.required("spec.externalName");
    } else {
      check_subdomain(name, "spec.externalName", causes);
    }
  }
  const bool headless = string_at(spec, "/clusterIP") == "None";
  if (ports.empty() && type != "ExternalName" && !headless) causes.required("spec.ports");
  check_ports(ports, type, causes);
  check_addresses(spec, type, old == nullptr, causes);
  if (!string_at(spec, "/externalTrafficPolicy").empty() && !is_reachable_from_outside(type)) {
    causes.invalid("spec.externalTrafficPolicy", string_at(spec, "/externalTrafficPolicy"),
                   "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service");
  }
  if (!array_at(spec, "/loadBalancerSourceRanges").empty() && type != "LoadBalancer") {
    causes.forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'");
  }
  if (old == nullptr || type == "ExternalName" || string_at(*old, "/spec/type") == "ExternalName") return;
  const std::string before = string_at(*old, "/spec/clusterIP");
  const std::string after = string_at(spec, "/clusterIP");
  if (before != after) causes.invalid("spec.clusterIPs[0]", after, "may not change once set");
}

void validate_endpoints(const Json& object, const Json* /*old*/, Causes& causes) {
  const Json& subsets = array_at(object, "/subsets");
  for (std::size_t i = 0; i < subsets.size(); ++i) {
    const std::string path = fmt::format("subsets[{}]", i);
    if (array_at(subsets[i], "/addresses").empty() && array_at(subsets[i], "/notReadyAddresses").empty()) {
      causes.required(path, "must specify `addresses` or `notReadyAddresses`");
    }
    for (const char* list : {"addresses", "notReadyAddresses"}) {
      const Json& addresses = array_at(subsets[i], std::string("/") + list);
      for (std::size_t j = 0; j < addresses.size(); ++j) {
        const std::string field = fmt::format("{}.{}[{}].ip", path, list, j);
        const std::string address = string_at(addresses[j], "/ip");
        if (!is_ip_address(address)) {
          // Neither an address nor one that could be reached: told as two faults.
          for (int twice = 0; twice < 2; ++twice) causes.invalid(field, address, "must be a valid IP address");
        } else if (address.starts_with("127.")) {
          causes.invalid(field, address, "may not be in the loopback range (127.0.0.0/8)");
        }
      }
    }
    const Json& ports = array_at(subsets[i], "/ports");
    for (std::size_t j = 0; j < ports.size(); ++j) {
      const std::string field = fmt::format("{}.ports[{}]", path, j);
      if (ports.size() > 1 && string_at(ports[j], "/name").empty()) causes.required(field + ".name");
      check_port_number(int_at(ports[j], "/port"), field + ".port", causes);
      check_one_of(string_at(ports[j], "/protocol", "TCP"), {"SCTP", "TCP", "UDP"}, field + ".protocol", causes);
    }
  }
}

void validate_event(const Json& object, const Json* old, Causes& causes) {
  const std::string about = string_at(object, "/involvedObject/namespace");
  if (old == nullptr && about != string_at(object, "/metadata/namespace")) {
    causes.invalid("involvedObject.namespace", about, "does not match event.namespace");
  }
}

}  // namespace upshift::emulator
