// Writes the images that ImageChange triggers' tags stand for into DeploymentConfigs.
#pragma once

#include <set>

#include "emulator/tag_follower.hpp"

namespace upshift::emulator {

class ImageTrigger final : public TagFollower {
 public:
  explicit ImageTrigger(ControlPlane& plane) : TagFollower(plane, "DeploymentConfig") {}
  void reconcile(const ObjectName& deployment_config) override;

 private:
  std::set<ObjectName> streams_of(const Json& deployment_config) const override;
};

}  // namespace upshift::emulator
