#include "emulator/annotation_trigger.hpp"

#include <charconv>

#include "emulator/image_tags.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kTriggers = "/metadata/annotations/image.openshift.io~1triggers";

// The annotation's list; empty where there is none, or where it makes no sense.
Json triggers_of(const Json& workload) {
  const auto parsed = parse_json(string_at(workload, kTriggers, "[]"), "the annotation image.openshift.io/triggers");
  return parsed && parsed->is_array() ? *parsed : Json::array();
}

// "0" or "?(@.name==\"main\")" as a container of the list, or nullptr.
Json* select_container(Json& containers, std::string_view selector) {
  constexpr std::string_view kByName = "?(@.name==";
  if (!selector.starts_with(kByName)) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(selector.data(), selector.data() + selector.size(), index);
    const bool usable = error == std::errc{} && end == selector.data() + selector.size() && index < containers.size();
    return usable ? &containers[index] : nullptr;
  }
  selector.remove_prefix(kByName.size());
  if (selector.size() < 3 || !selector.ends_with(')')) return nullptr;
  const std::string_view name = selector.substr(1, selector.size() - 3);  // without quotes and ")"
  for (Json& container : containers) {
    if (string_at(container, "/name") == name) return &container;
  }
  return nullptr;
}

// The container of a path like spec.template.spec.containers[0].image, or nullptr.
Json* container_at(Json& workload, std::string_view path) {
  constexpr std::string_view kPods = "spec.template.spec.";
  constexpr std::string_view kEnd = "].image";
  const auto open = path.find('[');
  if (!path.starts_with(kPods) || !path.ends_with(kEnd) || open == std::string_view::npos) return nullptr;
  const std::string list(path.substr(kPods.size(), open - kPods.size()));
  if (list != "containers" && list != "initContainers") return nullptr;
  Json& pod = workload["spec"]["template"]["spec"];
  if (!pod.contains(list) || !pod[list].is_array()) return nullptr;
  return select_container(pod[list], path.substr(open + 1, path.size() - open - 1 - kEnd.size()));
}

}  // namespace

std::set<ObjectName> AnnotationTrigger::streams_of(const Json& workload) const {
  const std::string own = name_of(workload).name_space;
  std::set<ObjectName> streams;
  for (const Json& trigger : triggers_of(workload)) {
    streams.insert({string_at(trigger, "/from/namespace", own), parse_tag(string_at(trigger, "/from/name")).stream});
  }
  return streams;
}

void AnnotationTrigger::reconcile(const ObjectName& name) {
  const Json* present = store_.get(ref_to(kind(), name));
  if (present == nullptr || being_deleted(*present)) return;
  Json next = *present;
  for (const Json& trigger : triggers_of(*present)) {
    if (bool_at(trigger, "/paused") || string_at(trigger, "/from/kind") != "ImageStreamTag") continue;
    const std::string space = string_at(trigger, "/from/namespace", name.name_space);
    const std::string image = resolve_tag(store_, space, string_at(trigger, "/from/name"));
    Json* container = image.empty() ? nullptr : container_at(next, string_at(trigger, "/fieldPath"));
    if (container != nullptr) (*container)["image"] = image;
  }
  if (next == *present) return;
  count_generation(next);
  store_.update(ref_to(kind(), name), std::move(next));
}

}  // namespace upshift::emulator
