// What went wrong during rollouts, remembered after the pods that showed it are gone: once the deployer gives up it
// deletes them, and the DeploymentConfig says the same for every cause.
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

class RolloutMemory {
 public:
  // Watches pods and events of the cache, which must outlive the memory, as must `clock`. Shared by the conditions of
  // one cache: use remember_rollouts().
  explicit RolloutMemory(const Clock& clock) : clock_(clock) {}

  void see_pod(const WatchEvent& event);
  // Of the pods that the ReplicationController made.
  std::optional<RememberedTrouble> of_controller(const std::string& name) const;

 private:
  const Clock& clock_;
  std::map<std::string, std::map<std::string, RememberedTrouble>> by_controller_;  // then by pod
};

// A memory that is fed from the cache's pods for as long as anybody holds it.
std::shared_ptr<RolloutMemory> remember_rollouts(Cache& cache);

}  // namespace upshift::cluster
