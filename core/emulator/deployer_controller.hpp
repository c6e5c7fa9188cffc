// Gives each new version of a DeploymentConfig its deployer pod, and its phase from what becomes of that pod.
#pragma once

#include <map>
#include <set>

#include "emulator/node.hpp"

namespace upshift::emulator {

class DeployerController final : public Controller {
 public:
  DeployerController(ControlPlane& plane, Node& node) : Controller(plane), node_(node) {}
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& version) override;

 private:
  void create_deployer(const ObjectName& version, const Json& controller);
  void follow_deployer(const ObjectName& version, const Json& controller, const Json& deployer);
  void set_phase(const ObjectName& version, const std::string& phase, const std::string& reason = {});
  void remove_deployer_pods(const Json& controller);

  Node& node_;
  std::map<ObjectName, int> refused_;  // versions whose deployer pod was refused, and how often
};

}  // namespace upshift::emulator
