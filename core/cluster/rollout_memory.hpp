// Which pods belong to which rollout, and what went wrong with them, remembered after they are gone: once the deployer
// gives up it deletes them, and the DeploymentConfig says the same for every cause.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cluster/cache.hpp"
#include "cluster/pod_trouble.hpp"

namespace upshift::cluster {

struct RememberedTrouble {
  Trouble trouble;
  TimePoint since;    // first seen
  bool lasts = true;  // the pod still shows it
};

// To what a pod belongs, read once per state of it: each look at a rollout asks it of every pod of the project.
struct PodPlace {
  std::string deployer_of;  // the ReplicationController whose deployer or hook pod it is; else "" and what follows:
  std::string controller;   // see controller_of()
  std::string labelled;     // the DeploymentConfig that its label names
  std::string annotated;    // the one that its annotation names
  bool ended = false;
};

class RolloutMemory {
 public:
  // Watches pods and events of the cache, which must outlive the memory, as must `clock`. Shared by the conditions of
  // one cache: use remember_rollouts().
  explicit RolloutMemory(const Clock& clock) : clock_(clock) {}

  void see_pod(const WatchEvent& event);
  // Those that the cache knows, by name.
  const std::map<std::string, PodPlace>& pods() const { return pods_; }
  // Of the pods that the ReplicationController made.
  std::optional<RememberedTrouble> of_controller(const std::string& name) const;

 private:
  void see_state(WatchEvent::Type type, const Json& pod);

  const Clock& clock_;
  std::map<std::string, PodPlace> pods_;
  std::map<std::string, std::map<std::string, RememberedTrouble>> by_controller_;  // then by pod
};

// A memory that is fed from the cache's pods for as long as anybody holds it.
std::shared_ptr<RolloutMemory> remember_rollouts(Cache& cache);

}  // namespace upshift::cluster
