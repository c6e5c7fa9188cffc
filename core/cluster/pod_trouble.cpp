#include "cluster/pod_trouble.hpp"

#include <fmt/format.h>

namespace upshift::cluster {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kCrashesUntilHopeless = 3;

std::string container_text(const Json& pod, const Json& status) {
  return fmt::format("Pod/{}: container {}", string_at(pod, "/metadata/name"), string_at(status, "/name"));
}

std::string with_message(std::string text, const std::string& message) {
  return message.empty() ? text : text + ": " + message;
}

std::string log_advice(const Json& pod, const Json& status) {
  return fmt::format("look at `oc logs {} -c {} --previous`, mend the cause and resume",
                     string_at(pod, "/metadata/name"), string_at(status, "/name"));
}

PodLog log_of(const Json& pod, const Json& status, bool previous) {
  return {string_at(pod, "/metadata/name"), string_at(status, "/name"), previous};
}

std::optional<Trouble> pull_trouble(const Json& pod, const Json& status, const std::string& reason) {
  const bool first = reason == "ErrImagePull" || reason == "RegistryUnavailable";
  if (!first && reason != "ImagePullBackOff" && reason != "InvalidImageName" && reason != "ErrImageNeverPull")
    return {};
  const auto image = string_at(status, "/image");
  return Trouble{first ? Duration(seconds(60)) : Duration::zero(),
                 with_message(fmt::format("{} cannot get its image{} ({})", container_text(pod, status),
                                          image.empty() ? "" : " " + image, reason),
                              string_at(status, "/state/waiting/message")),
                 "look whether the image exists and the project's pull secret fits its registry, then resume"};
}

std::optional<Trouble> crash_trouble(const Json& pod, const Json& status, const std::string& reason) {
  const Json* ended = find(status, "/state/terminated");
  if (ended == nullptr) ended = find(status, "/lastState/terminated");
  const auto restarts = int_at(status, "/restartCount");
  const bool crashing =
      reason == "CrashLoopBackOff" || (ended != nullptr && restarts > 0 && !bool_at(status, "/ready"));
  if (!crashing) return {};
  const auto ending = ended == nullptr ? std::string() : fmt::format(" ({})", ending_of(*ended));
  return Trouble{restarts >= kCrashesUntilHopeless ? Duration::zero() : kForEver,
                 fmt::format("{} crashes, {} restart{} so far{}", container_text(pod, status), restarts,
                             restarts == 1 ? "" : "s", ending),
                 log_advice(pod, status), log_of(pod, status, restarts > 0), true};
}

std::optional<Trouble> container_trouble(const Json& pod, const Json& status) {
  const auto reason = string_at(status, "/state/waiting/reason");
  if (reason == "CreateContainerConfigError" || reason == "CreateContainerError" || reason == "RunContainerError") {
    return Trouble{reason == "CreateContainerConfigError" ? Duration::zero() : Duration(seconds(60)),
                   with_message(fmt::format("{} cannot be created", container_text(pod, status)),
                                string_at(status, "/state/waiting/message", reason)),
                   "create what is missing, then resume"};
  }
  if (auto trouble = pull_trouble(pod, status, reason)) return trouble;
  return crash_trouble(pod, status, reason);
}

std::optional<Trouble> scheduling_trouble(const Json& pod) {
  for (const auto& condition : array_at(pod, "/status/conditions")) {
    if (string_at(condition, "/type") != "PodScheduled" || string_at(condition, "/status") != "False") continue;
    const auto message = string_at(condition, "/message");
    const bool claim = message.find("persistentvolumeclaim") != std::string::npos ||
                       message.find("PersistentVolumeClaim") != std::string::npos;
    const bool missing = claim && message.find("not found") != std::string::npos;
    return Trouble{missing ? Duration::zero()
                   : claim ? Duration(minutes(2))
                           : Duration(minutes(5)),
                   with_message(fmt::format("Pod/{} finds no node", string_at(pod, "/metadata/name")), message),
                   claim ? "look at the project's persistent volume claims, then resume"
                         : "free or add room on the nodes, then resume"};
  }
  return {};
}

std::optional<Trouble> ended_trouble(const Json& pod) {
  const auto reason = string_at(pod, "/status/reason");
  if (string_at(pod, "/status/phase") != "Failed" || reason.empty()) return {};
  return Trouble{
      kForEver,
      with_message(fmt::format("Pod/{} was ended by the cluster ({})", string_at(pod, "/metadata/name"), reason),
                   string_at(pod, "/status/message")),
      "look at the nodes of the cluster, then resume"};
}

std::optional<Trouble> readiness_trouble(const Json& pod) {
  if (string_at(pod, "/status/phase") != "Running" || is_ready(pod)) return {};
  for (const auto& status : array_at(pod, "/status/containerStatuses")) {
    if (bool_at(status, "/ready") || find(status, "/state/running") == nullptr) continue;
    return Trouble{kForEver, fmt::format("{} runs but is not Ready", container_text(pod, status)),
                   fmt::format("look at its readiness probe and `oc logs {} -c {}`, mend the cause and resume",
                               string_at(pod, "/metadata/name"), string_at(status, "/name")),
                   log_of(pod, status, false)};
  }
  return {};
}

}  // namespace

std::string ending_of(const Json& terminated) {
  const auto code = int_at(terminated, "/exitCode");
  const auto reason = string_at(terminated, "/reason");
  std::string text = fmt::format("exit code {}", code);
  if (reason == "OOMKilled") {
    text += ", out of memory";
  } else if (code == 137 || code == 143) {
    text += ", killed";
  } else if (!reason.empty() && reason != "Error" && reason != "Completed") {
    text += ", " + reason;
  }
  auto message = string_at(terminated, "/message");
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  return with_message(std::move(text), message);
}

std::optional<Trouble> trouble_of(const Json& pod) {
  // What an evicted pod's containers show ended with it; its controller makes another.
  if (has_ended(pod)) return ended_trouble(pod);
  if (auto trouble = scheduling_trouble(pod)) return trouble;
  std::optional<Trouble> worst;
  for (const auto* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const auto& status : array_at(pod, list)) {
      auto trouble = container_trouble(pod, status);
      if (trouble && (!worst || trouble->patience < worst->patience)) worst = std::move(trouble);
    }
  }
  return worst ? worst : readiness_trouble(pod);
}

bool is_deployer_or_hook(const Json& pod) {
  return !string_at(pod, "/metadata/labels/openshift.io~1deployer-pod-for.name").empty();
}

std::string hook_of(const Json& pod) {
  const auto type = string_at(pod, "/metadata/labels/openshift.io~1deployer-pod.type");
  return type.starts_with("hook-") ? type.substr(5) : "";
}

std::string controller_of(const Json& pod) {
  for (const auto& owner : array_at(pod, "/metadata/ownerReferences")) {
    if (string_at(owner, "/kind") == "ReplicationController") return string_at(owner, "/name");
  }
  // A copy of a pod (`oc debug`) keeps the annotations, and belongs to nobody.
  return is_deployer_or_hook(pod) ? string_at(pod, "/metadata/annotations/openshift.io~1deployment.name") : "";
}

bool is_ready(const Json& pod) {
  for (const auto& condition : array_at(pod, "/status/conditions")) {
    if (string_at(condition, "/type") == "Ready") return string_at(condition, "/status") == "True";
  }
  return false;
}

bool has_ended(const Json& pod) {
  const auto phase = string_at(pod, "/status/phase");
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace upshift::cluster
