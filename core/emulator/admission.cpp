#include "emulator/admission.hpp"

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
  if (!string_at(route, "/spec/host").empty()) return;
  route["spec"]["host"] = fmt::format("{}-{}.{}", ref.name, ref.name_space, kRouteDomain);
  route["metadata"]["annotations"]["openshift.io/host.generated"] = "true";
}

}  // namespace

void prepare_for_create(Store& store, const ObjectRef& ref, Json& object) {
  const std::string& kind = ref.type.kind;
  if (kind == "Service") {
    give_address(store, object);
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
  } else if (kind == "ImageStream") {
    object["status"]["dockerImageRepository"] = fmt::format("{}/{}/{}", kImageRegistry, ref.name_space, ref.name);
    settle_image_stream(store, nullptr, object);
  }
}

void prepare_for_update(Store& store, const ObjectRef& ref, const Json& old, Json& object) {
  const std::string& kind = ref.type.kind;
  if (kind == "Service" && string_at(object, "/spec/type") != "ExternalName") {
    // What the server has allocated stays where the client leaves it out.
    const Json* address = find(old, "/spec/clusterIP");
    if (address != nullptr && string_at(object, "/spec/clusterIP").empty()) object["spec"]["clusterIP"] = *address;
    give_address(store, object);
  } else if (kind == "Route") {
    if (string_at(object, "/spec/host").empty()) object["spec"]["host"] = string_at(old, "/spec/host");
  } else if (kind == "ImageStream") {
    settle_image_stream(store, old, object);
  }
}

}  // namespace upshift::emulator
