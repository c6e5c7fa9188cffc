#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "emulator/server/table.hpp"

namespace upshift::emulator::server {
namespace {

using Columns = std::vector<Column>;

const Column kAge = {"Age", "string", 0, age_cell};

Json fraction(const Json& object, std::string_view ready, std::string_view wanted) {
  return fmt::format("{}/{}", int_at(object, ready), int_at(object, wanted));
}

template <typename Pointer>
std::int64_t total(const Json& list, Pointer pointer) {
  std::int64_t sum = 0;
  for (const Json& member : list) sum += int_at(member, pointer);
  return sum;
}

Json pod_ready(const Json& pod, TimePoint /*now*/) {
  std::size_t ready = 0;
  for (const Json& status : array_at(pod, "/status/containerStatuses")) ready += bool_at(status, "/ready") ? 1U : 0U;
  return fmt::format("{}/{}", ready, array_at(pod, "/spec/containers").size());
}

// What a container that does not run waits for or died of.
std::string container_reason(const Json& status) {
  if (const std::string waiting = string_at(status, "/state/waiting/reason"); !waiting.empty()) return waiting;
  const Json* const terminated = find(status, "/state/terminated");
  if (terminated == nullptr) return {};
  if (const std::string reason = string_at(*terminated, "/reason"); !reason.empty()) return reason;
  const std::int64_t signal = int_at(*terminated, "/signal");
  return signal != 0 ? fmt::format("Signal:{}", signal) : fmt::format("ExitCode:{}", int_at(*terminated, "/exitCode"));
}

Json pod_status(const Json& pod, TimePoint /*now*/) {
  if (find(pod, "/metadata/deletionTimestamp") != nullptr) return "Terminating";
  std::string reason = string_at(pod, "/status/reason", string_at(pod, "/status/phase"));
  for (const Json& status : array_at(pod, "/status/containerStatuses")) {
    if (const std::string why = container_reason(status); !why.empty()) reason = why;
  }
  return reason;
}

Json pod_restarts(const Json& pod, TimePoint /*now*/) {
  return std::to_string(total(array_at(pod, "/status/containerStatuses"), "/restartCount"));
}

template <const char* const& Pointer>
Json text_or_none(const Json& object, TimePoint /*now*/) {
  const std::string text = string_at(object, Pointer);
  return text.empty() ? "<none>" : text;
}
const char* const kPodIp = "/status/podIP";
const char* const kNodeName = "/spec/nodeName";

template <const char* const& Pointer>
Json count(const Json& object, TimePoint /*now*/) {
  return int_at(object, Pointer);
}
const char* const kReplicas = "/spec/replicas";
const char* const kCurrent = "/status/replicas";
const char* const kReady = "/status/readyReplicas";
const char* const kUpdated = "/status/updatedReplicas";
const char* const kAvailable = "/status/availableReplicas";

Json ready_of_wanted(const Json& object, TimePoint /*now*/) {
  return fraction(object, kReady, kReplicas);
}

Json container_names(const Json& object, TimePoint /*now*/) {
  return joined(array_at(object, "/spec/template/spec/containers"), "/name");
}
Json container_images(const Json& object, TimePoint /*now*/) {
  return joined(array_at(object, "/spec/template/spec/containers"), "/image");
}
Json match_labels(const Json& object, TimePoint /*now*/) {
  return pairs_text(object_at(object, "/spec/selector/matchLabels"));
}
Json plain_selector(const Json& object, TimePoint /*now*/) {
  return pairs_text(object_at(object, "/spec/selector"));
}

Json job_completions(const Json& job, TimePoint /*now*/) {
  return fmt::format("{}/{}", int_at(job, "/status/succeeded"), int_at(job, "/spec/completions", 1));
}
Json job_duration(const Json& job, TimePoint now) {
  const Result<TimePoint> start = parse_rfc3339(string_at(job, "/status/startTime"));
  if (!start) return "";
  const Result<TimePoint> end = parse_rfc3339(string_at(job, "/status/completionTime"));
  return age_text((end ? *end : now) - *start);
}

Json hpa_reference(const Json& hpa, TimePoint /*now*/) {
  return string_at(hpa, "/spec/scaleTargetRef/kind") + "/" + string_at(hpa, "/spec/scaleTargetRef/name");
}

Columns with_containers(Columns columns, Json (*selector)(const Json&, TimePoint)) {
  columns.push_back({"Containers", "string", 1, container_names});
  columns.push_back({"Images", "string", 1, container_images});
  columns.push_back({"Selector", "string", 1, selector});
  return columns;
}

Columns replica_columns(Json (*selector)(const Json&, TimePoint)) {
  return with_containers({{"Desired", "integer", 0, count<kReplicas>},
                          {"Current", "integer", 0, count<kCurrent>},
                          {"Ready", "integer", 0, count<kReady>},
                          kAge},
                         selector);
}

const std::map<std::string_view, Columns>& table() {
  static const std::map<std::string_view, Columns> columns = {
      {"Pod",
       {{"Ready", "string", 0, pod_ready},
        {"Status", "string", 0, pod_status},
        {"Restarts", "string", 0, pod_restarts},
        kAge,
        {"IP", "string", 1, text_or_none<kPodIp>},
        {"Node", "string", 1, text_or_none<kNodeName>}}},
      {"Deployment", with_containers({{"Ready", "string", 0, ready_of_wanted},
                                      {"Up-to-date", "integer", 0, count<kUpdated>},
                                      {"Available", "integer", 0, count<kAvailable>},
                                      kAge},
                                     match_labels)},
      {"StatefulSet",
       {{"Ready", "string", 0, ready_of_wanted},
        kAge,
        {"Containers", "string", 1, container_names},
        {"Images", "string", 1, container_images}}},
      {"ReplicaSet", replica_columns(match_labels)},
      {"ReplicationController", replica_columns(plain_selector)},
      {"Job", {{"Completions", "string", 0, job_completions}, {"Duration", "string", 0, job_duration}, kAge}},
      {"CronJob",
       {{"Schedule", "string", 0, [](const Json& it, TimePoint) -> Json { return string_at(it, "/spec/schedule"); }},
        {"Suspend", "boolean", 0, [](const Json& it, TimePoint) -> Json { return bool_at(it, "/spec/suspend"); }},
        {"Active", "integer", 0,
         [](const Json& it, TimePoint) -> Json { return array_at(it, "/status/active").size(); }},
        kAge}},
      {"HorizontalPodAutoscaler",
       {{"Reference", "string", 0, hpa_reference},
        {"MinPods", "integer", 0, [](const Json& it, TimePoint) -> Json { return int_at(it, "/spec/minReplicas", 1); }},
        {"MaxPods", "integer", 0, [](const Json& it, TimePoint) -> Json { return int_at(it, "/spec/maxReplicas"); }},
        {"Replicas", "integer", 0,
         [](const Json& it, TimePoint) -> Json { return int_at(it, "/status/currentReplicas"); }},
        kAge}},
  };
  return columns;
}

}  // namespace

const std::vector<Column>* workload_columns(std::string_view kind) {
  const auto found = table().find(kind);
  return found == table().end() ? nullptr : &found->second;
}

}  // namespace upshift::emulator::server
