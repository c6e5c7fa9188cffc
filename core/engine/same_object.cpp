#include "engine/same_object.hpp"

#include <nlohmann/json.hpp>

namespace upshift::engine {
namespace {

const Json* by_name(const Json& list, const std::string& name) {
  for (const auto& item : list) {
    if (item.is_object() && string_at(item, "/name") == name) return &item;
  }
  return nullptr;
}

bool is_empty(const Json& value) {
  return value.is_null() || value == false || value == 0 || value == "" || (value.is_structured() && value.empty());
}

bool list_contains(const Json& live, const Json& wanted) {
  if (live.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto name = wanted[i].is_object() ? string_at(wanted[i], "/name") : "";
    const Json* other = name.empty() ? &live[i] : by_name(live, name);
    if (other == nullptr || !contains(*other, wanted[i])) return false;
  }
  return true;
}

// Takes the member from `live`, or takes it out.
void adopt(Json& object, const Json& live, const char* member) {
  if (!object.is_object()) return;
  if (live.is_object() && live.contains(member)) {
    object[member] = live.at(member);
  } else {
    object.erase(member);
  }
}

void adopt_annotations(Json& object, const Json& live, std::string_view prefix) {
  const auto belongs = [prefix](const std::string& key) { return key.starts_with(prefix); };
  const Json from = object_at(live, "/metadata/annotations");
  const Json before = object_at(object, "/metadata/annotations");
  Json after = Json::object();
  for (const auto& [key, value] : before.items()) {
    if (!belongs(key)) after[key] = value;
  }
  for (const auto& [key, value] : from.items()) {
    if (belongs(key)) after[key] = value;
  }
  if (after == before) return;
  object["metadata"]["annotations"] = after;
  if (after.empty() && !object_at(live, "/metadata").contains("annotations")) object["metadata"].erase("annotations");
}

bool is_automatic(const Json& trigger) {
  return string_at(trigger, "/type") == "ImageChange" && bool_at(trigger, "/imageChangeParams/automatic");
}

// The trigger that sets the image of the container; nullptr where none does.
const Json* trigger_of(const Json& config, const std::string& container) {
  for (const Json& trigger : array_at(config, "/spec/triggers")) {
    for (const Json& name : array_at(trigger, "/imageChangeParams/containerNames")) {
      if (name == container && is_automatic(trigger)) return &trigger;
    }
  }
  return nullptr;
}

void adopt_images(Json& config, const Json& live, const char* list) {
  const auto pointer = std::string("/spec/template/spec/") + list;
  if (array_at(config, pointer).empty()) return;
  for (Json& container : config["spec"]["template"]["spec"][list]) {
    const auto name = string_at(container, "/name");
    const Json* const other = by_name(array_at(live, pointer), name);
    if (other != nullptr && trigger_of(config, name) != nullptr && trigger_of(live, name) != nullptr) {
      adopt(container, *other, "image");
    }
  }
}

void adopt_triggers(Json& config, const Json& live) {
  if (array_at(config, "/spec/triggers").empty()) return;
  for (Json& trigger : config["spec"]["triggers"]) {
    if (!is_automatic(trigger)) continue;
    for (const Json& name : array_at(trigger, "/imageChangeParams/containerNames")) {
      const Json* const other = name.is_string() ? trigger_of(live, name.get<std::string>()) : nullptr;
      if (other == nullptr) continue;
      adopt(trigger["imageChangeParams"], object_at(*other, "/imageChangeParams"), "lastTriggeredImage");
      break;
    }
  }
}

void adopt_tag_generations(Json& stream, const Json& live) {
  if (array_at(stream, "/spec/tags").empty()) return;
  for (Json& tag : stream["spec"]["tags"]) {
    if (const Json* const other = by_name(array_at(live, "/spec/tags"), string_at(tag, "/name"))) {
      adopt(tag, *other, "generation");
    }
  }
}

// The tokens that the server makes for an account are its own.
void drop_generated(Json& account, const char* list) {
  const auto name = string_at(account, "/metadata/name");
  if (!account.contains(list) || !account[list].is_array()) return;
  std::erase_if(account[list].get_ref<Json::array_t&>(), [&](const Json& item) {
    const auto secret = string_at(item, "/name");
    return secret.starts_with(name + "-token-") || secret.starts_with(name + "-dockercfg-");
  });
}

}  // namespace

Json as_new(Json object) {
  object = without_server_fields(std::move(object));
  if (!object.is_object()) return object;
  if (object.contains("metadata") && object["metadata"].is_object()) {
    object["metadata"].erase("deletionTimestamp");
    object["metadata"].erase("deletionGracePeriodSeconds");
  }
  const auto kind = string_at(object, "/kind");
  if (kind == "PersistentVolumeClaim") {
    if (object.contains("spec")) object["spec"].erase("volumeName");
    adopt_annotations(object, Json::object(), "pv.kubernetes.io/");
    if (object.contains("metadata")) object["metadata"].erase("finalizers");
  }
  if (kind == "ServiceAccount") {
    for (const char* list : {"secrets", "imagePullSecrets"}) drop_generated(object, list);
  }
  return object;
}

Json with_live_fields(Json recorded, const Json& live) {
  if (!recorded.is_object() || !live.is_object()) return recorded;
  adopt(recorded, live, "status");
  for (const char* member : {"resourceVersion", "generation", "managedFields", "uid", "creationTimestamp", "selfLink",
                             "namespace", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    adopt(recorded["metadata"], object_at(live, "/metadata"), member);
  }
  const auto kind = string_at(live, "/kind");
  if (kind == "DeploymentConfig") {
    adopt_images(recorded, live, "containers");
    adopt_images(recorded, live, "initContainers");
    adopt_triggers(recorded, live);
  } else if (kind == "ImageStream") {
    adopt_tag_generations(recorded, live);
    adopt_annotations(recorded, live, "openshift.io/image.");
  } else if (kind == "Deployment") {
    adopt_annotations(recorded, live, "deployment.kubernetes.io/");
  } else if (kind == "PersistentVolumeClaim") {
    adopt(recorded["spec"], object_at(live, "/spec"), "volumeName");
    adopt(recorded["metadata"], object_at(live, "/metadata"), "finalizers");
    adopt_annotations(recorded, live, "pv.kubernetes.io/");
    adopt_annotations(recorded, live, "volume.beta.kubernetes.io/");
    adopt_annotations(recorded, live, "volume.kubernetes.io/");
  } else if (kind == "ServiceAccount") {
    adopt_annotations(recorded, live, "openshift.io/internal-registry-pull-secret-ref");
  }
  return recorded;
}

Json without_server_fields(Json object) {
  if (!object.is_object()) return object;
  object.erase("status");
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    for (const char* name :
         {"resourceVersion", "generation", "managedFields", "uid", "creationTimestamp", "selfLink", "namespace"}) {
      metadata->erase(name);
    }
  }
  // The server counts up the generation of a tag whose origin changed.
  if (string_at(object, "/kind") == "ImageStream" && !array_at(object, "/spec/tags").empty()) {
    for (auto& tag : object["spec"]["tags"]) {
      if (tag.is_object()) tag.erase("generation");
    }
  }
  return object;
}

bool contains(const Json& live, const Json& wanted) {
  // Servers leave out what is empty.
  if (live.is_null() && is_empty(wanted)) return true;
  if (wanted.is_object()) {
    if (!live.is_object()) return false;
    for (const auto& [key, value] : wanted.items()) {
      const auto found = live.find(key);
      if (found == live.end() ? !is_empty(value) : !contains(*found, value)) return false;
    }
    return true;
  }
  if (wanted.is_array() && live.is_array()) return list_contains(live, wanted);
  return live == wanted;
}

}  // namespace upshift::engine
