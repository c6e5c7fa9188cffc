#include "emulator/versions.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace upshift::emulator {
namespace {

int number_of(std::string_view text) {
  int out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

int count_of(const Json& object, std::string_view pointer) {
  return static_cast<int>(int_at(object, pointer));
}

// An int-or-percent field of rollingParams.
int share_of(const Json& parameters, const char* member, int replicas, bool round_up) {
  const Json* value = find(parameters, std::string("/") + member);
  if (value == nullptr) return 0;
  if (value->is_number_integer()) return static_cast<int>(int_at(parameters, std::string("/") + member));
  const int percent = number_of(string_at(parameters, std::string("/") + member));
  return (percent * replicas + (round_up ? 99 : 0)) / 100;
}

}  // namespace

std::string annotation_of(const Json& object, std::string_view key) {
  return string_at(object, "/metadata/annotations/" + escape_pointer(key));
}

Version read_version(const Json& controller) {
  Version out;
  out.name = string_at(controller, "/metadata/name");
  out.number = number_of(annotation_of(controller, annotation::kVersion));
  out.phase = annotation_of(controller, annotation::kPhase);
  out.cancelled = annotation_of(controller, annotation::kCancelled) == "true";
  out.wanted = count_of(controller, "/spec/replicas");
  out.replicas = count_of(controller, "/status/replicas");
  out.ready = count_of(controller, "/status/readyReplicas");
  out.available = count_of(controller, "/status/availableReplicas");
  return out;
}

std::vector<Version> versions_of(const ControlPlane& plane, const Json& deployment_config) {
  std::vector<Version> out;
  for (const ObjectRef& ref :
       plane.owners.dependents(string_at(deployment_config, "/metadata/uid"), "ReplicationController")) {
    const Json* controller = plane.store.get(ref);
    if (controller != nullptr && !being_deleted(*controller)) out.push_back(read_version(*controller));
  }
  std::sort(out.begin(), out.end(), [](const Version& a, const Version& b) { return a.number > b.number; });
  return out;
}

const Version* active_version(const std::vector<Version>& versions) {
  for (const Version& version : versions) {
    if (version.phase == "Complete") return &version;
  }
  return nullptr;
}

Fenceposts fenceposts(const Json& deployment_config, int replicas) {
  if (string_at(deployment_config, "/spec/strategy/type") != "Rolling") return {};
  const Json& parameters = object_at(deployment_config, "/spec/strategy/rollingParams");
  Fenceposts out{share_of(parameters, "maxSurge", replicas, true),
                 share_of(parameters, "maxUnavailable", replicas, false)};
  if (out.surge == 0 && out.unavailable == 0) out.unavailable = 1;
  return out;
}

std::string version_name(const Json& deployment_config) {
  return fmt::format("{}-{}", string_at(deployment_config, "/metadata/name"),
                     int_at(deployment_config, "/status/latestVersion"));
}

Json make_version(const Json& deployment_config) {
  const std::string config = string_at(deployment_config, "/metadata/name");
  const std::string name = version_name(deployment_config);
  const std::string number = std::to_string(int_at(deployment_config, "/status/latestVersion"));
  Json labels = object_at(deployment_config, "/metadata/labels");
  labels[annotation::kConfigName] = config;
  const Json annotations = {
      {annotation::kConfigName, config},
      {annotation::kVersion, number},
      {annotation::kPhase, "New"},
      {annotation::kReplicas, "0"},
      {annotation::kDesiredReplicas, std::to_string(int_at(deployment_config, "/spec/replicas"))},
      {annotation::kReason, string_at(deployment_config, "/status/details/message", "config change")},
      {annotation::kEncodedConfig, to_text(deployment_config) + "\n"}};
  Json selector = object_at(deployment_config, "/spec/selector");
  selector["deployment"] = name;
  selector["deploymentconfig"] = config;
  Json pod = object_at(deployment_config, "/spec/template");
  Json& metadata = pod["metadata"];
  metadata["labels"]["deployment"] = name;
  metadata["labels"]["deploymentconfig"] = config;
  metadata["annotations"][annotation::kConfigName] = config;
  metadata["annotations"][annotation::kVersion] = number;
  metadata["annotations"][annotation::kVersionName] = name;
  Json out = {{"metadata",
               {{"labels", std::move(labels)},
                {"annotations", annotations},
                {"ownerReferences", Json::array({owner_reference(deployment_config, true)})}}},
              {"spec", {{"replicas", 0}, {"selector", std::move(selector)}, {"template", std::move(pod)}}},
              {"status", {{"replicas", 0}}}};
  if (const auto ready = int_at(deployment_config, "/spec/minReadySeconds"); ready > 0) {
    out["spec"]["minReadySeconds"] = ready;
  }
  return out;
}

void scale(ControlPlane& plane, const ObjectName& controller, int replicas) {
  modify(plane.store, ref_to("ReplicationController", controller), [&](Json& object) {
    if (int_at(object, "/spec/replicas", -1) == replicas) return;
    object["spec"]["replicas"] = replicas;
    count_generation(object);
  });
}

}  // namespace upshift::emulator
