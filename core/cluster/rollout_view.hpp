// A DeploymentConfig with what belongs to its newest version, gathered from a Cache for one look.
#pragma once

#include "cluster/cache.hpp"
#include "cluster/image_tag.hpp"

namespace upshift::cluster {

struct RolloutView {
  std::string name;
  const Json* config = nullptr;  // nullptr: there is none
  std::int64_t version = 0;      // status.latestVersion
  std::string controller_name;   // "NAME-VERSION"
  // The ReplicationController of `version`; large, and looked into only where its phase is not enough.
  const ReceivedObject* controller = nullptr;
  std::string phase;              // New, Pending, Running, Complete, Failed; "" without a controller
  std::vector<const Json*> pods;  // of the newest version, without deployer and hook pods
  std::vector<const Json*> older_pods;
  std::vector<const Json*> hooks;  // hook pods of the newest version
  const Json* deployer = nullptr;
  std::vector<const Json*> warnings;  // events about the config and its newest controller, as the server lists them

  std::int64_t wanted_replicas() const;
  bool paused() const { return bool_at(*config, "/spec/paused"); }
  // Whether its controller has acted on the present state of the config.
  bool seen() const { return int_at(*config, "/status/observedGeneration") >= int_at(*config, "/metadata/generation"); }
  // rollingParams or recreateParams, by the strategy's type.
  const Json& strategy_parameters() const;
  std::chrono::seconds strategy_timeout() const;
  std::string hook_policy(std::string_view hook) const;
};

class RolloutMemory;

// Events are left out where they may not be read. `memory` is the cache's, see remember_rollouts().
Result<RolloutView> view_rollout(Cache& cache, const RolloutMemory& memory, const std::string& deployment_config);

// Whether the newest controller was made from the present template.
bool is_from_present_template(const RolloutView& view);

enum class Triggers { kSettled, kImageWaits, kImageRefused, kImageMissing, kFires };
struct TriggerState {
  Triggers state = Triggers::kSettled;
  TagState tag;  // of the trigger that is not settled
};
// Whether the automatic image triggers have fired for the present images.
Result<TriggerState> image_triggers(Cache& cache, const RolloutView& view);
bool has_config_trigger(const RolloutView& view);
// Whether an image trigger took an image that the newest controller does not have yet.
bool image_will_roll_out(const RolloutView& view);

}  // namespace upshift::cluster
