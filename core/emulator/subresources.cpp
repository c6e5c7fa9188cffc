#include "emulator/subresources.hpp"

#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "emulator/api.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

bool can_be_scaled(const ResourceType& type) {
  return type.kind == "DeploymentConfig" || type.kind == "Deployment" || type.kind == "ReplicationController" ||
         type.kind == "ReplicaSet" || type.kind == "StatefulSet";
}

std::string selector_text(const Json& selector) {
  std::string text;
  for (const auto& [key, value] : selector.items()) {
    text += (text.empty() ? "" : ",") + key + "=" + (value.is_string() ? value.get<std::string>() : to_text(value));
  }
  return text;
}

Json scale_of(const ObjectRef& ref, const Json& object) {
  Json scale = {{"kind", "Scale"}, {"metadata", {{"name", ref.name}, {"namespace", ref.name_space}}}};
  for (const char* field : {"uid", "resourceVersion", "creationTimestamp"}) {
    scale["metadata"][field] = string_at(object, std::string("/metadata/") + field);
  }
  scale["spec"] = {{"replicas", int_at(object, "/spec/replicas")}};
  scale["status"] = {{"replicas", int_at(object, "/status/replicas")}};
  if (ref.type.kind == "DeploymentConfig") {
    // Its pods carry one label more than the selector asks for.
    Json selector = object_at(object, "/spec/selector");
    selector["deploymentconfig"] = ref.name;
    scale["apiVersion"] = "extensions/v1beta1";
    scale["status"]["targetSelector"] = selector_text(selector);
    scale["status"]["selector"] = std::move(selector);
  } else {
    const Json* labels = find(object, "/spec/selector/matchLabels");
    scale["apiVersion"] = "autoscaling/v1";
    scale["status"]["selector"] = selector_text(labels != nullptr ? *labels : object_at(object, "/spec/selector"));
  }
  return scale;
}

// Puts the images that the tags stand for now into the containers that ImageChange triggers name.
bool take_newest_images(const Store& store, const ObjectRef& ref, Json& config) {
  bool changed = false;
  for (Json& trigger : config["spec"]["triggers"]) {
    if (string_at(trigger, "/type") != "ImageChange") continue;
    Json& parameters = trigger["imageChangeParams"];
    const std::string image = resolve_tag(store, string_at(parameters, "/from/namespace", ref.name_space),
                                          string_at(parameters, "/from/name"));
    if (image.empty()) continue;
    parameters["lastTriggeredImage"] = image;
    for (const char* list : {"containers", "initContainers"}) {
      if (!config["spec"]["template"]["spec"].contains(list)) continue;
      for (Json& container : config["spec"]["template"]["spec"][list]) {
        const Json& names = array_at(parameters, "/containerNames");
        const bool named = std::find(names.begin(), names.end(), container["name"]) != names.end();
        if (!named || container["image"] == image) continue;
        container["image"] = image;
        changed = true;
      }
    }
  }
  return changed;
}

}  // namespace

Response get_scale(const Store& store, const ObjectRef& ref) {
  const Json* object = can_be_scaled(ref.type) ? store.get(ref) : nullptr;
  return object == nullptr ? not_found(ref.type, ref.name) : json_response(200, scale_of(ref, *object));
}

Response write_scale(Store& store, const ObjectRef& ref, const cluster::Request& request, const WriteOptions& options) {
  const Response current = get_scale(store, ref);
  if (!current.ok()) return current;
  Json wanted = request.body;
  if (request.method == "PATCH") {
    auto patched = cluster::apply_patch(request.content_type, "Scale", current.body, request.body);
    if (!patched) return bad_request(patched.error().summary);
    wanted = std::move(*patched);
  }
  const Json* replicas = find(wanted, "/spec/replicas");
  if (replicas != nullptr && !replicas->is_number_integer()) return bad_request("spec.replicas is not an integer");
  const std::int64_t count = replicas == nullptr ? 0 : replicas->get<std::int64_t>();
  if (count < 0) {
    Causes causes;
    causes.invalid("spec.replicas", std::to_string(count), "must be greater than or equal to 0");
    return invalid_object(ResourceType{"extensions", "v1beta1", {}, "Scale"}, ref.name, causes);
  }
  const Json patch = {{"spec", {{"replicas", count}}}};
  const Response written = patch_object(store, ref, cluster::kMergePatch, patch, options);
  if (!written.ok()) return written;
  if (ref.type.kind != "DeploymentConfig") return json_response(200, scale_of(ref, written.body));
  Json spec = Json::object();
  if (count != 0) spec["replicas"] = count;
  return json_response(
      200, {{"kind", "Scale"},
            {"apiVersion", "extensions/v1beta1"},
            {"metadata", {{"name", ref.name}, {"namespace", ref.name_space}, {"creationTimestamp", nullptr}}},
            {"spec", std::move(spec)},
            {"status", {{"replicas", 0}}}});
}

Response instantiate(Store& store, const ObjectRef& ref, const Json& body, bool dry_run) {
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  if (const std::string name = string_at(body, "/name"); name != ref.name) {
    return bad_request(
        fmt::format("the name of the request ({}) does not match the name on the URL ({})", name, ref.name));
  }
  if (bool_at(*found, "/spec/paused")) return bad_request("cannot deploy a paused deployment config");
  Json config = *found;
  const bool new_images = bool_at(body, "/latest") && take_newest_images(store, ref, config);
  if (!bool_at(body, "/force") && !new_images) {
    return json_response(204, nullptr);
  }
  Json& status = config["status"];
  status["latestVersion"] = int_at(status, "/latestVersion") + 1;
  status["details"] = {{"message", "manual change"}, {"causes", Json::array({{{"type", "Manual"}}})}};
  config["metadata"]["generation"] = int_at(config, "/metadata/generation") + 1;
  return json_response(201, dry_run ? config : store.update(ref, config));
}

}  // namespace upshift::emulator
