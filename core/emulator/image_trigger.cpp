#include "emulator/image_trigger.hpp"

#include "emulator/image_tags.hpp"

namespace upshift::emulator {
namespace {

bool follows_a_tag(const Json& trigger) {
  return string_at(trigger, "/type") == "ImageChange" &&
         string_at(trigger, "/imageChangeParams/from/kind") == "ImageStreamTag";
}

bool set_images(Json& pod_spec, const char* member, const std::set<std::string>& names, const std::string& image) {
  const auto containers = pod_spec.find(member);
  if (containers == pod_spec.end() || !containers->is_array()) return false;
  bool changed = false;
  for (Json& container : *containers) {
    if (!names.contains(string_at(container, "/name")) || string_at(container, "/image") == image) continue;
    container["image"] = image;
    changed = true;
  }
  return changed;
}

// Brings one trigger up to date; true where the DeploymentConfig changed.
bool apply(const Store& store, const std::string& name_space, Json& trigger, Json& pod_spec) {
  if (!follows_a_tag(trigger) || !bool_at(trigger, "/imageChangeParams/automatic")) return false;
  Json& parameters = trigger["imageChangeParams"];
  const std::string space = string_at(parameters, "/from/namespace", name_space);
  const std::string image = resolve_tag(store, space, string_at(parameters, "/from/name"));
  if (image.empty()) return false;
  std::set<std::string> names;
  for (const Json& name : array_at(parameters, "/containerNames")) {
    if (name.is_string()) names.insert(name.get<std::string>());
  }
  bool changed = set_images(pod_spec, "initContainers", names, image);
  changed = set_images(pod_spec, "containers", names, image) || changed;
  if (string_at(parameters, "/lastTriggeredImage") != image) {
    parameters["lastTriggeredImage"] = image;
    changed = true;
  }
  return changed;
}

}  // namespace

std::set<ObjectName> ImageTrigger::streams_of(const Json& deployment_config) const {
  const std::string own = name_of(deployment_config).name_space;
  std::set<ObjectName> streams;
  for (const Json& trigger : array_at(deployment_config, "/spec/triggers")) {
    if (!follows_a_tag(trigger)) continue;
    const TagName tag = parse_tag(string_at(trigger, "/imageChangeParams/from/name"));
    streams.insert({string_at(trigger, "/imageChangeParams/from/namespace", own), tag.stream});
  }
  return streams;
}

void ImageTrigger::reconcile(const ObjectName& name) {
  const Json* present = store_.get(ref_to(kind(), name));
  if (present == nullptr || being_deleted(*present) || bool_at(*present, "/spec/paused")) return;
  if (find(*present, "/spec/triggers") == nullptr || find(*present, "/spec/template/spec") == nullptr) return;
  Json next = *present;
  bool changed = false;
  for (Json& trigger : next["spec"]["triggers"]) {
    changed = apply(store_, name.name_space, trigger, next["spec"]["template"]["spec"]) || changed;
  }
  if (!changed) return;
  count_generation(next);
  store_.update(ref_to(kind(), name), std::move(next));
}

}  // namespace upshift::emulator
