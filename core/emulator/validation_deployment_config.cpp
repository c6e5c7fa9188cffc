#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

void validate_hook(const Json& hook, const std::string& path, Causes& causes) {
  const std::string policy = string_at(hook, "/failurePolicy");
  if (policy.empty()) {
    causes.required(path + ".failurePolicy");
  } else if (policy != "Abort" && policy != "Retry" && policy != "Ignore") {
    causes.invalid(path + ".failurePolicy", policy, "is not Abort, Retry or Ignore");
  }
  const Json* exec = find(hook, "/execNewPod");
  const bool tags = !array_at(hook, "/tagImages").empty();
  if (exec == nullptr && !tags) causes.invalid(path, "<empty>", "one of execNewPod or tagImages must be specified");
  if (exec == nullptr) return;
  if (tags) causes.invalid(path, "<both>", "only one of execNewPod or tagImages may be specified");
  if (array_at(*exec, "/command").empty()) causes.required(path + ".execNewPod.command");
  if (string_at(*exec, "/containerName").empty()) causes.required(path + ".execNewPod.containerName");
}

void validate_strategy(const Json& spec, Causes& causes) {
  const std::string type = string_at(spec, "/strategy/type");
  for (const char* parameters : {"rollingParams", "recreateParams"}) {
    for (const char* moment : {"pre", "mid", "post"}) {
      const Json* hook = find(spec, fmt::format("/strategy/{}/{}", parameters, moment));
      if (hook != nullptr) validate_hook(*hook, fmt::format("spec.strategy.{}.{}", parameters, moment), causes);
    }
  }
  if (type == "Custom" && find(spec, "/strategy/customParams") == nullptr) {
    causes.required("spec.strategy.customParams");
  } else if (type != "Rolling" && type != "Recreate" && type != "Custom") {
    causes.invalid("spec.strategy.type", type,
                   "unsupported strategy type, use \"Custom\" and specify your own strategy");
  }
  const Json* rolling = find(spec, "/strategy/rollingParams");
  if (type != "Rolling" || rolling == nullptr) return;
  for (const char* field : {"intervalSeconds", "updatePeriodSeconds", "timeoutSeconds"}) {
    if (int_at(*rolling, std::string("/") + field, 1) < 1) {
      causes.invalid(fmt::format("spec.strategy.rollingParams.{}", field), "0", "must be >0");
    }
  }
  const auto is_zero = [&](const char* field) {
    const auto found = rolling->find(field);
    return found == rolling->end() || *found == 0 || *found == "0%" || *found == "0";
  };
  if (is_zero("maxUnavailable") && is_zero("maxSurge")) {
    causes.invalid("spec.strategy.rollingParams.maxUnavailable", "0", "cannot be 0 when maxSurge is 0 as well");
  }
}

// Returns the containers whose image a trigger sets.
std::vector<std::string> validate_triggers(const Json& spec, Causes& causes) {
  std::vector<std::string> containers;
  const Json& triggers = array_at(spec, "/triggers");
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    const std::string path = fmt::format("spec.triggers[{}]", i);
    const std::string type = string_at(triggers[i], "/type");
    if (type.empty()) causes.required(path + ".type");
    if (type != "ImageChange") continue;
    const Json* parameters = find(triggers[i], "/imageChangeParams");
    if (parameters == nullptr) {
      causes.required(path + ".imageChangeParams");
      continue;
    }
    if (string_at(*parameters, "/from/name").empty()) causes.required(path + ".imageChangeParams.from.name");
    if (const std::string kind = string_at(*parameters, "/from/kind"); kind != "ImageStreamTag") {
      causes.invalid(path + ".imageChangeParams.from.kind", kind, "kind must be 'ImageStreamTag'");
    }
    const Json& names = array_at(*parameters, "/containerNames");
    if (names.empty()) causes.required(path + ".imageChangeParams.containerNames");
    for (const Json& name : names) containers.push_back(name.is_string() ? name.get<std::string>() : std::string{});
  }
  return containers;
}

}  // namespace

void validate_deployment_config(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const std::vector<std::string> triggered = validate_triggers(spec, causes);
  validate_strategy(spec, causes);
  for (const char* field : {"replicas", "minReadySeconds", "revisionHistoryLimit"}) {
    if (const std::int64_t value = int_at(spec, std::string("/") + field); value < 0) {
      causes.invalid(fmt::format("spec.{}", field), std::to_string(value), "must be greater than or equal to 0");
    }
  }
  const Json& selector = object_at(spec, "/selector");
  if (selector.empty()) causes.invalid("spec.selector", "", "selector cannot be empty");
  if (find(spec, "/template") == nullptr) {
    causes.required("spec.template");
    return;
  }
  const Json& labels = object_at(spec, "/template/metadata/labels");
  for (const auto& [key, value] : selector.items()) {
    const auto label = labels.find(key);
    if (label == labels.end() || *label != value) {
      causes.invalid("spec.template.metadata.labels", to_text(labels), "`selector` does not match template `labels`");
      break;
    }
  }
  if (const std::string policy = string_at(spec, "/template/spec/restartPolicy"); policy != "Always") {
    causes.not_supported("spec.template.spec.restartPolicy", policy, "\"Always\"");
  }
  validate_pod_spec(object_at(spec, "/template/spec"), "spec.template.spec", triggered, causes);
}

}  // namespace upshift::emulator
