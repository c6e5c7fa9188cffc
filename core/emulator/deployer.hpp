// What goes on inside deployer pods: the rollout strategies with their hooks and timeouts. Each call takes a rollout as
// far as it can go now; what it waits for calls it again.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "emulator/node.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {

class Deployer final : public Controller {
 public:
  Deployer(ControlPlane& plane, Node& node) : Controller(plane), node_(node) {}
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& version) override;

 private:
  enum class Outcome { kWaiting, kDone, kFailed };
  struct Rollout {
    std::string uid;             // of the ReplicationController
    Json config;                 // the DeploymentConfig as it was when the version was made
    std::string state;           // what the rollout waits for, as a text that changes with all progress
    TimePoint since{};           // when `state` last changed
    std::set<std::string> told;  // hook events written
  };
  struct Situation;  // one look at one rollout

  Rollout& rollout_of(const ObjectName& version, const Json& controller, const Json& config);
  Outcome deploy(Situation& now);
  Outcome recreate(Situation& now);
  Outcome roll(Situation& now);
  Outcome run_hook(Situation& now, const std::string& hook);
  Outcome judge_hook(Situation& now, const std::string& hook, const Json& pod);
  Outcome hook_failed(Situation& now, const std::string& hook, const std::string& why);
  void tag_images(const Situation& now, const Json& parameters);
  // Waiting in this state fails once it has lasted for the strategy's timeout.
  Outcome wait(Situation& now, const std::string& state);
  void tell(Situation& now, const std::string& once, bool warning, std::string_view reason, const std::string& text);

  Node& node_;
  std::map<ObjectName, Rollout> rollouts_;
  std::map<ObjectName, ObjectName> running_;  // a DeploymentConfig to the version that is being rolled out
};

}  // namespace upshift::emulator
