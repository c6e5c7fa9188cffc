// The next version of a DeploymentConfig on demand: whether there is reason for one, and what it is caused by.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/api.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/status.hpp"
#include "emulator/subresources.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

bool is_image_trigger(const Json& trigger) {
  return string_at(trigger, "/type") == "ImageChange";
}

bool leaves_out_images(const Json& body) {
  const Json& types = array_at(body, "/excludeTriggers");
  return std::find(types.begin(), types.end(), "ImageChange") != types.end();
}

// True where a container that the trigger names now has the image.
bool set_images(Json& pod_spec, const Json& names, const std::string& image) {
  bool named = false;
  for (const char* list : {"containers", "initContainers"}) {
    if (!pod_spec.contains(list) || !pod_spec[list].is_array()) continue;
    for (Json& container : pod_spec[list]) {
      if (std::find(names.begin(), names.end(), container["name"]) == names.end()) continue;
      container["image"] = image;
      named = true;
    }
  }
  return named;
}

// Puts the images that the tags stand for now into the containers that ImageChange triggers name. Triggers that are
// not automatic are followed only where the rollout is forced.
void take_newest_images(const Store& store, const ObjectRef& ref, bool force, Json& config) {
  for (Json& trigger : config["spec"]["triggers"]) {
    if (!is_image_trigger(trigger)) continue;
    Json& parameters = trigger["imageChangeParams"];
    if (!force && !bool_at(parameters, "/automatic")) continue;
    const std::string space = string_at(parameters, "/from/namespace", ref.name_space);
    const std::string image = resolve_tag(store, space, string_at(parameters, "/from/name"));
    if (image.empty() || image == string_at(parameters, "/lastTriggeredImage")) continue;
    if (set_images(config["spec"]["template"]["spec"], array_at(parameters, "/containerNames"), image)) {
      parameters["lastTriggeredImage"] = image;
    }
  }
}

const Json* same_source(const Json& config, const Json& parameters) {
  for (const Json& trigger : array_at(config, "/spec/triggers")) {
    if (!is_image_trigger(trigger)) continue;
    const bool same =
        string_at(trigger, "/imageChangeParams/from/name") == string_at(parameters, "/from/name") &&
        string_at(trigger, "/imageChangeParams/from/namespace") == string_at(parameters, "/from/namespace");
    if (same) return &trigger;
  }
  return nullptr;
}

bool has_new_source(const Json& config, const Json& before) {
  const Json& triggers = array_at(config, "/spec/triggers");
  return std::any_of(triggers.begin(), triggers.end(), [&](const Json& trigger) {
    return is_image_trigger(trigger) && same_source(before, object_at(trigger, "/imageChangeParams")) == nullptr;
  });
}

bool has_other_image(const Json& parameters, const Json& before) {
  const Json* then = same_source(before, parameters);
  return then != nullptr &&
         string_at(*then, "/imageChangeParams/lastTriggeredImage") != string_at(parameters, "/lastTriggeredImage");
}

// What has changed since the newest version, whose config was `before`; empty where nothing has.
Json causes_of(const Json& config, const Json& before) {
  const bool first = int_at(config, "/status/latestVersion") == 0;
  Json causes = Json::array();
  bool by_image = first || has_new_source(config, before);
  bool by_config = false;
  for (const Json& trigger : array_at(config, "/spec/triggers")) {
    by_config = by_config || string_at(trigger, "/type") == "ConfigChange";
    const Json& parameters = object_at(trigger, "/imageChangeParams");
    if (!is_image_trigger(trigger) || !bool_at(parameters, "/automatic")) continue;
    by_image = by_image || has_other_image(parameters, before);
    if (!by_image) continue;
    Json from = {{"kind", "ImageStreamTag"}, {"name", string_at(parameters, "/from/name")}};
    if (const std::string space = string_at(parameters, "/from/namespace"); !space.empty()) from["namespace"] = space;
    causes.push_back({{"type", "ImageChange"}, {"imageTrigger", {{"from", std::move(from)}}}});
  }
  const bool other = first || object_at(config, "/spec/template") != object_at(before, "/spec/template");
  if (by_config && causes.empty() && other) causes.push_back({{"type", "ConfigChange"}});
  return causes;
}

std::string message_of(const Json& causes) {
  const std::string type = string_at(causes, "/0/type");
  return type == "Manual" ? "manual change" : type == "ImageChange" ? "image change" : "config change";
}

Response no_reason(const std::string& name) {
  return json_response(201, {{"kind", "Status"},
                             {"apiVersion", "v1"},
                             {"metadata", Json::object()},
                             {"message", fmt::format("deployment config \"{}\" cannot be instantiated", name)},
                             {"code", 204}});
}

Response paused(const ResourceType& request, const std::string& name) {
  Causes causes;
  causes.invalid("spec.paused", "true",
                 fmt::format("deployment config \"{}\" is paused - unpause to request a new deployment", name));
  return invalid_object(request, name, causes);
}

bool has_unresolved_images(const Json& config) {
  const Json& triggers = array_at(config, "/spec/triggers");
  return std::any_of(triggers.begin(), triggers.end(), [](const Json& trigger) {
    return is_image_trigger(trigger) && string_at(trigger, "/imageChangeParams/lastTriggeredImage").empty();
  });
}

// The config as its newest version has it, or as it is where there is none yet.
Json newest_config(const Store& store, const ObjectRef& ref, const Json& config, std::optional<Response>& refused) {
  if (int_at(config, "/status/latestVersion") == 0) return config;
  const ObjectRef newest{*cluster::find_kind("ReplicationController"), ref.name_space, version_name(config)};
  const Json* controller = store.get(newest);
  if (controller == nullptr) {
    refused = not_found(newest.type, newest.name);
    return nullptr;
  }
  auto encoded = parse_json(annotation_of(*controller, annotation::kEncodedConfig), "the encoded DeploymentConfig");
  if (encoded) return std::move(*encoded);
  refused = status_failure(500, "InternalError", encoded.error().summary);
  return nullptr;
}

}  // namespace

Response instantiate(Store& store, const ObjectRef& url, const Json& body, bool dry_run) {
  const ResourceType request{url.type.group, url.type.version, "deploymentrequests", "DeploymentRequest"};
  const std::string kind = string_at(body, "/kind", request.kind);
  if (!body.is_object() || kind != request.kind) return bad_request(kind + " cannot be handled as a DeploymentRequest");
  // The name in the body counts, not the one in the path.
  const ObjectRef ref{url.type, url.name_space, string_at(body, "/name")};
  if (ref.name.empty()) return bad_request("Name parameter required.");
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, ref.name);
  if (bool_at(*found, "/spec/paused")) return paused(request, ref.name);
  Json config = *found;
  const bool force = bool_at(body, "/force");
  if (bool_at(body, "/latest") && !leaves_out_images(body)) take_newest_images(store, ref, force, config);
  std::optional<Response> refused;
  const Json before = newest_config(store, ref, *found, refused);
  if (refused) return *refused;
  if (has_unresolved_images(config)) {
    return bad_request(
        fmt::format("cannot trigger a deployment for \"{}\" because it contains unresolved images", ref.name));
  }
  Json causes = force ? Json::array({{{"type", "Manual"}}}) : causes_of(config, before);
  if (causes.empty()) return no_reason(ref.name);
  Json& status = config["status"];
  status["latestVersion"] = int_at(status, "/latestVersion") + 1;
  const std::string message = message_of(causes);
  status["details"] = {{"message", message}, {"causes", std::move(causes)}};
  config["metadata"]["generation"] = int_at(config, "/metadata/generation") + 1;
  return json_response(201, dry_run ? config : store.update(ref, config));
}

}  // namespace upshift::emulator
