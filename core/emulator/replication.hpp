// Keeps as many pods of each ReplicationController as it asks for.
#pragma once

#include <set>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class Replication final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& replication_controller) override;

 private:
  struct Pods;
  Pods pods_of(const Json& controller) const;
  std::string create_pods(const Json& controller, int count);
  void delete_pods(const Json& controller, Pods& pods, int count);
  void report(const ObjectName& name, const std::string& failure);

  std::set<ObjectName> failing_;  // could not create a pod
};

// Marks a pod for deletion; its node lets it end.
void delete_pod(ControlPlane& plane, const ObjectName& pod);

}  // namespace upshift::emulator
