#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kUidLabel = "controller-uid";
constexpr const char* kNameLabel = "job-name";

void check_job_spec(const Json& spec, const std::string& path, Causes& causes) {
  for (const char* field :
       {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"}) {
    check_not_negative(spec, std::string("/") + field, fmt::format("{}.{}", path, field), causes);
  }
  const Json& pod = object_at(spec, "/template/spec");
  validate_pod_spec(pod, path + ".template.spec", {}, causes);
  const std::string policy = string_at(pod, "/restartPolicy");
  if (policy != "Never" && policy != "OnFailure") {
    causes.required(path + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
  }
}

// The selector that a server gives a job, or the one that the job brings along itself.
void check_job_selector(const Json& object, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  const Json* selector = find(spec, "/selector");
  const Json& labels = object_at(spec, "/template/metadata/labels");
  if (selector == nullptr) {
    causes.required("spec.selector");
    causes.invalid("spec.template.metadata.labels", to_text(labels), "`selector` does not match template `labels`");
    return;
  }
  check_label_selector(*selector, "spec.selector", causes);
  if (!bool_at(spec, "/manualSelector")) {
    const std::string uid = string_at(object, "/metadata/uid");
    const bool own = object_at(*selector, "/matchLabels") == Json{{kUidLabel, uid}};
    if (!own) causes.invalid("spec.selector", to_text(*selector), "`selector` not auto-generated");
    if (string_at(labels, std::string("/") + kUidLabel) != uid) {
      causes.invalid("spec.template.metadata.labels", to_text(labels), "must be the generated labels");
    }
    if (string_at(labels, std::string("/") + kNameLabel) != string_at(object, "/metadata/name")) {
      causes.required("spec.template.metadata.labels", "must name the job");
    }
  }
  if (!selector_matches(*selector, labels)) {
    causes.invalid("spec.template.metadata.labels", to_text(labels), "`selector` does not match template `labels`");
  }
}

bool is_schedule(const std::string& text) {
  if (text.starts_with("@every ")) return text.size() > 7;
  if (text.starts_with('@')) {
    static const std::vector<std::string> names = {"@yearly", "@annually", "@monthly", "@weekly",
                                                   "@daily",  "@midnight", "@hourly"};
    return std::find(names.begin(), names.end(), text) != names.end();
  }
  std::vector<std::string> fields = split(text, ' ');
  std::erase(fields, "");
  const auto usable = [](const std::string& field) {
    return std::all_of(field.begin(), field.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view("*,-/?").find(c) != std::string_view::npos;
    });
  };
  return fields.size() == 5 && std::all_of(fields.begin(), fields.end(), usable);
}

}  // namespace

void validate_job(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  check_job_spec(spec, "spec", causes);
  check_job_selector(object, causes);
  if (old == nullptr) return;
  for (const char* field : {"completions", "selector", "template", "completionMode"}) {
    const Json* before = find(*old, fmt::format("/spec/{}", field));
    const Json* after = find(spec, std::string("/") + field);
    const bool same = (before == nullptr) == (after == nullptr) && (before == nullptr || *before == *after);
    if (!same)
      causes.invalid(fmt::format("spec.{}", field), after == nullptr ? "null" : to_text(*after), "field is immutable");
  }
  // A job whose selector is wrong is told so as an update and as a whole.
  if (find(spec, "/selector") == nullptr) check_job_selector(object, causes);
}

void validate_cron_job(const Json& object, const Json* /*old*/, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  // The names of its jobs end in the time, which needs eleven characters of the 63.
  constexpr std::size_t kLongestName = 52;
  if (const std::string name = string_at(object, "/metadata/name"); name.size() > kLongestName) {
    causes.invalid("metadata.name", name, "must be no more than 52 characters");
  }
  const std::string schedule = string_at(spec, "/schedule");
  if (schedule.empty()) {
    causes.required("spec.schedule");
  } else if (!is_schedule(schedule)) {
    causes.invalid("spec.schedule", schedule, "is no schedule of five fields");
  }
  for (const char* field : {"startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"}) {
    check_not_negative(spec, std::string("/") + field, fmt::format("spec.{}", field), causes);
  }
  check_one_of(string_at(spec, "/concurrencyPolicy"), {"Allow", "Forbid", "Replace"}, "spec.concurrencyPolicy", causes);
  const Json& job = object_at(spec, "/jobTemplate/spec");
  check_job_spec(job, "spec.jobTemplate.spec", causes);
  if (find(job, "/selector") != nullptr) {
    causes.invalid("spec.jobTemplate.spec.selector", "", "`selector` will be auto-generated");
  }
  if (bool_at(job, "/manualSelector")) {
    causes.not_supported("spec.jobTemplate.spec.manualSelector", "true", "\"nil\", \"false\"");
  }
}

}  // namespace upshift::emulator
