#include "emulator/subresources.hpp"

#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "cluster/schema.hpp"
#include "emulator/api.hpp"
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
  scale["spec"] = Json::object();
  if (const std::int64_t wanted = int_at(object, "/spec/replicas"); wanted != 0) scale["spec"]["replicas"] = wanted;
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

// How the scale of an absent object is told: by resource and subresource, mostly.
ResourceType scale_type(const ResourceType& type, bool write) {
  ResourceType told = type;
  if (type.kind == "DeploymentConfig") {
    return write ? ResourceType{"extensions", "v1beta1", "scale", "Scale"} : told;
  }
  told.resource += "/scale";
  if (type.kind == "ReplicationController") told.group = "autoscaling";
  return told;
}

Response invalid_patch(std::string_view why) {
  Causes causes;
  causes.invalid("patch", "", why);
  return invalid_object(ResourceType{}, {}, causes);
}

// What is wrong with the Scale that is to be written; nullopt where nothing is.
std::optional<Response> check_scale(const ObjectRef& ref, const Json& current, const Json& wanted) {
  const std::string kind = string_at(wanted, "/kind", "Scale");
  if (kind != "Scale") {
    return bad_request(fmt::format("{} in version \"{}\" cannot be handled as a Scale: unknown conversion", kind,
                                   string_at(wanted, "/apiVersion")));
  }
  if (const std::string name = string_at(wanted, "/metadata/name"); name != ref.name) {
    return bad_request(fmt::format("the name of the object ({}) does not match the name on the URL ({})",
                                   name.empty() ? ref.name + " based on URL" : name, ref.name));
  }
  if (const std::string space = string_at(wanted, "/metadata/namespace"); !space.empty() && space != ref.name_space) {
    return bad_request("the namespace of the provided object does not match the namespace sent on the request");
  }
  // A DeploymentConfig is scaled whatever version was read.
  const std::string version = string_at(wanted, "/metadata/resourceVersion");
  const bool stale = !version.empty() && version != string_at(current, "/metadata/resourceVersion");
  if (stale && ref.type.kind != "DeploymentConfig") return modified_since(ref.type, ref.name);
  return std::nullopt;
}

// The Scale of a DeploymentConfig comes back as it was sent, not as it is now.
Json scale_as_sent(const ObjectRef& ref, const Json& wanted) {
  const Result<Json> known = cluster::conform("Scale", wanted);
  Json scale = known ? *known : Json{{"metadata", {{"name", ref.name}, {"creationTimestamp", nullptr}}}};
  scale["kind"] = "Scale";
  scale["apiVersion"] = "extensions/v1beta1";
  scale["metadata"]["namespace"] = ref.name_space;
  if (const Json* text = find(wanted, "/status/targetSelector")) scale["status"]["targetSelector"] = *text;
  return scale;
}

constexpr const char* kEncodedConfig = "/metadata/annotations/openshift.io~1encoded-deployment-config";

// The config with those parts of an earlier one that are asked for. It is only shown; whoever asked writes it.
Json rolled_back(Json config, const Json& to, const Json& body) {
  for (const auto& [key, value] : object_at(body, "/updatedAnnotations").items()) {
    config["metadata"]["annotations"][key] = value;
  }
  const auto take = [&](const char* field) {
    const Json* value = find(to, std::string("/spec/") + field);
    if (value == nullptr) {
      config["spec"].erase(field);
    } else {
      config["spec"][field] = *value;
    }
  };
  if (bool_at(body, "/spec/includeTriggers")) take("triggers");
  if (bool_at(body, "/spec/includeTemplate")) take("template");
  if (bool_at(body, "/spec/includeReplicationMeta")) {
    take("replicas");
    take("selector");
  }
  if (bool_at(body, "/spec/includeStrategy")) take("strategy");
  if (config["spec"].contains("triggers")) {
    for (Json& trigger : config["spec"]["triggers"]) {
      if (string_at(trigger, "/type") == "ImageChange") trigger["imageChangeParams"].erase("automatic");
    }
  }
  return config;
}

}  // namespace

Response get_scale(const Store& store, const ObjectRef& ref) {
  if (!can_be_scaled(ref.type)) {
    return status_failure(404, "NotFound", "the server could not find the requested resource", Json::object());
  }
  const Json* object = store.get(ref);
  return object == nullptr ? not_found(scale_type(ref.type, false), ref.name)
                           : json_response(200, scale_of(ref, *object));
}

Response write_scale(Store& store, const ObjectRef& ref, const cluster::Request& request, const WriteOptions& options) {
  if (request.method != "PUT" && request.method != "PATCH") return method_not_allowed();
  const Response current = get_scale(store, ref);
  if (!current.ok()) {
    return can_be_scaled(ref.type) ? not_found(scale_type(ref.type, true), ref.name) : current;
  }
  Json wanted = request.body;
  if (request.method == "PATCH") {
    auto patched = cluster::apply_patch(request.content_type, "Scale", current.body, request.body);
    if (!patched) return bad_request(patched.error().summary);
    wanted = std::move(*patched);
  }
  if (!wanted.is_object()) return bad_request("the object provided is unrecognized (must be of type Scale)");
  const Json* replicas = find(wanted, "/spec/replicas");
  if (replicas != nullptr && !replicas->is_number_integer()) {
    constexpr const char* kWrong = "spec.replicas is not an integer";
    return request.method == "PATCH" ? invalid_patch(kWrong) : bad_request(kWrong);
  }
  if (auto refused = check_scale(ref, current.body, wanted)) return *refused;
  const std::int64_t count = replicas == nullptr ? 0 : replicas->get<std::int64_t>();
  if (count < 0) {
    Causes causes;
    causes.invalid("spec.replicas", std::to_string(count), "must be greater than or equal to 0");
    const bool config = ref.type.kind == "DeploymentConfig";
    return invalid_object(ResourceType{config ? "extensions" : "autoscaling", "v1", {}, "Scale"}, ref.name, causes);
  }
  const Json patch = {{"spec", {{"replicas", count}}}};
  const Response written = patch_object(store, ref, cluster::kMergePatch, patch, options);
  if (!written.ok()) return written;
  if (ref.type.kind != "DeploymentConfig") return json_response(200, scale_of(ref, written.body));
  return json_response(200, scale_as_sent(ref, wanted));
}

Response roll_back(const Store& store, const ObjectRef& ref, const Json& body) {
  const ResourceType request{ref.type.group, ref.type.version, "deploymentconfigrollbacks", "DeploymentConfigRollback"};
  const std::string kind = string_at(body, "/kind", request.kind);
  if (!body.is_object() || kind != request.kind) return bad_request(kind + " cannot be handled as a " + request.kind);
  const std::string name = string_at(body, "/name");
  const std::int64_t wanted = int_at(body, "/spec/revision");
  Causes causes;
  if (name.empty()) causes.required("name", "name of the deployment config is missing");
  if (wanted < 0) causes.invalid("spec.revision", std::to_string(wanted), "must be non-negative");
  if (!causes.empty()) return invalid_object(request, name, causes);
  const auto refuse = [&](const std::string& why) {
    causes.invalid("name", name, why);
    return invalid_object(request, name, causes);
  };
  const Json* config = store.get({ref.type, ref.name_space, name});
  if (config == nullptr) return refuse(fmt::format("cannot get deployment config \"{}\"", name));
  const std::int64_t latest = int_at(*config, "/status/latestVersion");
  if (latest == 0) return refuse("cannot rollback an undeployed config");
  if (latest == 1) return refuse(fmt::format("no previous deployment exists for \"{}\"", name));
  if (latest == wanted) return refuse(fmt::format("version {} is already the latest", wanted));
  const std::string controller = fmt::format("{}-{}", name, wanted > 0 ? wanted : latest - 1);
  const Json* target = store.get({*cluster::find_kind("ReplicationController"), ref.name_space, controller});
  if (target == nullptr) return refuse(fmt::format("replicationcontrollers \"{}\" not found", controller));
  const auto to = parse_json(string_at(*target, kEncodedConfig), "the encoded DeploymentConfig");
  if (!to) return refuse("couldn't decode deployment config from deployment");
  return json_response(201, rolled_back(*config, *to, body));
}

}  // namespace upshift::emulator
