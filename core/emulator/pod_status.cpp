#include "emulator/pod_status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "emulator/pod_facts.hpp"

namespace upshift::emulator {
namespace {

Json fresh_status(const Json& container, std::string_view reason) {
  return {{"name", string_at(container, "/name")},
          {"image", string_at(container, "/image")},
          {"imageID", ""},
          {"lastState", Json::object()},
          {"ready", false},
          {"restartCount", 0},
          {"started", false},
          {"state", {{"waiting", {{"reason", reason}}}}}};
}

Json ending(Json& status, int exit_code, const std::string& message, const std::string& now) {
  Json out = {{"containerID", string_at(status, "/containerID")},
              {"exitCode", exit_code},
              {"reason", exit_code == 0 ? "Completed" : "Error"},
              {"startedAt", string_at(status, "/state/running/startedAt", now)},
              {"finishedAt", now}};
  if (!message.empty()) out["message"] = message;
  return out;
}

void set_condition(Json& pod, std::string_view type, bool holds, const std::string& reason, const std::string& message,
                   const std::string& now) {
  Json next = {
      {"type", type}, {"status", holds ? "True" : "False"}, {"lastProbeTime", nullptr}, {"lastTransitionTime", now}};
  if (!reason.empty()) next["reason"] = reason;
  if (!message.empty()) next["message"] = message;
  Json& conditions = pod["status"]["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  for (Json& condition : conditions) {
    if (string_at(condition, "/type") != type) continue;
    if (string_at(condition, "/status") == string_at(next, "/status")) {
      next["lastTransitionTime"] = string_at(condition, "/lastTransitionTime", now);
    }
    condition = std::move(next);
    return;
  }
  conditions.push_back(std::move(next));
}

std::string names_text(const std::vector<std::string>& names) {
  return "[" + join(names, " ") + "]";
}

struct Summary {
  std::vector<std::string> incomplete_init, unready;
  bool any_started = false, all_ended = true, all_succeeded = true;
};

Summary look_at(const Json& pod) {
  Summary out;
  for (const Json& status : array_at(pod, "/status/initContainerStatuses")) {
    if (int_at(status, "/state/terminated/exitCode", -1) != 0) {
      out.incomplete_init.push_back(string_at(status, "/name"));
    }
  }
  for (const Json& status : array_at(pod, "/status/containerStatuses")) {
    if (!bool_at(status, "/ready")) out.unready.push_back(string_at(status, "/name"));
    const Json* terminated = find(status, "/state/terminated");
    const bool ran = find(status, "/state/running") != nullptr || find(status, "/lastState/terminated") != nullptr;
    out.any_started = out.any_started || ran || terminated != nullptr;
    out.all_ended = out.all_ended && terminated != nullptr;
    out.all_succeeded = out.all_succeeded && terminated != nullptr && int_at(*terminated, "/exitCode") == 0;
  }
  return out;
}

}  // namespace

void put_on_node(Json& pod, const std::string& now) {
  pod["spec"]["nodeName"] = "node1";
  Json& status = pod["status"];
  status["hostIP"] = "127.0.0.1";
  status["startTime"] = now;
  const bool has_init = !array_at(pod, "/spec/initContainers").empty();
  const char* reason = has_init ? "PodInitializing" : "ContainerCreating";
  status["containerStatuses"] = Json::array();
  for (const Json& container : array_at(pod, "/spec/containers")) {
    status["containerStatuses"].push_back(fresh_status(container, reason));
  }
  if (has_init) status["initContainerStatuses"] = Json::array();
  for (const Json& container : array_at(pod, "/spec/initContainers")) {
    Json entry = fresh_status(container, reason);
    entry.erase("started");
    status["initContainerStatuses"].push_back(std::move(entry));
  }
  summarize(pod, now);
}

void set_unschedulable(Json& pod, const std::string& message, const std::string& now) {
  set_condition(pod, "PodScheduled", false, "Unschedulable", message, now);
}

Json* container_status(Json& pod, bool init, std::string_view name) {
  const char* member = init ? "initContainerStatuses" : "containerStatuses";
  Json& statuses = pod["status"][member];
  if (!statuses.is_array()) return nullptr;
  for (Json& status : statuses) {
    if (string_at(status, "/name") == name) return &status;
  }
  return nullptr;
}

void set_waiting(Json& status, std::string_view reason, const std::string& message) {
  Json waiting = {{"reason", reason}};
  if (!message.empty()) waiting["message"] = message;
  status["state"] = {{"waiting", std::move(waiting)}};
}

void set_running(Json& status, const std::string& container_id, const std::string& image_id, const std::string& now) {
  status["containerID"] = container_id;
  status["imageID"] = image_id;
  status["state"] = {{"running", {{"startedAt", now}}}};
  if (status.contains("started")) status["started"] = true;
}

void set_terminated(Json& status, int exit_code, const std::string& message, const std::string& now) {
  Json terminated = ending(status, exit_code, message, now);
  const bool init = !status.contains("started");
  status["state"] = {{"terminated", std::move(terminated)}};
  status["ready"] = init && exit_code == 0;
  if (init) return;
  status.erase("started");
  status.erase("containerID");
}

void set_crashed(Json& status, int exit_code, const std::string& message, const std::string& now) {
  status["lastState"] = {{"terminated", ending(status, exit_code, message, now)}};
  status["ready"] = false;
  if (status.contains("started")) status["started"] = false;
  status.erase("containerID");
  set_waiting(status, "CrashLoopBackOff", "back-off restarting failed container");
}

void summarize(Json& pod, const std::string& now) {
  const Summary summary = look_at(pod);
  const bool ended = summary.all_ended;
  pod["status"]["phase"] = ended                 ? (summary.all_succeeded ? "Succeeded" : "Failed")
                           : summary.any_started ? "Running"
                                                 : "Pending";
  const bool initialized = summary.incomplete_init.empty();
  set_condition(pod, "Initialized", initialized, initialized ? "" : "ContainersNotInitialized",
                initialized ? "" : "containers with incomplete status: " + names_text(summary.incomplete_init), now);
  const bool ready = summary.unready.empty();
  const std::string reason = ready ? "" : (ended ? "PodCompleted" : "ContainersNotReady");
  const std::string message = ready ? "" : "containers with unready status: " + names_text(summary.unready);
  set_condition(pod, "Ready", ready, reason, message, now);
  set_condition(pod, "ContainersReady", ready, reason, message, now);
  set_condition(pod, "PodScheduled", true, "", "", now);
}

}  // namespace upshift::emulator
