#include "emulator/pod_admission.hpp"

#include <fmt/format.h>

#include "emulator/pod_facts.hpp"
#include "emulator/quota.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

Json token_volume(const std::string& name) {
  const Json sources = Json::array(
      {{{"serviceAccountToken", {{"expirationSeconds", 3607}, {"path", "token"}}}},
       {{"configMap",
         {{"name", "kube-root-ca.crt"}, {"items", Json::array({{{"key", "ca.crt"}, {"path", "ca.crt"}}})}}}},
       {{"downwardAPI",
         {{"items", Json::array({{{"path", "namespace"},
                                  {"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", "metadata.namespace"}}}}})}}}},
       {{"configMap",
         {{"name", "openshift-service-ca.crt"},
          {"items", Json::array({{{"key", "service-ca.crt"}, {"path", "service-ca.crt"}}})}}}}});
  return {{"name", name}, {"projected", {{"defaultMode", 420}, {"sources", sources}}}};
}

void mount_token(Store& store, const std::string& pod, Json& spec) {
  const std::string volume = "kube-api-access-" + store.new_suffix(pod);
  for (const char* member : {"initContainers", "containers"}) {
    if (!spec.contains(member) || !spec[member].is_array()) continue;
    for (Json& container : spec[member]) {
      Json& mounts = container["volumeMounts"];
      if (!mounts.is_array()) mounts = Json::array();
      mounts.push_back({{"name", volume}, {"mountPath", kTokenPath}, {"readOnly", true}});
    }
  }
  if (!spec.contains("volumes") || !spec["volumes"].is_array()) spec["volumes"] = Json::array();
  spec["volumes"].push_back(token_volume(volume));
}

void set_default(Json& object, const char* member, Json value) {
  if (!object.contains(member) || object[member].is_null()) object[member] = std::move(value);
}

void add_tolerations(Json& pod) {
  Json& tolerations = pod["spec"]["tolerations"];
  if (!tolerations.is_array()) tolerations = Json::array();
  for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    tolerations.push_back({{"key", key}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 300}});
  }
  if (quality_of_service(pod) != "BestEffort") {
    tolerations.push_back(
        {{"key", "node.kubernetes.io/memory-pressure"}, {"operator", "Exists"}, {"effect", "NoSchedule"}});
  }
}

}  // namespace

Status admit_pod(Store& store, Json& pod) {
  const ObjectName name = name_of(pod);
  const auto forbidden = [&](const std::string& why) {
    return failure(StatusCode::kPermissionDenied, fmt::format("pods \"{}\" is forbidden: {}", name.name, why));
  };
  Json& spec = pod["spec"];
  set_default(spec, "serviceAccountName", "default");
  const std::string account_name = string_at(spec, "/serviceAccountName");
  const Json* account = store.get(ref_to("ServiceAccount", name.name_space, account_name));
  if (account == nullptr) {
    return forbidden(fmt::format("error looking up service account {}/{}: serviceaccount \"{}\" not found",
                                 name.name_space, account_name, account_name));
  }
  spec["serviceAccount"] = account_name;
  if (array_at(spec, "/imagePullSecrets").empty()) {
    if (const Json& secrets = array_at(*account, "/imagePullSecrets"); !secrets.empty()) {
      spec["imagePullSecrets"] = secrets;
    }
  }
  if (const auto refusal = quota_refusal(store, pod)) return forbidden(*refusal);
  if (bool_at(spec, "/automountServiceAccountToken", true) &&
      bool_at(*account, "/automountServiceAccountToken", true)) {
    mount_token(store, name.name, spec);
  }
  set_default(spec, "restartPolicy", "Always");
  set_default(spec, "terminationGracePeriodSeconds", 30);
  set_default(spec, "dnsPolicy", "ClusterFirst");
  set_default(spec, "schedulerName", "default-scheduler");
  set_default(spec, "securityContext", Json::object());
  set_default(spec, "enableServiceLinks", true);
  set_default(spec, "preemptionPolicy", "PreemptLowerPriority");
  set_default(spec, "priority", 0);
  add_tolerations(pod);
  pod["status"] = {{"phase", "Pending"}, {"qosClass", quality_of_service(pod)}};
  return {};
}

Result<ObjectName> create_pod(ControlPlane& plane, Json pod) {
  const ObjectName name = name_of(pod);
  const ObjectRef ref = ref_to("Pod", name);
  if (plane.store.get(ref) != nullptr) {
    return failure(StatusCode::kAlreadyExists, fmt::format("pods \"{}\" already exists", name.name));
  }
  UPSHIFT_TRY(admit_pod(plane.store, pod));
  plane.store.create(ref, std::move(pod));
  return name;
}

}  // namespace upshift::emulator
