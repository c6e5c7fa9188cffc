// Writes the images that tags stand for into workloads whose annotation image.openshift.io/triggers asks for it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class AnnotationTrigger final : public Controller {
 public:
  // `kind` has its pods' template at spec.template: Deployment or StatefulSet, a literal.
  AnnotationTrigger(ControlPlane& plane, std::string_view kind) : Controller(plane), kind_(kind) {}
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& workload) override;

 private:
  std::string kind_;
  std::map<ObjectName, std::set<ObjectName>> watchers_;  // an ImageStream to the workloads it may trigger
};

}  // namespace upshift::emulator
