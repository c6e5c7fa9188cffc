#include <array>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

constexpr std::string_view kNoMatch = "`selector` does not match template `labels`";

void check_not_negatives(const Json& spec, std::initializer_list<const char*> fields, Causes& causes) {
  for (const char* field : fields)
    check_not_negative(spec, std::string("/") + field, fmt::format("spec.{}", field), causes);
}

// A template of pods that are to run for ever.
void check_running_template(const Json& spec, Causes& causes) {
  const Json& pod = object_at(spec, "/template/spec");
  check_label_map(object_at(spec, "/template/metadata/labels"), "spec.template.labels", causes);
  validate_pod_spec(pod, "spec.template.spec", {}, causes);
  if (array_at(pod, "/containers").empty()) return;
  const std::string policy = string_at(pod, "/restartPolicy");
  if (policy != "Always") causes.not_supported("spec.template.spec.restartPolicy", policy, "\"Always\"");
  if (find(pod, "/activeDeadlineSeconds") != nullptr && int_at(pod, "/activeDeadlineSeconds") > 0) {
    causes.forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds is not supported here");
  }
}

// The selector of apps/v1 workloads and that it selects the template's pods; the template itself.
void check_selector_and_template(const Json& spec, Causes& causes) {
  const Json& labels = object_at(spec, "/template/metadata/labels");
  const Json* selector = find(spec, "/selector");
  if (selector == nullptr) {
    causes.required("spec.selector");
    causes.invalid("spec.template.metadata.labels", to_text(labels), kNoMatch);
  } else {
    check_label_selector(*selector, "spec.selector", causes);
    const bool empty = object_at(*selector, "/matchLabels").empty() && array_at(*selector, "/matchExpressions").empty();
    if (empty) {
      causes.invalid("spec.selector", to_text(*selector), "empty selector is invalid");
    } else if (!selector_is_valid(*selector)) {
      causes.invalid("spec.selector", to_text(*selector), "invalid label selector");
    } else if (!selector_matches(*selector, labels)) {
      causes.invalid("spec.template.metadata.labels", to_text(labels), kNoMatch);
    }
  }
  check_running_template(spec, causes);
}

void check_selector_kept(const Json& object, const Json& old, Causes& causes) {
  const Json* before = find(old, "/spec/selector");
  const Json* after = find(object, "/spec/selector");
  const bool same = (before == nullptr) == (after == nullptr) && (before == nullptr || *before == *after);
  if (!same) causes.invalid("spec.selector", after == nullptr ? "null" : to_text(*after), "field is immutable");
}

// How much of a count or percentage there is: 0 for "0%" as well.
std::int64_t amount_of(const Json& parameters, const char* field) {
  const auto found = parameters.find(field);
  if (found == parameters.end()) return 0;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  const std::string text = found->is_string() ? found->get<std::string>() : std::string{};
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void check_strategy(const Json& strategy, Causes& causes) {
  const std::string type = string_at(strategy, "/type");
  const Json* rolling = find(strategy, "/rollingUpdate");
  if (type == "Recreate") {
    if (rolling != nullptr) {
      causes.forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
    }
    return;
  }
  if (type != "RollingUpdate") {
    causes.not_supported("spec.strategy", type, "\"Recreate\", \"RollingUpdate\"");
    return;
  }
  if (rolling == nullptr) return causes.required("spec.strategy.rollingUpdate");
  bool proper = true;
  for (const char* field : {"maxSurge", "maxUnavailable"}) {
    Causes own;
    const auto value = rolling->find(field);
    if (value != rolling->end())
      check_count_or_percentage(*value, fmt::format("spec.strategy.rollingUpdate.{}", field), own);
    proper = proper && own.empty();
    causes.add(own);
  }
  if (proper && amount_of(*rolling, "maxSurge") == 0 && amount_of(*rolling, "maxUnavailable") == 0) {
    causes.invalid("spec.strategy.rollingUpdate.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0");
  }
}

}  // namespace

void validate_deployment(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  check_not_negatives(spec, {"replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"}, causes);
  check_selector_and_template(spec, causes);
  check_strategy(object_at(spec, "/strategy"), causes);
  const std::int64_t deadline = int_at(spec, "/progressDeadlineSeconds");
  if (find(spec, "/progressDeadlineSeconds") != nullptr && deadline <= int_at(spec, "/minReadySeconds")) {
    causes.invalid("spec.progressDeadlineSeconds", std::to_string(deadline), "must be greater than minReadySeconds");
  }
  if (old != nullptr) check_selector_kept(object, *old, causes);
}

void validate_replica_set(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  check_not_negatives(spec, {"replicas", "minReadySeconds"}, causes);
  if (old != nullptr) {
    check_selector_kept(object, *old, causes);
    // An update of this kind is looked at twice.
    Causes again;
    check_selector_and_template(spec, again);
    for (const Cause& cause : again.all()) {
      if (cause.field == "spec.template.metadata.labels") causes.add(cause);
    }
  }
  check_selector_and_template(spec, causes);
}

void validate_replication_controller(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  check_not_negatives(spec, {"replicas", "minReadySeconds"}, causes);
  const Json& selector = object_at(spec, "/selector");
  if (selector.empty()) causes.required("spec.selector");
  if (find(spec, "/template") == nullptr) {
    causes.required("spec.template");
    return;
  }
  const Json& labels = object_at(spec, "/template/metadata/labels");
  if (!selector.empty() && !selector_matches({{"matchLabels", selector}}, labels)) {
    for (int looks = old == nullptr ? 1 : 2; looks > 0; --looks) {
      causes.invalid("spec.template.metadata.labels", to_text(labels), kNoMatch);
    }
  }
  check_running_template(spec, causes);
}

void validate_stateful_set(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  check_not_negatives(spec, {"replicas", "minReadySeconds"}, causes);
  const std::string management = string_at(spec, "/podManagementPolicy");
  if (management != "OrderedReady" && management != "Parallel") {
    causes.invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'");
  }
  const std::string type = string_at(spec, "/updateStrategy/type");
  if (type != "RollingUpdate" && type != "OnDelete") {
    causes.invalid("spec.updateStrategy", type, "must be 'RollingUpdate' or 'OnDelete'");
  } else if (type == "OnDelete" && find(spec, "/updateStrategy/rollingUpdate") != nullptr) {
    causes.invalid("spec.updateStrategy.rollingUpdate", "", "only allowed for updateStrategy 'RollingUpdate'");
  }
  check_selector_and_template(spec, causes);
  if (old == nullptr) return;
  Json before = object_at(*old, "/spec");
  Json after = spec;
  for (Json* side : {&before, &after}) {
    for (const char* field : {"replicas", "template", "updateStrategy", "minReadySeconds"}) side->erase(field);
  }
  if (before != after) {
    causes.forbidden("spec",
                     "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' "
                     "are forbidden");
  }
}

}  // namespace upshift::emulator
