#include <nlohmann/json.hpp>

#include "emulator/defaults.hpp"

namespace upshift::emulator {
namespace {

constexpr std::array<const char*, 3> kMoments = {"pre", "mid", "post"};

// Both are always told: one that is left out beside the other is none.
void default_rolling_update(Json& parameters) {
  const bool no_surge = !parameters.contains("maxSurge");
  const bool no_unavailable = !parameters.contains("maxUnavailable");
  if (no_unavailable && (no_surge || is_nothing(parameters["maxSurge"]))) parameters["maxUnavailable"] = "25%";
  if (no_surge && (no_unavailable || is_nothing(parameters["maxUnavailable"]))) parameters["maxSurge"] = "25%";
  set_default(parameters, "maxSurge", 0);
  set_default(parameters, "maxUnavailable", 0);
}

void default_hook_environment(Json& hook) {
  if (!hook.contains("execNewPod") || !hook["execNewPod"].contains("env")) return;
  for (Json& variable : hook["execNewPod"]["env"]) {
    if (find(variable, "/valueFrom/fieldRef") != nullptr) {
      set_default(variable["valueFrom"]["fieldRef"], "apiVersion", "v1");
    }
  }
}

// A hook of a config with a single container need not name it.
void default_hook_container(Json& hook, const std::string& container) {
  const auto name_it = [&](Json& item) {
    if (string_at(item, "/containerName").empty()) item["containerName"] = container;
  };
  if (hook.contains("execNewPod")) name_it(hook["execNewPod"]);
  if (!hook.contains("tagImages")) return;
  for (Json& image : hook["tagImages"]) name_it(image);
}

void default_strategy(Json& strategy) {
  if (string_at(strategy, "/type").empty()) strategy["type"] = "Rolling";
  set_default(strategy, "activeDeadlineSeconds", 21600);
  if (strategy["type"] == "Rolling") set_default(strategy, "rollingParams", Json::object());
  if (strategy["type"] == "Recreate") set_default(strategy, "recreateParams", Json::object());
  // Parameters have their defaults even where the strategy is another.
  if (strategy.contains("rollingParams")) {
    Json& parameters = strategy["rollingParams"];
    set_default(parameters, "intervalSeconds", 1);
    set_default(parameters, "updatePeriodSeconds", 1);
    set_default(parameters, "timeoutSeconds", 600);
    default_rolling_update(parameters);
  }
  if (strategy.contains("recreateParams")) set_default(strategy["recreateParams"], "timeoutSeconds", 600);
}

void default_hooks(Json& strategy, const Json& containers) {
  for (const char* parameters : {"rollingParams", "recreateParams"}) {
    if (!strategy.contains(parameters)) continue;
    for (const char* moment : kMoments) {
      if (!strategy[parameters].contains(moment)) continue;
      Json& hook = strategy[parameters][moment];
      default_hook_environment(hook);
      if (containers.size() == 1) default_hook_container(hook, string_at(containers[0], "/name"));
    }
  }
}

void default_triggers(Json& spec, const std::string& name_space) {
  set_default(spec, "triggers", Json::array({{{"type", "ConfigChange"}}}));
  for (Json& trigger : spec["triggers"]) {
    if (!trigger.contains("imageChangeParams")) continue;
    Json& from = trigger["imageChangeParams"]["from"];
    set_default(from, "kind", "ImageStreamTag");
    if (from["kind"] != "DockerImage") set_default(from, "namespace", name_space);
  }
}

}  // namespace

bool is_nothing(const Json& value) {
  return value == 0 || value == "0" || value == "0%";
}

void set_deployment_config_defaults(Json& object) {
  Json& spec = object["spec"];
  default_strategy(spec["strategy"]);
  default_triggers(spec, string_at(object, "/metadata/namespace"));
  set_default(spec, "revisionHistoryLimit", 10);
  if (spec.contains("template")) set_pod_defaults(spec["template"]["spec"]);
  default_hooks(spec["strategy"], array_at(spec, "/template/spec/containers"));
  const Json& labels = object_at(spec, "/template/metadata/labels");
  if (object_at(spec, "/selector").empty() && !labels.empty()) spec["selector"] = labels;
}

}  // namespace upshift::emulator
