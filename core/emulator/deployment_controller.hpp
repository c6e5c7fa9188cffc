// Carries out Deployments: a ReplicaSet for each pod template, rolled out one against the other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class DeploymentController final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& deployment) override;

 private:
  struct Sets;
  Sets sets_of(const Json& deployment) const;
  void create_set(const Json& deployment, Sets& sets);
  void roll_out(const Json& deployment, Sets& sets);
  void recreate(const Json& deployment, Sets& sets);
  void scale_set(const Json& deployment, const ObjectName& set, std::int64_t replicas);
  void forget_old(const Json& deployment, const Sets& sets);
  void report(const ObjectName& name);
  Json counted_status(const Json& deployment, const Sets& sets) const;
  void tell_progress(const Json& deployment, const Sets& sets, Json& status);

  // How far a rollout was when it last moved.
  struct Progress {
    std::string set;
    std::string seen;
    bool complete = false;
    TimePoint since{};
  };
  std::map<ObjectName, Progress> progress_;
};

}  // namespace upshift::emulator
