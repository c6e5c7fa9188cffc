#include "support/project.hpp"

#include "base/text.hpp"

namespace upshift::testing {
namespace {

bool is_made_by_controllers(const Json& object) {
  static const std::set<std::string> kinds = {
      "Pod", "ReplicationController", "Event", "Endpoints", "ImageStreamTag", "Namespace", "Project"};
  const std::string type = string_at(object, "/type");
  return kinds.contains(string_at(object, "/kind")) || type == "kubernetes.io/service-account-token" ||
         type == "kubernetes.io/dockercfg" ||
         // The lock and the mirror of the journal.
         string_at(object, "/metadata/labels/app.kubernetes.io~1managed-by") == "upshift";
}

// A list of things with a name of their own becomes an object by that name.
Json keyed(const Json& value) {
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [key, member] : value.items()) {
      if (!member.is_null()) out[key] = keyed(member);
    }
    return out;
  }
  if (!value.is_array()) return value;
  Json out = Json::object();
  for (const auto& item : value) {
    const std::string name =
        string_at(item, "/name", string_at(item, "/imageChangeParams/from/name", string_at(item, "/type")));
    if (name.empty() || out.contains("[" + name + "]")) return value;
    out["[" + name + "]"] = keyed(item);
  }
  return out;
}

// The token and registry secrets that a controller makes for each account carry a random suffix.
void drop_generated_secrets(Json& account) {
  for (const char* list : {"secrets", "imagePullSecrets"}) {
    if (!account.contains(list)) continue;
    Json kept = Json::array();
    for (const auto& secret : account[list]) {
      const std::string name = string_at(secret, "/name");
      if (name.find("-token-") == std::string::npos && name.find("-dockercfg-") == std::string::npos)
        kept.push_back(secret);
    }
    account[list] = kept;
  }
}

Json comparable(Json object) {
  object.erase("status");
  Json& metadata = object["metadata"];
  for (const char* owned :
       {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "namespace"}) {
    metadata.erase(owned);
  }
  if (metadata.contains("ownerReferences")) {
    for (Json& owner : metadata["ownerReferences"]) owner.erase("uid");
  }
  const std::string kind = string_at(object, "/kind");
  if (kind == "ImageStream") {
    if (metadata.contains("annotations")) metadata["annotations"].erase("openshift.io/image.dockerRepositoryCheck");
    for (auto& tag : object["spec"]["tags"]) tag.erase("generation");
  } else if (kind == "Service") {
    object["spec"].erase("clusterIP");
    object["spec"].erase("clusterIPs");
  } else if (kind == "PersistentVolumeClaim") {
    object["spec"].erase("volumeName");
  } else if (kind == "ServiceAccount") {
    drop_generated_secrets(object);
  } else if (kind == "DeploymentConfig") {
    for (auto& trigger : object["spec"]["triggers"]) {
      if (trigger.contains("imageChangeParams")) trigger["imageChangeParams"]["from"].erase("namespace");
    }
  }
  return keyed(object);
}

void compare(const std::string& object, const std::string& pointer, const Json* left, const Json* right,
             std::vector<Difference>& out) {
  if (left != nullptr && right != nullptr && left->is_object() && right->is_object()) {
    std::set<std::string> keys;
    for (const auto& [key, unused] : left->items()) keys.insert(key);
    for (const auto& [key, unused] : right->items()) keys.insert(key);
    for (const auto& key : keys) {
      const auto at = [&](const Json& side) { return side.contains(key) ? &side.at(key) : nullptr; };
      compare(object, pointer + (key.starts_with('[') ? key : "/" + key), at(*left), at(*right), out);
    }
    return;
  }
  if (left != nullptr && right != nullptr && *left == *right) return;
  const auto shown = [](const Json* side) {
    return side == nullptr ? std::string("nothing") : to_text(*side).substr(0, 160);
  };
  out.push_back({object, pointer, shown(left) + " against " + shown(right)});
}

}  // namespace

std::map<std::string, Json> comparable_objects(const Json& list) {
  std::map<std::string, Json> out;
  for (const auto& item : array_at(list, "/items")) {
    if (is_made_by_controllers(item)) continue;
    out[string_at(item, "/kind") + "/" + string_at(item, "/metadata/name")] = comparable(item);
  }
  return out;
}

std::vector<Difference> differences(const Json& left, const Json& right, const std::vector<Allowed>& allowed,
                                    std::set<std::size_t>* used) {
  const auto lefts = comparable_objects(left);
  const auto rights = comparable_objects(right);
  std::vector<Difference> all;
  for (const auto& [name, object] : lefts) {
    const auto other = rights.find(name);
    if (other == rights.end()) {
      all.push_back({name, "", "only on the left"});
    } else {
      compare(name, "", &object, &other->second, all);
    }
  }
  for (const auto& [name, object] : rights) {
    if (!lefts.contains(name)) all.push_back({name, "", "only on the right"});
  }
  std::vector<Difference> out;
  for (auto& difference : all) {
    bool is_allowed = false;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      if (!matches_glob(allowed[i].object, difference.object) || !matches_glob(allowed[i].pointer, difference.pointer))
        continue;
      is_allowed = true;
      if (used != nullptr) used->insert(i);
    }
    if (!is_allowed) out.push_back(std::move(difference));
  }
  return out;
}

}  // namespace upshift::testing
