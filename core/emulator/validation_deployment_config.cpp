#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/image_tags.hpp"
#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"
#include "emulator/validation_pod_parts.hpp"

namespace upshift::emulator {
namespace {

bool is_identifier(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void check_environment(const Json& variables, const std::string& path, Causes& causes) {
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::string name = string_at(variables[i], "/name");
    const std::string field = fmt::format("{}[{}].name", path, i);
    if (name.empty()) causes.required(field);
    if (!is_identifier(name)) causes.invalid(field, name, "a valid C identifier is expected");
  }
}

void check_new_pod(const Json& hook, const std::string& path, Causes& causes) {
  if (array_at(hook, "/command").empty()) causes.required(path + ".command");
  if (string_at(hook, "/containerName").empty()) causes.required(path + ".containerName");
  check_environment(array_at(hook, "/env"), path + ".env", causes);
  const Json& volumes = array_at(hook, "/volumes");
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (volumes[i] == "") causes.invalid(fmt::format("{}.volumes[{}]", path, i), "", "must not be empty");
  }
}

bool has_container(const Json& pod, const std::string& name) {
  for (const char* list : {"/containers", "/initContainers"}) {
    for (const Json& container : array_at(pod, list)) {
      if (string_at(container, "/name") == name) return true;
    }
  }
  return false;
}

void check_tag_images(const Json& images, const Json& pod, const std::string& path, Causes& causes) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string at = fmt::format("{}.tagImages[{}]", path, i);
    const std::string container = string_at(images[i], "/containerName");
    if (container.empty()) {
      causes.required(at + ".containerName", "a containerName is required");
    } else if (!has_container(pod, container)) {
      causes.invalid(at + ".containerName", container, "no such container found");
    }
    const std::string kind = string_at(images[i], "/to/kind");
    if (kind != "ImageStreamTag") causes.invalid(at + ".to.kind", kind, "Must be 'ImageStreamTag'");
    if (string_at(images[i], "/to/name").empty()) {
      causes.required(at + ".to.name", "a destination tag name is required");
    }
  }
}

void check_hook(const Json& hook, const Json& pod, const std::string& path, Causes& causes) {
  if (string_at(hook, "/failurePolicy").empty()) causes.required(path + ".failurePolicy");
  const Json* exec = find(hook, "/execNewPod");
  const Json& images = array_at(hook, "/tagImages");
  if (exec != nullptr && !images.empty()) {
    causes.invalid(path, "<hook>", "only one of 'execNewPod' or 'tagImages' may be specified");
  } else if (exec != nullptr) {
    check_new_pod(*exec, path + ".execNewPod", causes);
  } else if (!images.empty()) {
    check_tag_images(images, pod, path, causes);
  } else {
    causes.invalid(path, "<empty>", "One of execNewPod or tagImages must be specified");
  }
}

void check_hooks(const Json& parameters, const Json& pod, const std::string& path,
                 std::initializer_list<const char*> moments, Causes& causes) {
  for (const char* moment : moments) {
    const Json* hook = find(parameters, std::string("/") + moment);
    if (hook != nullptr) check_hook(*hook, pod, fmt::format("{}.{}", path, moment), causes);
  }
}

void check_positive(const Json& parameters, std::initializer_list<const char*> fields, const std::string& path,
                    Causes& causes) {
  for (const char* field : fields) {
    const std::int64_t value = int_at(parameters, std::string("/") + field, 1);
    if (value < 1) causes.invalid(fmt::format("{}.{}", path, field), std::to_string(value), "must be >0");
  }
}

// A number, or that of a percentage; 0 where it is neither.
std::int64_t amount_of(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end + 1 == text.data() + text.size() && *end == '%' ? number : 0;
}

void check_rolling(const Json& parameters, const Json& pod, Causes& causes) {
  const std::string path = "spec.strategy.rollingParams";
  check_positive(parameters, {"intervalSeconds", "updatePeriodSeconds", "timeoutSeconds"}, path, causes);
  const auto member = [&](const char* name) {
    const Json* value = find(parameters, std::string("/") + name);
    return value == nullptr ? Json(0) : *value;
  };
  const Json unavailable = member("maxUnavailable");
  const Json surge = member("maxSurge");
  check_count_or_percentage(unavailable, path + ".maxUnavailable", causes);
  check_count_or_percentage(surge, path + ".maxSurge", causes);
  if (amount_of(unavailable) == 0 && amount_of(surge) == 0) {
    causes.invalid(path + ".maxUnavailable", to_text(unavailable), "cannot be 0 when maxSurge is 0 as well");
  }
  if (unavailable.is_string() && amount_of(unavailable) > 100) {
    causes.invalid(path + ".maxUnavailable", to_text(unavailable), "should not be more than 100%");
  }
  check_hooks(parameters, pod, path, {"pre", "post"}, causes);
}

void check_recreate(const Json& parameters, const Json& pod, Causes& causes) {
  const std::string path = "spec.strategy.recreateParams";
  check_positive(parameters, {"timeoutSeconds"}, path, causes);
  check_hooks(parameters, pod, path, {"pre", "mid", "post"}, causes);
}

// How long the strategy may take; 0 where it does not say.
std::int64_t timeout_of(const Json& strategy) {
  const std::int64_t rolling = int_at(strategy, "/rollingParams/timeoutSeconds");
  return rolling != 0 ? rolling : int_at(strategy, "/recreateParams/timeoutSeconds");
}

void check_strategy(const Json& strategy, const Json& pod, Causes& causes) {
  const std::string type = string_at(strategy, "/type");
  const Json* rolling = find(strategy, "/rollingParams");
  const Json* recreate = find(strategy, "/recreateParams");
  const Json* custom = find(strategy, "/customParams");
  if (custom != nullptr) {
    check_environment(array_at(*custom, "/environment"), "spec.strategy.customParams.environment", causes);
  }
  if (type == "Rolling" && rolling == nullptr) causes.required("spec.strategy.rollingParams");
  if (type == "Custom" && custom == nullptr) causes.required("spec.strategy.customParams");
  const bool known = type == "Rolling" || type == "Recreate" || type == "Custom";
  if (!known) {
    causes.invalid("spec.strategy.type", type,
                   "unsupported strategy type, use \"Custom\" instead and specify your own strategy");
  }
  if (rolling != nullptr && (type == "Rolling" || type == "Custom")) check_rolling(*rolling, pod, causes);
  if (recreate != nullptr && (type == "Recreate" || type == "Custom")) check_recreate(*recreate, pod, causes);
  check_label_map(object_at(strategy, "/labels"), "spec.strategy.labels", causes);
  check_annotation_map(object_at(strategy, "/annotations"), "spec.strategy.annotations", causes);
  check_resources(strategy, "spec.strategy", causes);
  if (find(strategy, "/activeDeadlineSeconds") == nullptr) return;
  const std::int64_t deadline = int_at(strategy, "/activeDeadlineSeconds");
  check_not_negative(strategy, "/activeDeadlineSeconds", "spec.strategy.activeDeadlineSeconds", causes);
  if (timeout_of(strategy) != 0 && deadline <= timeout_of(strategy)) {
    causes.invalid("spec.strategy.activeDeadlineSeconds", std::to_string(deadline),
                   "activeDeadlineSeconds must be greater than timeoutSeconds");
  }
}

void check_trigger_source(const Json& from, const std::string& path, Causes& causes) {
  const std::string name = string_at(from, "/name");
  if (name.empty()) return causes.required(path);
  if (const std::string kind = string_at(from, "/kind"); kind != "ImageStreamTag") {
    causes.invalid(path + ".kind", kind, "kind must be an ImageStreamTag");
  }
  const TagName tag = parse_tag(name);
  if (name.find(':') == std::string::npos) {
    causes.invalid(path + ".name", name, "must be in the form of <name>:<tag>");
  } else if (!is_dns_subdomain(tag.stream) && tag.stream.find('_') == std::string::npos) {
    causes.invalid(path + ".name", name, "must name an image stream");
  }
  const std::string space = string_at(from, "/namespace");
  if (!space.empty() && !is_dns_subdomain(space)) {
    causes.invalid(path + ".namespace", space, "namespace must be a valid subdomain");
  }
}

// Returns the containers whose image a trigger sets.
std::vector<std::string> check_triggers(const Json& spec, Causes& causes) {
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
    check_trigger_source(object_at(*parameters, "/from"), path + ".imageChangeParams.from", causes);
    const Json& names = array_at(*parameters, "/containerNames");
    if (names.empty()) causes.required(path + ".imageChangeParams.containerNames");
    for (const Json& name : names) containers.push_back(name.is_string() ? name.get<std::string>() : std::string{});
  }
  return containers;
}

void check_ready_time(const Json& spec, Causes& causes) {
  const Json& strategy = object_at(spec, "/strategy");
  const std::int64_t ready = int_at(spec, "/minReadySeconds");
  constexpr std::int64_t kUsualTimeout = 600;
  const std::int64_t timeout = timeout_of(strategy) != 0 ? timeout_of(strategy) : kUsualTimeout;
  if (timeout > 0 && ready >= timeout) {
    causes.invalid("spec.minReadySeconds", std::to_string(ready), "must be less than the deployment timeout");
  }
  if (find(strategy, "/activeDeadlineSeconds") != nullptr && ready >= int_at(strategy, "/activeDeadlineSeconds")) {
    causes.invalid("spec.minReadySeconds", std::to_string(ready), "must be less than activeDeadlineSeconds");
  }
}

void check_template(const Json& spec, const std::vector<std::string>& triggered, Causes& causes) {
  const Json& labels = object_at(spec, "/template/metadata/labels");
  const Json& selector = object_at(spec, "/selector");
  if (!selector.empty() && !selector_matches({{"matchLabels", selector}}, labels)) {
    causes.invalid("spec.template.metadata.labels", to_text(labels), "`selector` does not match template `labels`");
  }
  check_label_map(labels, "spec.template.labels", causes);
  check_annotation_map(object_at(spec, "/template/metadata/annotations"), "spec.template.annotations", causes);
  const Json& pod = object_at(spec, "/template/spec");
  validate_pod_spec(pod, "spec.template.spec", triggered, causes);
  const std::string policy = string_at(pod, "/restartPolicy");
  if (policy != "Always") causes.not_supported("spec.template.spec.restartPolicy", policy, "\"Always\"");
  if (int_at(pod, "/activeDeadlineSeconds") > 0) {
    causes.forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds is not supported here");
  }
}

}  // namespace

void validate_deployment_config(const Json& object, const Json* /*old*/, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const std::vector<std::string> triggered = check_triggers(spec, causes);
  const bool has_template = find(spec, "/template") != nullptr;
  if (has_template) check_strategy(object_at(spec, "/strategy"), object_at(spec, "/template/spec"), causes);
  check_not_negative(spec, "/revisionHistoryLimit", "spec.revisionHistoryLimit", causes);
  check_not_negative(spec, "/minReadySeconds", "spec.minReadySeconds", causes);
  check_ready_time(spec, causes);
  if (has_template) {
    check_template(spec, triggered, causes);
  } else {
    causes.required("spec.template");
  }
  if (int_at(spec, "/replicas") < 0) {
    causes.invalid("spec.replicas", std::to_string(int_at(spec, "/replicas")), "replicas cannot be negative");
  }
  if (object_at(spec, "/selector").empty()) causes.invalid("spec.selector", "", "selector cannot be empty");
}

}  // namespace upshift::emulator
