#include "cli/comparable.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace upshift::cli {
namespace {

bool is_made_by_controllers(const Json& object) {
  static const std::set<std::string> kKinds = {"Pod",       "ReplicationController", "ReplicaSet", "Event",
                                               "Endpoints", "ImageStreamTag",        "Namespace",  "Project",
                                               "Build",     "EndpointSlice"};
  if (kKinds.contains(string_at(object, "/kind"))) return true;
  const std::string type = string_at(object, "/type");
  if (type == "kubernetes.io/service-account-token" || type == "kubernetes.io/dockercfg") return true;
  if (string_at(object, "/metadata/name") == "kube-root-ca.crt") return true;
  return !array_at(object, "/metadata/ownerReferences").empty();
}

// "containers: [{name: web}]" becomes "containers: {[web]: …}".
Json keyed(const Json& value) {
  Json out = Json::object();
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      if (!member.is_null()) out[key] = keyed(member);
    }
    return out;
  }
  if (!value.is_array()) return value;
  for (const auto& item : value) {
    const std::string trigger = string_at(item, "/imageChangeParams/from/name");
    const std::string name = string_at(item, "/name", trigger.empty() ? string_at(item, "/type") : trigger);
    if (name.empty() || out.contains("[" + name + "]")) return value;
    out["[" + name + "]"] = keyed(item);
  }
  return value.empty() ? value : out;
}

void erase_annotations(Json& metadata) {
  if (!metadata.is_object() || !metadata.contains("annotations")) return;
  Json kept = Json::object();
  for (const auto& [key, value] : metadata["annotations"].items()) {
    const bool owned = key.starts_with("kubectl.kubernetes.io/") || key.starts_with("pv.kubernetes.io/") ||
                       key.starts_with("volume.beta.kubernetes.io/storage-provisioner") ||
                       key == "openshift.io/generated-by" || key == "openshift.io/host.generated" ||
                       key == "openshift.io/image.dockerRepositoryCheck";
    if (!owned) kept[key] = value;
  }
  metadata["annotations"] = kept;
  if (kept.empty()) metadata.erase("annotations");
}

// What a trigger sets is the trigger's, not the user's.
void erase_triggered_images(Json& config) {
  std::set<std::string> containers;
  if (!config.contains("spec") || !config["spec"].is_object()) return;
  Json& spec = config["spec"];
  if (spec.contains("triggers") && spec["triggers"].is_array()) {
    for (auto& trigger : spec["triggers"]) {
      if (!trigger.is_object() || !trigger.contains("imageChangeParams")) continue;
      Json& parameters = trigger["imageChangeParams"];
      for (const auto& name : array_at(parameters, "/containerNames")) containers.insert(name.get<std::string>());
      if (!parameters.is_object()) continue;
      parameters.erase("lastTriggeredImage");
      if (parameters.contains("from") && parameters["from"].is_object()) parameters["from"].erase("namespace");
    }
  }
  for (const char* list : {"containers", "initContainers"}) {
    const auto pointer = Json::json_pointer(std::string("/template/spec/") + list);
    if (!spec.contains(pointer) || !spec[pointer].is_array()) continue;
    for (auto& container : spec[pointer]) {
      if (containers.contains(string_at(container, "/name"))) container.erase("image");
    }
  }
}

void erase_generated_secrets(Json& account) {
  for (const char* list : {"secrets", "imagePullSecrets"}) {
    if (!account.contains(list) || !account[list].is_array()) continue;
    Json kept = Json::array();
    for (const auto& secret : account[list]) {
      const std::string name = string_at(secret, "/name");
      const bool generated = name.find("-token-") != std::string::npos || name.find("-dockercfg-") != std::string::npos;
      if (!generated) kept.push_back(secret);
    }
    account[list] = kept;
    if (kept.empty()) account.erase(list);
  }
}

void erase_members(Json& object, const char* place, std::initializer_list<const char*> members) {
  const auto pointer = Json::json_pointer(place);
  if (!object.contains(pointer) || !object[pointer].is_object()) return;
  for (const char* member : members) object[pointer].erase(member);
}

Json comparable(Json object) {
  object.erase("status");
  erase_members(
      object, "/metadata",
      {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "namespace"});
  if (object.contains("metadata")) erase_annotations(object["metadata"]);
  const std::string kind = string_at(object, "/kind");
  if (kind == "ImageStream") {
    erase_members(object, "/spec", {"dockerImageRepository"});
    if (const auto tags = Json::json_pointer("/spec/tags"); object.contains(tags) && object[tags].is_array()) {
      for (auto& tag : object[tags]) {
        if (tag.is_object()) tag.erase("generation");
      }
    }
  } else if (kind == "Service") {
    erase_members(object, "/spec", {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"});
  } else if (kind == "PersistentVolumeClaim") {
    erase_members(object, "/spec", {"volumeName"});
  } else if (kind == "ServiceAccount") {
    erase_generated_secrets(object);
  } else if (kind == "DeploymentConfig") {
    erase_triggered_images(object);
    erase_members(object, "/spec/template/metadata", {"creationTimestamp"});
    if (const auto place = Json::json_pointer("/spec/template/metadata"); object.contains(place)) {
      erase_annotations(object[place]);
    }
  }
  return keyed(object);
}

void compare(const FieldPath& path, const Json* left, const Json* right, std::vector<FieldPath>& out) {
  if (left == nullptr && right == nullptr) return;
  const bool both = left != nullptr && right != nullptr;
  if (both && *left == *right) return;
  if (!both || !left->is_object() || !right->is_object()) {
    out.push_back(path);
    return;
  }
  std::set<std::string> keys;
  for (const auto* side : {left, right}) {
    for (const auto& [key, unused] : side->items()) keys.insert(key);
  }
  for (const auto& key : keys) {
    FieldPath deeper = path;
    deeper.push_back(key);
    const auto at = [&key](const Json& side) { return side.contains(key) ? &side.at(key) : nullptr; };
    compare(deeper, at(*left), at(*right), out);
  }
}

}  // namespace

ComparableProject comparable_project(const Json& list) {
  ComparableProject out;
  for (const auto& item : array_at(list, "/items")) {
    if (is_made_by_controllers(item)) continue;
    out[string_at(item, "/kind") + "/" + string_at(item, "/metadata/name")] = comparable(item);
  }
  return out;
}

std::string path_text(const FieldPath& path) {
  std::string text;
  for (const auto& part : path) {
    if (!text.empty() && !part.starts_with('[')) text += '.';
    text += part;
  }
  return text;
}

std::vector<FieldPath> differing_fields(const Json& left, const Json& right) {
  std::vector<FieldPath> out;
  compare({}, left.is_null() ? nullptr : &left, right.is_null() ? nullptr : &right, out);
  return out;
}

std::optional<Json> value_at(const Json& object, const FieldPath& path) {
  const Json* at = &object;
  for (const auto& part : path) {
    if (!at->is_object() || !at->contains(part)) return {};
    at = &at->at(part);
  }
  return at->is_null() ? std::optional<Json>() : *at;
}

}  // namespace upshift::cli
