#include "cluster/rollout_view.hpp"

#include <fmt/format.h>

#include "cluster/conditions.hpp"
#include "cluster/pod_trouble.hpp"
#include "cluster/rollout_memory.hpp"

namespace upshift::cluster {
namespace {

constexpr std::string_view kEncoded = "/metadata/annotations/openshift.io~1encoded-deployment-config";

// Servers differ in whether they write what is empty; it means the same.
bool is_empty(const Json& value) {
  if (value.is_object()) return std::all_of(value.begin(), value.end(), is_empty);
  return value.is_null() || (value.is_array() && value.empty()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

enum class Extra { kRefused, kAllowed };

// `now` says what `then` said; with kAllowed its objects may have members on top.
bool says_the_same(const Json& now, const Json& then, Extra extra) {
  if (now.is_array() && then.is_array()) {
    return std::equal(now.begin(), now.end(), then.begin(), then.end(),
                      [extra](const Json& a, const Json& b) { return says_the_same(a, b, extra); });
  }
  if (!now.is_object() || !then.is_object()) return now == then;
  const auto stands = [&now, extra](const auto& member) {
    const auto found = now.find(member.key());
    return is_empty(member.value()) || (found != now.end() && says_the_same(*found, member.value(), extra));
  };
  const auto was_there = [&then](const auto& member) {
    const auto found = then.find(member.key());
    return is_empty(member.value()) || (found != then.end() && !is_empty(*found));
  };
  const auto said = then.items();
  const auto says = now.items();
  return std::all_of(said.begin(), said.end(), stands) &&
         (extra == Extra::kAllowed || std::all_of(says.begin(), says.end(), was_there));
}

// The template of a ReplicationController without what the DeploymentConfig controller added to it.
Json as_of_config(Json pod_template, const Json& config_template) {
  if (Json* labels = pod_template.contains("metadata") && pod_template["metadata"].contains("labels")
                         ? &pod_template["metadata"]["labels"]
                         : nullptr;
      labels != nullptr && labels->is_object()) {
    for (const char* key : {"deployment", "deploymentconfig"}) {
      if (find(config_template, std::string("/metadata/labels/") + key) == nullptr) labels->erase(key);
    }
  }
  if (Json* notes = pod_template.contains("metadata") && pod_template["metadata"].contains("annotations")
                        ? &pod_template["metadata"]["annotations"]
                        : nullptr;
      notes != nullptr && notes->is_object()) {
    for (const char* key : {"openshift.io/deployment-config.latest-version", "openshift.io/deployment-config.name",
                            "openshift.io/deployment.name"}) {
      notes->erase(key);
    }
  }
  return pod_template;
}

std::optional<Json> encoded_config(const RolloutView& view) {
  if (view.controller == nullptr) return {};
  const auto text = string_at(*view.controller, kEncoded);
  if (text.empty()) return {};
  auto config = parse_json(text, "the encoded DeploymentConfig");
  return config && config->is_object() ? std::optional<Json>(std::move(*config)) : std::nullopt;
}

bool belongs_to(const PodPlace& pod, const RolloutView& view) {
  if (!pod.deployer_of.empty()) return pod.deployer_of == view.controller_name;
  if (pod.ended) return false;  // evicted, for example: it only waits to be cleared away
  return pod.controller == view.controller_name || pod.labelled == view.name ||
         (pod.annotated == view.name && !pod.controller.empty());
}

Status add_pods(RolloutView& view, Cache& cache, const RolloutMemory& memory) {
  const auto belongs = [&](const std::string& name) {
    const auto known = memory.pods().find(name);
    return known != memory.pods().end() && belongs_to(known->second, view);
  };
  UPSHIFT_ASSIGN(const auto pods, cache.list(type_of("Pod"), belongs));
  for (const Json* pod : pods) {
    const bool of_newest = controller_of(*pod) == view.controller_name;
    if (!is_deployer_or_hook(*pod)) {
      (of_newest ? view.pods : view.older_pods).push_back(pod);
    } else if (of_newest && hook_of(*pod).empty()) {
      view.deployer = pod;
    } else if (of_newest) {
      view.hooks.push_back(pod);
    }
  }
  return {};
}

void add_warnings(Cache& cache, RolloutView& view) {
  const auto* type = find_kind("Event");
  if (type == nullptr) return;
  const auto events = cache.list(*type);
  if (!events) return;
  for (const Json* event : *events) {
    if (string_at(*event, "/type") != "Warning") continue;
    const auto kind = string_at(*event, "/involvedObject/kind");
    const auto name = string_at(*event, "/involvedObject/name");
    if ((kind == "DeploymentConfig" && name == view.name) ||
        (kind == "ReplicationController" && name == view.controller_name)) {
      view.warnings.push_back(event);
    }
  }
}

const Json* image_parameters(const Json& trigger) {
  if (string_at(trigger, "/type") != "ImageChange") return nullptr;
  const Json* parameters = find(trigger, "/imageChangeParams");
  return parameters != nullptr && bool_at(*parameters, "/automatic") ? parameters : nullptr;
}

// An import that was refused before the newest version was made, of an image that the trigger does not miss.
bool is_old_refusal(const TagState& tag, const std::string& taken, const RolloutView& view) {
  if (taken.empty() || !is_same_image(tag.image, taken)) return false;
  if (view.controller == nullptr) return view.version > 0;  // it is about to be made with what there is
  return !tag.refused.empty() && tag.refused < string_at(*view.controller, "/metadata/creationTimestamp");
}

}  // namespace

std::int64_t RolloutView::wanted_replicas() const {
  return bool_at(*config, "/spec/test") ? 0 : int_at(*config, "/spec/replicas", 1);
}

const Json& RolloutView::strategy_parameters() const {
  const bool recreate = string_at(*config, "/spec/strategy/type") == "Recreate";
  return object_at(*config, recreate ? "/spec/strategy/recreateParams" : "/spec/strategy/rollingParams");
}

std::chrono::seconds RolloutView::strategy_timeout() const {
  return std::chrono::seconds(int_at(strategy_parameters(), "/timeoutSeconds", 600));
}

std::string RolloutView::hook_policy(std::string_view hook) const {
  return string_at(strategy_parameters(), fmt::format("/{}/failurePolicy", hook));
}

Result<RolloutView> view_rollout(Cache& cache, const RolloutMemory& memory, const std::string& deployment_config) {
  // Follow everything first: nothing that happens from now on is missed.
  for (const char* kind : {"ReplicationController", "Pod"}) UPSHIFT_TRY(cache.follow(type_of(kind)));
  RolloutView view;
  view.name = deployment_config;
  UPSHIFT_ASSIGN(view.config, cache.get(type_of("DeploymentConfig"), deployment_config));
  if (view.config == nullptr) return view;
  view.version = int_at(*view.config, "/status/latestVersion");
  view.controller_name = fmt::format("{}-{}", deployment_config, view.version);
  UPSHIFT_ASSIGN(view.controller, cache.find(type_of("ReplicationController"), view.controller_name));
  if (view.controller != nullptr) view.phase = view.controller->rollout_phase();
  if (view.controller != nullptr && view.phase.empty()) view.phase = "New";
  UPSHIFT_TRY(add_pods(view, cache, memory));
  add_warnings(cache, view);
  return view;
}

bool is_from_present_template(const RolloutView& view) {
  if (view.controller == nullptr) return false;
  const Json& wanted = object_at(*view.config, "/spec/template");
  const auto encoded = encoded_config(view);
  const auto same = [&](Extra extra) {
    if (encoded) return says_the_same(wanted, object_at(*encoded, "/spec/template"), extra);
    return says_the_same(as_of_config(wanted, wanted),
                         as_of_config(object_at(*view.controller, "/spec/template"), wanted), extra);
  };
  if (same(Extra::kRefused)) return true;
  // A server that is newer than the version shows defaults that it did not have. Its controller takes them for no
  // change: it counts a version before it says that it has seen a generation whose template differs.
  return view.seen() && !view.paused() && has_config_trigger(view) && same(Extra::kAllowed);
}

Result<TriggerState> image_triggers(Cache& cache, const RolloutView& view) {
  for (const auto& trigger : array_at(*view.config, "/spec/triggers")) {
    const Json* parameters = image_parameters(trigger);
    if (parameters == nullptr) continue;
    const auto where = string_at(*parameters, "/from/namespace");
    if (!where.empty() && where != cache.client().name_space()) continue;
    const auto from = string_at(*parameters, "/from/name");
    const auto colon = from.find(':');
    const auto tag = colon == std::string::npos ? "latest" : from.substr(colon + 1);
    UPSHIFT_ASSIGN(TagState state, tag_state(cache, from.substr(0, colon), tag));
    const auto taken = string_at(*parameters, "/lastTriggeredImage");
    switch (state.import) {
      case TagState::Import::kNoStream:
      case TagState::Import::kNoTag:
        if (taken.empty()) return TriggerState{Triggers::kImageMissing, std::move(state)};
        break;
      case TagState::Import::kRefused:
        if (is_old_refusal(state, taken, view)) break;
        return TriggerState{Triggers::kImageRefused, std::move(state)};
      case TagState::Import::kRunning:
        return TriggerState{Triggers::kImageWaits, std::move(state)};
      case TagState::Import::kDone:
        if (!state.image.empty() && !is_same_image(state.image, taken)) {
          return TriggerState{Triggers::kFires, std::move(state)};
        }
        break;
    }
  }
  return TriggerState{};
}

bool has_config_trigger(const RolloutView& view) {
  const Json& triggers = array_at(*view.config, "/spec/triggers");
  return std::any_of(triggers.begin(), triggers.end(),
                     [](const Json& trigger) { return string_at(trigger, "/type") == "ConfigChange"; });
}

bool image_will_roll_out(const RolloutView& view) {
  const auto encoded = encoded_config(view);
  for (const auto& trigger : array_at(*view.config, "/spec/triggers")) {
    const Json* parameters = image_parameters(trigger);
    if (parameters == nullptr) continue;
    const auto taken = string_at(*parameters, "/lastTriggeredImage");
    bool known = false;
    for (const auto& old : encoded ? array_at(*encoded, "/spec/triggers") : Json::array()) {
      const Json* before = image_parameters(old);
      known = known || (before != nullptr && string_at(*before, "/lastTriggeredImage") == taken &&
                        string_at(*before, "/from/name") == string_at(*parameters, "/from/name"));
    }
    if (!known && !taken.empty()) return true;
  }
  return false;
}

}  // namespace upshift::cluster
