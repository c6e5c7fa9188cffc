// Keeps as many pods of each ReplicationController, or ReplicaSet, as it asks for.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class Replication final : public Controller {
 public:
  // `kind` is the one or the other, a literal.
  Replication(ControlPlane& plane, std::string_view kind, std::string_view component)
      : Controller(plane), kind_(kind), component_(component) {}
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& name) override;

 private:
  struct Pods;
  Pods pods_of(const Json& controller) const;
  std::string create_pods(const Json& controller, int count);
  void delete_pods(const Json& controller, Pods& pods, int count);
  void report(const ObjectName& name, const std::string& failure);

  std::string kind_;
  std::string component_;  // as events name it
  struct Refusal {
    TimePoint retry_at{};
    std::string why;
  };
  std::map<ObjectName, Refusal> refused_;  // those that were refused a pod
};

// Marks a pod for deletion; its node lets it end.
void delete_pod(ControlPlane& plane, const ObjectName& pod);

}  // namespace upshift::emulator
