#include "emulator/admission.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

#include "emulator/defaults.hpp"

namespace upshift::emulator {
namespace {

constexpr std::string_view kRouteDomain = "apps.example.com";
constexpr std::string_view kClaimProtection = "kubernetes.io/pvc-protection";
constexpr std::string_view kImageRegistry = "image-registry.openshift-image-registry.svc:5000";

std::string free_address(Store& store, const std::string& service_name) {
  std::set<std::string> taken;
  for (const Json* service : store.list(*cluster::find_kind("Service"), {})) {
    taken.insert(string_at(*service, "/spec/clusterIP"));
  }
  while (true) {
    const std::string digits = store.new_uid("address of " + service_name).substr(0, 4);
    unsigned int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    const std::string address = fmt::format("172.30.{}.{}", number >> 8U, number & 255U);
    const bool usable = (number & 255U) != 0 && (number & 255U) != 255 && number > 255;
    if (usable && !taken.contains(address)) return address;
  }
}

void give_address(Store& store, Json& service) {
  Json& spec = service["spec"];
  if (string_at(spec, "/type") == "ExternalName") return;
  set_default(spec, "clusterIP", "");
  if (spec["clusterIP"] == "") spec["clusterIP"] = free_address(store, string_at(service, "/metadata/name"));
  spec["clusterIPs"] = Json::array({spec["clusterIP"]});
}

void give_host(const ObjectRef& ref, Json& route) {
  const bool by_router = !string_at(route, "/spec/subdomain").empty();
  if (by_router || !string_at(route, "/spec/host").empty()) return;
  if (string_at(route, "/spec/wildcardPolicy") == "Subdomain") return;
  route["spec"]["host"] = fmt::format("{}-{}.{}", ref.name, ref.name_space, kRouteDomain);
  route["metadata"]["annotations"]["openshift.io/host.generated"] = "true";
}

std::set<std::int64_t> node_ports(const Store& store) {
  std::set<std::int64_t> taken;
  for (const Json* service : store.list(*cluster::find_kind("Service"), {})) {
    for (const Json& port : array_at(*service, "/spec/ports")) taken.insert(int_at(port, "/nodePort"));
  }
  return taken;
}

// Ports on every node, where the service is to be reached from outside.
void give_node_ports(Store& store, Json& service) {
  const std::string type = string_at(service, "/spec/type");
  if ((type != "NodePort" && type != "LoadBalancer") || !service["spec"].contains("ports")) return;
  std::set<std::int64_t> taken = node_ports(store);
  constexpr std::int64_t kFirst = 30000;
  constexpr std::int64_t kCount = 2768;
  for (Json& port : service["spec"]["ports"]) {
    if (int_at(port, "/nodePort") != 0) continue;
    std::int64_t number = 0;
    do {
      const std::string digits = store.new_uid("port of " + string_at(service, "/metadata/name")).substr(0, 6);
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
      number = kFirst + number % kCount;
    } while (!taken.insert(number).second);
    port["nodePort"] = number;
  }
}

// A service that is no longer reached from outside, or by a name alone, gives back what it had been given.
void give_back(const Json& old, Json& service) {
  Json& spec = service["spec"];
  const auto outside = [](const Json& of) {
    const std::string type = string_at(of, "/spec/type");
    return type == "NodePort" || type == "LoadBalancer";
  };
  if (outside(old) && !outside(service)) {
    if (spec.contains("ports")) {
      for (std::size_t i = 0; i < spec["ports"].size(); ++i) {
        const std::string at = "/spec/ports/" + std::to_string(i) + "/nodePort";
        if (int_at(old, at) == int_at(service, at)) spec["ports"][i].erase("nodePort");
      }
    }
    if (spec.contains("externalTrafficPolicy")) spec.erase("externalTrafficPolicy");
    spec.erase("allocateLoadBalancerNodePorts");
  }
  if (string_at(spec, "/type") == "ExternalName" && string_at(old, "/spec/type") != "ExternalName") {
    for (const char* field : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"}) {
      spec.erase(field);
    }
  }
}

// The labels by which a job knows its pods, unless it says itself how.
void give_selector(Store& store, const ObjectRef& ref, Json& job) {
  Json& spec = job["spec"];
  if (!bool_at(spec, "/manualSelector")) {
    const std::string uid = store.new_uid(ref.display());
    job["metadata"]["uid"] = uid;
    Json& labels = spec["template"]["metadata"]["labels"];
    set_default(labels, "controller-uid", uid);
    set_default(labels, "job-name", ref.name);
    set_default(spec["selector"]["matchLabels"], "controller-uid", uid);
  }
  const Json labels = object_at(spec, "/template/metadata/labels");
  if (object_at(job, "/metadata/labels").empty() && !labels.empty()) job["metadata"]["labels"] = labels;
}

}  // namespace

std::optional<std::string> taken_node_port(const Store& store, const ObjectRef& ref, const Json& service) {
  if (ref.type.kind != "Service") return std::nullopt;
  const Json* own = store.get(ref);
  const std::set<std::int64_t> taken = node_ports(store);
  const Json& ports = array_at(service, "/spec/ports");
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::int64_t number = int_at(ports[i], "/nodePort");
    if (number == 0 || !taken.contains(number)) continue;
    const Json& before = own == nullptr ? array_at(service, "/none") : array_at(*own, "/spec/ports");
    const bool mine = std::any_of(before.begin(), before.end(),
                                  [&](const Json& port) { return int_at(port, "/nodePort") == number; });
    if (!mine) return fmt::format("spec.ports[{}].nodePort", i);
  }
  return std::nullopt;
}

void prepare_for_create(Store& store, const ObjectRef& ref, Json& object) {
  const std::string& kind = ref.type.kind;
  if (kind == "Service") {
    if (find(object, "/spec/clusterIP") != nullptr && string_at(object, "/spec/type") == "ExternalName") return;
    give_address(store, object);
    give_node_ports(store, object);
  } else if (kind == "Job") {
    give_selector(store, ref, object);
  } else if (kind == "Route") {
    give_host(ref, object);
  } else if (kind == "Namespace") {
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = ref.name;
    object["spec"]["finalizers"] = Json::array({"kubernetes"});
    object["status"]["phase"] = "Active";
  } else if (kind == "PersistentVolumeClaim") {
    object["metadata"]["finalizers"] = Json::array({kClaimProtection});
    object["status"]["phase"] = "Pending";
  } else if (kind == "Pod") {
    object["status"]["phase"] = "Pending";
  } else if (kind == "DeploymentConfig") {
    for (Json& trigger : object["spec"]["triggers"]) {
      if (trigger.contains("imageChangeParams")) trigger["imageChangeParams"].erase("lastTriggeredImage");
    }
  } else if (kind == "ImageStream") {
    object["status"]["dockerImageRepository"] = fmt::format("{}/{}/{}", kImageRegistry, ref.name_space, ref.name);
    settle_image_stream(store, nullptr, object);
  }
}

void prepare_for_update(Store& store, const ObjectRef& ref, const Json& old, std::int64_t wanted_version,
                        Json& object) {
  const std::string& kind = ref.type.kind;
  if (kind == "Service") {
    give_back(old, object);
    if (string_at(object, "/spec/type") == "ExternalName") return;
    // What the server has allocated stays where the client leaves it out.
    const Json* address = find(old, "/spec/clusterIP");
    if (address != nullptr && string_at(object, "/spec/clusterIP").empty()) object["spec"]["clusterIP"] = *address;
    give_address(store, object);
    give_node_ports(store, object);
  } else if (kind == "Namespace") {
    object["spec"] = object_at(old, "/spec");
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = ref.name;
  } else if (kind == "DeploymentConfig") {
    // How old clients ask for another rollout.
    const std::int64_t version = int_at(old, "/status/latestVersion");
    if (wanted_version == version + 1) object["status"]["latestVersion"] = wanted_version;
  } else if (kind == "Route") {
    if (string_at(object, "/spec/host").empty()) object["spec"]["host"] = string_at(old, "/spec/host");
  } else if (kind == "ImageStream") {
    settle_image_stream(store, old, object);
  }
}

}  // namespace upshift::emulator
