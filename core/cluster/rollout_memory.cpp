#include "cluster/rollout_memory.hpp"

#include "cluster/conditions.hpp"

namespace upshift::cluster {

namespace {

PodPlace place_of(const Json& pod) {
  return {"", controller_of(pod), string_at(pod, "/metadata/labels/deploymentconfig"),
          string_at(pod, "/metadata/annotations/openshift.io~1deployment-config.name"), has_ended(pod)};
}

}  // namespace

void RolloutMemory::see_pod(const WatchEvent& event) {
  const bool gone = event.type == WatchEvent::Type::kDeleted;
  auto deployer_of = event.object.deployer_of();
  const bool is_deployer = !deployer_of.empty();
  if (gone) {
    pods_.erase(event.object.name());
  } else if (is_deployer) {
    pods_[event.object.name()] = {std::move(deployer_of), "", "", "", false};
  }
  if (is_deployer) return;
  const Json pod = event.object.without_spec();
  if (!gone) pods_[event.object.name()] = place_of(pod);
  see_state(event.type, pod);
}

void RolloutMemory::see_state(WatchEvent::Type type, const Json& pod) {
  const auto controller = controller_of(pod);
  if (controller.empty()) return;
  const auto name = string_at(pod, "/metadata/name");
  auto& pods = by_controller_[controller];
  const auto known = pods.find(name);
  // A pod on its way out says nothing new about itself.
  const bool leaving = type == WatchEvent::Type::kDeleted || !string_at(pod, "/metadata/deletionTimestamp").empty();
  if (leaving) {
    if (known != pods.end()) known->second.lasts = false;
    return;
  }
  auto trouble = trouble_of(pod);
  if (has_ended(pod)) {
    if (known != pods.end()) known->second.lasts = false;
    if (known == pods.end() && trouble) pods[name] = {std::move(*trouble), clock_.now(), false};
    return;
  }
  if (!trouble) {
    if (is_ready(pod)) {
      pods.erase(name);
    } else if (known != pods.end()) {
      known->second.lasts = false;
    }
    return;
  }
  // "runs but is not Ready" between two crashes does not hide the crashes.
  if (known != pods.end() && trouble->patience == kForEver && known->second.trouble.patience < kForEver) return;
  const bool same = known != pods.end() && known->second.lasts && known->second.trouble.patience == trouble->patience;
  const TimePoint since = same ? known->second.since : clock_.now();
  pods[name] = {std::move(*trouble), since, true};
}

std::optional<RememberedTrouble> RolloutMemory::of_controller(const std::string& name) const {
  const auto found = by_controller_.find(name);
  if (found == by_controller_.end()) return {};
  std::optional<RememberedTrouble> worst;
  for (const auto& [pod, one] : found->second) {
    const bool worse = !worst || (one.lasts && !worst->lasts) ||
                       (one.lasts == worst->lasts && one.trouble.patience < worst->trouble.patience);
    if (worse) worst = one;
  }
  return worst;
}

std::shared_ptr<RolloutMemory> remember_rollouts(Cache& cache) {
  if (auto shared = cache.attachment<RolloutMemory>()) return shared;
  auto memory = std::make_shared<RolloutMemory>(cache.client().clock());
  cache.attach(memory);
  cache.observe(type_of("Pod"), [memory](const WatchEvent& event) { memory->see_pod(event); });
  return memory;
}

}  // namespace upshift::cluster
