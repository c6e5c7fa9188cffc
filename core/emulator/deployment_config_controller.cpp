#include "emulator/deployment_config_controller.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/deployment_config_status.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kComponent = "deploymentconfig-controller";
constexpr const char* kSuperseded = "newer deployment was found running";

bool has_trigger(const Json& config, std::string_view type) {
  const Json& triggers = array_at(config, "/spec/triggers");
  return std::any_of(triggers.begin(), triggers.end(), [&](const Json& t) { return string_at(t, "/type") == type; });
}

bool all_images_known(const Json& config) {
  for (const Json& trigger : array_at(config, "/spec/triggers")) {
    if (string_at(trigger, "/type") == "ImageChange" &&
        string_at(trigger, "/imageChangeParams/lastTriggeredImage").empty()) {
      return false;
    }
  }
  return true;
}

// Nothing is rolled out before every image is known.
bool has_blank_image(const Json& config) {
  const Json& containers = array_at(config, "/spec/template/spec/containers");
  return std::any_of(containers.begin(), containers.end(), [](const Json& container) {
    return string_at(container, "/image").find_first_not_of(" \t\n") == std::string::npos;
  });
}

// Without members that mean the same as none.
Json without_empty(const Json& value) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(without_empty(item));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    Json plain = without_empty(member);
    if (!plain.is_null() && !(plain.is_structured() && plain.empty()) && plain != "") out[key] = std::move(plain);
  }
  return out;
}

Json config_change() {
  return {{"message", "config change"}, {"causes", Json::array({{{"type", "ConfigChange"}}})}};
}

Json image_change(const std::vector<std::string>& images) {
  Json causes = Json::array();
  for (const std::string& image : images) {
    causes.push_back(
        {{"type", "ImageChange"}, {"imageTrigger", {{"from", {{"kind", "DockerImage"}, {"name", image}}}}}});
  }
  return {{"message", "image change"}, {"causes", std::move(causes)}};
}

std::vector<std::string> new_images(const Json& config, const Json& newest) {
  std::set<std::string> known;
  for (const Json& c : array_at(newest, "/spec/template/spec/containers")) known.insert(string_at(c, "/image"));
  std::vector<std::string> out;
  for (const Json& c : array_at(config, "/spec/template/spec/containers")) {
    if (!known.contains(string_at(c, "/image"))) out.push_back(string_at(c, "/image"));
  }
  return out;
}

}  // namespace

void DeploymentConfigController::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const ObjectName name = name_of(object);
  if (event.type.kind == "DeploymentConfig") {
    if (event.event.type != WatchEvent::Type::kDeleted) enqueue(name);
  } else if (event.type.kind == "ReplicationController") {
    note_owner(object, event.event.type == WatchEvent::Type::kDeleted);
    if (event.event.type == WatchEvent::Type::kDeleted) templates_.erase(string_at(object, "/metadata/uid"));
    const std::string config = annotation_of(object, annotation::kConfigName);
    if (!config.empty()) enqueue({name.name_space, config});
  }
}

void DeploymentConfigController::note_owner(const Json& controller, bool gone) {
  const ObjectName name = name_of(controller);
  const std::string config = string_at(controller, "/metadata/labels/" + escape_pointer(annotation::kConfigName));
  if (config.empty()) return;
  const ObjectName owner{name.name_space, config};
  if (gone || controller_of(controller) != nullptr) {
    const auto found = unowned_.find(owner);
    if (found != unowned_.end() && found->second.erase(name.name) > 0 && found->second.empty()) unowned_.erase(found);
  } else {
    unowned_[owner].insert(name.name);
  }
}

// Takes versions over that an earlier config of the name has left behind.
void DeploymentConfigController::adopt(const ObjectName& name, const Json& config) {
  const auto found = unowned_.find(name);
  if (found == unowned_.end() || being_deleted(config)) return;
  const Json owner = owner_reference(config, true);
  const std::set<std::string> left = found->second;
  for (const std::string& controller : left) {
    const ObjectRef ref = ref_to("ReplicationController", name.name_space, controller);
    const Json* stored = store_.get(ref);
    if (stored == nullptr || being_deleted(*stored)) continue;
    modify(store_, ref, [&](Json& next) { next["metadata"]["ownerReferences"].push_back(owner); });
  }
}

void DeploymentConfigController::reconcile(const ObjectName& name) {
  const Json* config = store_.get(ref_to("DeploymentConfig", name));
  if (config == nullptr) return;
  adopt(name, *config);
  config = store_.get(ref_to("DeploymentConfig", name));
  const Versions versions = versions_of(plane_, *config);
  if (being_deleted(*config)) return update_status(name, true);
  if (bool_at(*config, "/spec/paused")) {
    prune(*config, versions);
    return update_status(name, true);
  }
  if (has_blank_image(*config)) return update_status(name, true);
  if (trigger(name, *config, versions)) return;
  config = store_.get(ref_to("DeploymentConfig", name));
  const auto latest = int_at(*config, "/status/latestVersion");
  if (latest == 0) return update_status(name, true);
  if (versions.empty() || versions.front().number != latest) {
    if (await_cancellations(*config, versions)) return update_status(name, false);
    return create_version(name);
  }
  if (!versions.front().ended()) return update_status(name, false);
  settle_scale(*config, versions);
  config = store_.get(ref_to("DeploymentConfig", name));
  prune(*config, versions);
  update_status(name, true);
}

// True where a trigger fired: the new version is counted and made when the change comes round.
bool DeploymentConfigController::trigger(const ObjectName& name, const Json& config, const Versions& versions) {
  const bool by_image = has_trigger(config, "ImageChange");
  const bool by_config = has_trigger(config, "ConfigChange");
  if (!by_image && !by_config) return false;
  const auto latest = int_at(config, "/status/latestVersion");
  std::optional<Json> details;
  if (latest == 0) {
    if (by_image && !all_images_known(config)) return false;
    details = config_change();
  } else {
    if (versions.empty() || versions.front().number != latest) return false;
    const Json* newest = store_.get(ref_to("ReplicationController", name.name_space, versions.front().name));
    details = triggered_details(config, *newest);
  }
  if (!details) return false;
  modify(store_, ref_to("DeploymentConfig", name), [&](Json& next) {
    next["status"]["details"] = *details;
    next["status"]["latestVersion"] = latest + 1;
  });
  update_status(name, true);
  return true;
}

std::optional<Json> DeploymentConfigController::triggered_details(const Json& config, const Json& newest) {
  if (has_trigger(config, "ImageChange")) {
    if (const auto images = new_images(config, newest); !images.empty()) return image_change(images);
  }
  if (!has_trigger(config, "ConfigChange")) return std::nullopt;
  const Json& now = object_at(config, "/spec/template");
  const Json& then = template_of(newest);
  if (now == then || without_empty(now) == without_empty(then)) return std::nullopt;
  return config_change();
}

const Json& DeploymentConfigController::template_of(const Json& controller) {
  const std::string uid = string_at(controller, "/metadata/uid");
  const auto known = templates_.find(uid);
  if (known != templates_.end()) return known->second;
  const auto encoded =
      parse_json(annotation_of(controller, annotation::kEncodedConfig), "the encoded DeploymentConfig");
  if (encoded && find(*encoded, "/spec/template") != nullptr) {
    return templates_.emplace(uid, object_at(*encoded, "/spec/template")).first->second;
  }
  // An export without the annotation: what the version's own template has on top is known.
  Json pattern = object_at(controller, "/spec/template");
  if (pattern["metadata"].is_object()) {
    for (const char* key : {"deployment", "deploymentconfig"}) pattern["metadata"]["labels"].erase(key);
    for (const char* key : {annotation::kConfigName, annotation::kVersion, annotation::kVersionName}) {
      if (pattern["metadata"].contains("annotations")) pattern["metadata"]["annotations"].erase(key);
    }
  }
  return templates_.emplace(uid, std::move(pattern)).first->second;
}

// True while older versions are still being rolled out; they are told to stop.
bool DeploymentConfigController::await_cancellations(const Json& config, const Versions& versions) {
  const Json about = config;
  const auto latest = int_at(about, "/status/latestVersion");
  bool waiting = false;
  for (const Version& version : versions) {
    if (version.ended()) continue;
    waiting = true;
    if (version.cancelled) continue;
    modify(store_, ref_to("ReplicationController", string_at(about, "/metadata/namespace"), version.name),
           [&](Json& controller) {
             controller["metadata"]["annotations"][annotation::kCancelled] = "true";
             controller["metadata"]["annotations"][annotation::kReason] = kSuperseded;
           });
    plane_.events.normal(about, kComponent, "DeploymentCancelled",
                         fmt::format("Cancelled deployment \"{}\" superseded by version {}", version.name, latest));
  }
  if (waiting) {
    plane_.events.normal(
        about, kComponent, "DeploymentAwaitingCancellation",
        fmt::format("Deployment of version {} awaiting cancellation of older running deployments", latest));
  }
  return waiting;
}

void DeploymentConfigController::create_version(const ObjectName& name) {
  const Json config = *store_.get(ref_to("DeploymentConfig", name));
  const std::string version = version_name(config);
  const ObjectRef ref = ref_to("ReplicationController", name.name_space, version);
  if (store_.get(ref) != nullptr) {
    // Somebody else's object has the name: the real controller cannot go on either.
    plane_.events.warning(config, kComponent, "DeploymentCreationFailed",
                          fmt::format("Couldn't deploy version {}: replication controller \"{}\" already exists",
                                      int_at(config, "/status/latestVersion"), version));
    return update_status(name, false);
  }
  const std::string uid = string_at(store_.create(ref, make_version(config)), "/metadata/uid");
  templates_[uid] = object_at(config, "/spec/template");
  const std::string message = fmt::format("Created new replication controller \"{}\" for version {}", version,
                                          int_at(config, "/status/latestVersion"));
  plane_.events.normal(config, kComponent, "DeploymentCreated", message);
  update_status(name, true,
                make_condition("Progressing", "True", "NewReplicationControllerCreated", message, plane_.now_text()));
}

// The active version follows the DeploymentConfig, all others are at zero.
void DeploymentConfigController::settle_scale(const Json& config, const Versions& versions) {
  const Json about = config;
  const Version* active = active_version(versions);
  for (const Version& version : versions) {
    const bool is_active = active != nullptr && version.number == active->number && !bool_at(about, "/spec/test");
    const int wanted = is_active ? static_cast<int>(int_at(about, "/spec/replicas")) : 0;
    if (version.wanted == wanted) continue;
    scale(plane_, {string_at(about, "/metadata/namespace"), version.name}, wanted);
    plane_.events.normal(
        about, kComponent, "ReplicationControllerScaled",
        fmt::format("Scaled replication controller \"{}\" from {} to {}", version.name, version.wanted, wanted));
  }
}

void DeploymentConfigController::prune(const Json& config, const Versions& versions) {
  const Json* limit = find(config, "/spec/revisionHistoryLimit");
  if (limit == nullptr) return;
  const auto keep = static_cast<std::size_t>(std::max<std::int64_t>(0, int_at(config, "/spec/revisionHistoryLimit")));
  const std::string name_space = string_at(config, "/metadata/namespace");
  const Version* active = active_version(versions);
  std::vector<std::string> old;
  for (const Version& version : versions) {
    const bool in_use = active != nullptr && version.number == active->number;
    if (!in_use && version.ended() && version.wanted == 0 && version.replicas == 0) old.push_back(version.name);
  }
  for (std::size_t i = keep; i < old.size(); ++i) store_.remove(ref_to("ReplicationController", name_space, old[i]));
}

void DeploymentConfigController::update_status(const ObjectName& name, bool observed,
                                               const std::optional<Json>& condition) {
  const Json* stored = store_.get(ref_to("DeploymentConfig", name));
  if (stored == nullptr) return;
  const Versions versions = versions_of(plane_, *stored);
  Json next = *stored;
  calculate_status(next, versions, plane_.now_text());
  if (observed) next["status"]["observedGeneration"] = int_at(next, "/metadata/generation");
  if (condition) set_condition(next["status"], *condition);
  store_.update(ref_to("DeploymentConfig", name), std::move(next));
}

}  // namespace upshift::emulator
