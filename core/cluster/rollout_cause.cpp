#include "cluster/rollout_cause.hpp"

#include <fmt/format.h>

namespace upshift::cluster {
namespace {

constexpr std::int64_t kHookRetriesUntilHopeless = 6;

const Json* ending(const Json& pod) {
  const Json* ended = find(pod, "/status/containerStatuses/0/state/terminated");
  return ended != nullptr ? ended : find(pod, "/status/containerStatuses/0/lastState/terminated");
}

std::string name_of(const Json& object) {
  return string_at(object, "/metadata/name");
}

// The newest event of one reason, or with "" the newest warning of all.
const Json* newest_warning(const RolloutView& view, std::string_view reason) {
  const Json* newest = nullptr;
  for (const Json* event : view.warnings) {
    if (!reason.empty() && string_at(*event, "/reason") != reason) continue;
    // Events of older versions name another controller or its pods.
    if (string_at(*event, "/involvedObject/kind") == "DeploymentConfig" && !reason.empty() &&
        string_at(*event, "/message").find(view.controller_name) == std::string::npos) {
      continue;
    }
    if (newest == nullptr || string_at(*event, "/lastTimestamp") >= string_at(*newest, "/lastTimestamp"))
      newest = event;
  }
  return newest;
}

std::optional<Trouble> hook_trouble(const RolloutView& view, const Json& pod) {
  const auto hook = hook_of(pod);
  const auto policy = view.hook_policy(hook);
  const Json* ended = ending(pod);
  const auto how = ended == nullptr ? std::string("failed") : "ended with " + ending_of(*ended);
  const auto advice =
      fmt::format("look at `oc logs {}`, mend the cause, `oc rollout retry dc/{}` and resume", name_of(pod), view.name);
  if (string_at(pod, "/status/phase") == "Failed") {
    if (policy == "Ignore") return {};
    return Trouble{policy == "Retry" ? kForEver : Duration::zero(),
                   fmt::format("its {} hook Pod/{} {}", hook, name_of(pod), how), advice,
                   PodLog{name_of(pod), string_at(pod, "/spec/containers/0/name"), false}, true};
  }
  auto trouble = trouble_of(pod);
  const auto restarts = int_at(pod, "/status/containerStatuses/0/restartCount");
  if (trouble && restarts > 0 && restarts < kHookRetriesUntilHopeless) trouble->patience = kForEver;
  if (trouble && trouble->what.ends_with("runs but is not Ready")) return {};
  return trouble;
}

std::optional<Trouble> quota_trouble(const RolloutView& view) {
  const Json* event = newest_warning(view, "FailedCreate");
  if (event == nullptr) return {};
  const auto message = string_at(*event, "/message");
  const bool of_deployer = string_at(*event, "/involvedObject/kind") == "DeploymentConfig";
  const bool refused = message.find("quota") != std::string::npos || message.find("forbidden") != std::string::npos;
  // An old pod that goes may free what the next one needs; a deployer pod that is refused stays so.
  const bool at_once = refused && of_deployer;
  return Trouble{
      at_once ? Duration::zero() : Duration(std::chrono::minutes(1)), message,
      refused ? fmt::format("raise the project's quota or limits, then `oc rollout retry dc/{}` and resume", view.name)
              : "mend what the message names, then resume"};
}

std::optional<Trouble> mount_trouble(const RolloutView& view) {
  for (const Json* pod : view.pods) {
    if (string_at(*pod, "/status/phase") == "Pending" && find(*pod, "/metadata/deletionTimestamp") == nullptr) {
      if (auto trouble = trouble_of(*pod)) return trouble;
    }
  }
  return {};
}

}  // namespace

std::optional<RememberedTrouble> obstacle_of(const RolloutView& view, const RolloutMemory& memory, TimePoint now) {
  for (const Json* hook : view.hooks) {
    if (auto trouble = hook_trouble(view, *hook)) return RememberedTrouble{std::move(*trouble), now, true};
  }
  if (view.deployer != nullptr) {
    auto trouble = trouble_of(*view.deployer);
    if (trouble && !has_ended(*view.deployer)) return RememberedTrouble{std::move(*trouble), now, true};
  }
  if (auto remembered = memory.of_controller(view.controller_name)) return remembered;
  if (view.phase == "New" || view.pods.empty()) {
    if (auto trouble = quota_trouble(view)) return RememberedTrouble{std::move(*trouble), now, true};
  }
  if (auto trouble = mount_trouble(view)) return RememberedTrouble{std::move(*trouble), now, true};
  return {};
}

Trouble cause_of_failure(const RolloutView& view, const RolloutMemory& memory) {
  const auto again = fmt::format("mend the cause, `oc rollout retry dc/{}` and resume", view.name);
  for (const Json* hook : view.hooks) {
    if (string_at(*hook, "/status/phase") != "Failed") continue;
    if (auto trouble = hook_trouble(view, *hook)) return std::move(*trouble);
  }
  if (auto remembered = memory.of_controller(view.controller_name)) return std::move(remembered->trouble);
  if (string_at(*view.controller, "/metadata/annotations/openshift.io~1deployment.cancelled") == "true") {
    return {{}, "it was cancelled", fmt::format("`oc rollout retry dc/{}` and resume", view.name)};
  }
  if (const Json* event = newest_warning(view, "FailedCreate")) return {{}, string_at(*event, "/message"), again};
  const Json* ended = view.deployer == nullptr ? nullptr : ending(*view.deployer);
  if (ended != nullptr && int_at(*ended, "/exitCode") != 1) {
    return {{}, fmt::format("its deployer Pod/{} ended with {}", name_of(*view.deployer), ending_of(*ended)), again};
  }
  if (const Json* event = newest_warning(view, "Failed")) return {{}, string_at(*event, "/message"), again};
  return {{},
          fmt::format("its pods did not become Ready within {}, and the deployer gave up",
                      to_text(Duration(view.strategy_timeout()))),
          fmt::format("look at the readiness probe and the events of its pods, {}", again)};
}

}  // namespace upshift::cluster
