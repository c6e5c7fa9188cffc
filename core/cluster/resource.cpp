#include "cluster/resource.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace upshift::cluster {
namespace {

constexpr bool kClusterScoped = false;

std::vector<ResourceType> make_types() {
  const std::string rbac = "rbac.authorization.k8s.io";
  const std::string image = "image.openshift.io";
  const std::string templates = "template.openshift.io";
  return {
      // What other objects live in or run as.
      {"", "v1", "namespaces", "Namespace", kClusterScoped},
      {"project.openshift.io", "v1", "projects", "Project", kClusterScoped},
      {"", "v1", "limitranges", "LimitRange"},
      {"", "v1", "resourcequotas", "ResourceQuota"},
      {"", "v1", "secrets", "Secret"},
      {"", "v1", "serviceaccounts", "ServiceAccount"},
      {rbac, "v1", "clusterroles", "ClusterRole", kClusterScoped},
      {rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", kClusterScoped},
      {rbac, "v1", "roles", "Role"},
      {rbac, "v1", "rolebindings", "RoleBinding"},
      {"authorization.openshift.io", "v1", "rolebindingrestrictions", "RoleBindingRestriction"},
      // What workloads read.
      {"", "v1", "configmaps", "ConfigMap"},
      {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"},
      {image, "v1", "images", "Image", kClusterScoped},
      {image, "v1", "imagestreams", "ImageStream"},
      {image, "v1", "imagestreamtags", "ImageStreamTag"},
      {image, "v1", "imagestreamimports", "ImageStreamImport"},
      {templates, "v1", "templates", "Template"},
      {templates, "v1", "processedtemplates", "ProcessedTemplate"},
      {"build.openshift.io", "v1", "buildconfigs", "BuildConfig"},
      {"build.openshift.io", "v1", "builds", "Build"},
      // How they are reached.
      {"", "v1", "services", "Service"},
      {"", "v1", "endpoints", "Endpoints"},
      {"route.openshift.io", "v1", "routes", "Route"},
      // Workloads.
      {"", "v1", "podtemplates", "PodTemplate"},
      {"policy", "v1beta1", "poddisruptionbudgets", "PodDisruptionBudget"},
      {"apps.openshift.io", "v1", "deploymentconfigs", "DeploymentConfig"},
      {"apps", "v1", "deployments", "Deployment"},
      {"apps", "v1", "statefulsets", "StatefulSet"},
      {"apps", "v1", "replicasets", "ReplicaSet"},
      {"", "v1", "replicationcontrollers", "ReplicationController"},
      {"batch", "v1beta1", "cronjobs", "CronJob"},
      {"batch", "v1", "jobs", "Job"},
      {"autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler"},
      {"", "v1", "pods", "Pod"},
      {"", "v1", "events", "Event"},
      {"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", kClusterScoped},
  };
}

// Other spellings of an apiVersion under which older manifests carry a kind: the legacy `v1` of OpenShift's own kinds,
// and the group versions that came before or after the one served.
bool is_alias(const ResourceType& type, std::string_view api_version) {
  const bool openshift = type.group.ends_with(".openshift.io");
  if (api_version == "v1") return openshift || type.group == "rbac.authorization.k8s.io";
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kAliases = {{
      {"authorization.openshift.io/v1", "rbac.authorization.k8s.io"},
      {"rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io"},
      {"extensions/v1beta1", "apps"},
      {"apps/v1beta1", "apps"},
      {"apps/v1beta2", "apps"},
      {"batch/v1", "batch"},
      {"policy/v1", "policy"},
  }};
  return std::any_of(kAliases.begin(), kAliases.end(),
                     [&](const auto& alias) { return alias.first == api_version && alias.second == type.group; });
}

std::string encode_segment(std::string_view segment) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : segment) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~:@").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace

std::string ResourceType::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

std::string ResourceType::qualified_name() const {
  return group.empty() ? resource : resource + "." + group;
}

const std::vector<ResourceType>& known_types() {
  static const std::vector<ResourceType> types = make_types();
  return types;
}

const ResourceType* find_type(std::string_view api_version, std::string_view kind) {
  const ResourceType* type = find_kind(kind);
  if (type == nullptr) return nullptr;
  return type->api_version() == api_version || is_alias(*type, api_version) ? type : nullptr;
}

const ResourceType* find_kind(std::string_view kind) {
  const auto& types = known_types();
  const auto found = std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.kind == kind; });
  return found == types.end() ? nullptr : &*found;
}

const ResourceType* find_resource(std::string_view group, std::string_view resource) {
  const auto& types = known_types();
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const auto& type) { return type.resource == resource && type.group == group; });
  return found == types.end() ? nullptr : &*found;
}

Result<ObjectRef> ref_of(const Json& object) {
  const std::string api_version = string_at(object, "/apiVersion");
  const std::string kind = string_at(object, "/kind");
  const std::string name = string_at(object, "/metadata/name");
  if (api_version.empty() || kind.empty()) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("an object{} has no apiVersion or kind", name.empty() ? "" : " named '" + name + "'"));
  }
  const ResourceType* type = find_type(api_version, kind);
  if (type == nullptr) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} {} is not a known type", api_version, kind),
                   "Only the types that OpenShift 3.11 serves for applications are handled.");
  }
  if (name.empty()) return failure(StatusCode::kInvalidArgument, fmt::format("a {} has no metadata.name", kind));
  return ObjectRef{*type, type->namespaced ? string_at(object, "/metadata/namespace") : std::string{}, name};
}

std::string collection_path(const ResourceType& type, std::string_view name_space) {
  std::string path = type.group.empty() ? "/api/" + type.version : "/apis/" + type.group + "/" + type.version;
  if (type.namespaced && !name_space.empty()) path += "/namespaces/" + encode_segment(name_space);
  return path + "/" + type.resource;
}

std::string object_path(const ObjectRef& ref) {
  return collection_path(ref.type, ref.name_space) + "/" + encode_segment(ref.name);
}

}  // namespace upshift::cluster
