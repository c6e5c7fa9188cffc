#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "cluster/resource.hpp"
#include "emulator/server/discovery.hpp"

namespace upshift::emulator::server {
namespace {

using cluster::ResourceType;

// Verbs as letters: c create, d delete, D deletecollection, g get, l list, p patch, u update, w watch.
std::vector<std::string> verbs_of(std::string_view letters) {
  static constexpr std::array<std::pair<char, const char*>, 8> kVerbs = {{{'c', "create"},
                                                                          {'d', "delete"},
                                                                          {'D', "deletecollection"},
                                                                          {'g', "get"},
                                                                          {'l', "list"},
                                                                          {'p', "patch"},
                                                                          {'u', "update"},
                                                                          {'w', "watch"}}};
  std::vector<std::string> verbs;
  for (const auto& [letter, verb] : kVerbs) {
    if (letters.find(letter) != std::string_view::npos) verbs.emplace_back(verb);
  }
  return verbs;
}

constexpr std::string_view kAllVerbs = "cdDglpuw";

struct Peculiarity {
  const char* resource;
  const char* verbs;        // "" for all
  const char* short_names;  // separated by commas
  bool in_all;              // shown by `get all`
};

// What the table of types does not say.
constexpr Peculiarity kPeculiarities[] = {
    {"namespaces", "cdglpuw", "ns", false},
    {"projects", "cdglpuw", "", false},
    {"imagestreamtags", "cdglpu", "istag", false},
    {"imagestreamimports", "c", "", false},
    {"processedtemplates", "c", "", false},
    {"selfsubjectaccessreviews", "c", "", false},
    {"limitranges", "", "limits", false},
    {"resourcequotas", "", "quota", false},
    {"serviceaccounts", "", "sa", false},
    {"configmaps", "", "cm", false},
    {"persistentvolumeclaims", "", "pvc", false},
    {"imagestreams", "", "is", true},
    {"buildconfigs", "", "bc", true},
    {"builds", "", "", true},
    {"services", "", "svc", true},
    {"endpoints", "", "ep", false},
    {"routes", "", "", true},
    {"poddisruptionbudgets", "", "pdb", false},
    {"deploymentconfigs", "", "dc", true},
    {"deployments", "", "deploy", true},
    {"statefulsets", "", "sts", true},
    {"replicasets", "", "rs", true},
    {"replicationcontrollers", "", "rc", true},
    {"cronjobs", "", "cj", true},
    {"jobs", "", "", true},
    {"horizontalpodautoscalers", "", "hpa", true},
    {"pods", "", "po", true},
    {"events", "", "ev", false},
};

struct Further {
  const char* group;
  const char* version;
  const char* name;
  const char* kind;
  const char* verbs;
  bool namespaced = true;
  const char* kind_group = "";
  const char* kind_version = "";
  const char* short_names = "";
};

// Subresources, and resources that only answer.
constexpr Further kFurther[] = {
    {"", "v1", "namespaces/finalize", "Namespace", "u", false},
    {"", "v1", "namespaces/status", "Namespace", "gpu", false},
    {"", "v1", "persistentvolumeclaims/status", "PersistentVolumeClaim", "gpu"},
    {"", "v1", "pods/exec", "PodExecOptions", "cg"},
    {"", "v1", "pods/log", "Pod", "g"},
    {"", "v1", "pods/status", "Pod", "gpu"},
    {"", "v1", "replicationcontrollers/scale", "Scale", "gpu", true, "autoscaling", "v1"},
    {"", "v1", "replicationcontrollers/status", "ReplicationController", "gpu"},
    {"", "v1", "resourcequotas/status", "ResourceQuota", "gpu"},
    {"", "v1", "services/status", "Service", "gpu"},
    {"apps", "v1", "deployments/scale", "Scale", "gpu", true, "autoscaling", "v1"},
    {"apps", "v1", "deployments/status", "Deployment", "gpu"},
    {"apps", "v1", "replicasets/scale", "Scale", "gpu", true, "autoscaling", "v1"},
    {"apps", "v1", "statefulsets/scale", "Scale", "gpu", true, "autoscaling", "v1"},
    {"apps.openshift.io", "v1", "deploymentconfigs/instantiate", "DeploymentRequest", "c"},
    {"apps.openshift.io", "v1", "deploymentconfigs/log", "DeploymentLog", "g"},
    {"apps.openshift.io", "v1", "deploymentconfigs/rollback", "DeploymentConfigRollback", "c"},
    {"apps.openshift.io", "v1", "deploymentconfigs/scale", "Scale", "gpu", true, "extensions", "v1beta1"},
    {"apps.openshift.io", "v1", "deploymentconfigs/status", "DeploymentConfig", "gpu"},
    {"batch", "v1", "cronjobs", "CronJob", kAllVerbs.data(), true, "", "", "cj"},
    {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", kAllVerbs.data(), true, "", "", "pdb"},
    {"apps", "v1", "replicasets/status", "ReplicaSet", "gpu"},
    {"apps", "v1", "statefulsets/status", "StatefulSet", "gpu"},
    {"authorization.openshift.io", "v1", "clusterrolebindings", "ClusterRoleBinding", "cdglpu", false},
    {"authorization.openshift.io", "v1", "clusterroles", "ClusterRole", "cdglpu", false},
    {"authorization.openshift.io", "v1", "rolebindings", "RoleBinding", "cdglpu"},
    {"authorization.openshift.io", "v1", "roles", "Role", "cdglpu"},
    {"authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", "c", false},
    {"authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", "c"},
    {"authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", "c", false},
    {"image.openshift.io", "v1", "imagestreamimages", "ImageStreamImage", "g", true, "", "", "isimage"},
    {"image.openshift.io", "v1", "imagestreammappings", "ImageStreamMapping", "c"},
    {"image.openshift.io", "v1", "imagestreams/secrets", "SecretList", "g"},
    {"image.openshift.io", "v1", "imagestreams/status", "ImageStream", "gpu"},
    {"image.openshift.io", "v1", "imagetags", "ImageTag", "cdglpu", true, "", "", "itag"},
    {"project.openshift.io", "v1", "projectrequests", "ProjectRequest", "cl", false},
    {"route.openshift.io", "v1", "routes/status", "Route", "gpu"},
    {"user.openshift.io", "v1", "users", "User", "g", false},
};

ServedVersion& version_in(std::vector<ServedVersion>& versions, std::string_view group, std::string_view version) {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [&](const auto& it) { return it.group == group && it.version == version; });
  if (found != versions.end()) return *found;
  versions.push_back({std::string(group), std::string(version), {}});
  return versions.back();
}

ServedResource served(const ResourceType& type) {
  ServedResource out{type.resource, type.kind, type.namespaced, verbs_of(kAllVerbs), {}, {}, "", ""};
  if (type.resource == "processedtemplates") out.kind = "Template";
  for (const Peculiarity& it : kPeculiarities) {
    if (type.resource != it.resource) continue;
    if (*it.verbs != '\0') out.verbs = verbs_of(it.verbs);
    if (*it.short_names != '\0') out.short_names = split(it.short_names, ',');
    if (it.in_all) out.categories = {"all"};
  }
  return out;
}

std::vector<ServedVersion> make_versions() {
  std::vector<ServedVersion> versions = {{"", "v1", {}}};
  for (const ResourceType& type : cluster::known_types()) {
    version_in(versions, type.group, type.version).resources.push_back(served(type));
  }
  for (const Further& it : kFurther) {
    version_in(versions, it.group, it.version)
        .resources.push_back({it.name,
                              it.kind,
                              it.namespaced,
                              verbs_of(it.verbs),
                              *it.short_names == '\0' ? std::vector<std::string>{} : split(it.short_names, ','),
                              {},
                              it.kind_group,
                              it.kind_version});
  }
  for (ServedVersion& version : versions) {
    std::sort(version.resources.begin(), version.resources.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  return versions;
}

}  // namespace

const std::vector<ServedVersion>& served_versions() {
  static const std::vector<ServedVersion> versions = make_versions();
  return versions;
}

}  // namespace upshift::emulator::server
