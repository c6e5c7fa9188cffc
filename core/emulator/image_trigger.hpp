// Writes the images that ImageChange triggers' tags stand for into DeploymentConfigs.
#pragma once

#include <map>
#include <set>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class ImageTrigger final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& deployment_config) override;

 private:
  std::map<ObjectName, std::set<ObjectName>> watchers_;  // an ImageStream to the DeploymentConfigs it may trigger
};

}  // namespace upshift::emulator
