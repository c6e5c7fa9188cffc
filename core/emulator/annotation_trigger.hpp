// Writes the images that tags stand for into workloads whose annotation image.openshift.io/triggers asks for it.
#pragma once

#include <set>
#include <string_view>

#include "emulator/tag_follower.hpp"

namespace upshift::emulator {

class AnnotationTrigger final : public TagFollower {
 public:
  // `kind` has its pods' template at spec.template: Deployment or StatefulSet, a literal.
  AnnotationTrigger(ControlPlane& plane, std::string_view kind) : TagFollower(plane, kind) {}
  void reconcile(const ObjectName& workload) override;

 private:
  std::set<ObjectName> streams_of(const Json& workload) const override;
};

}  // namespace upshift::emulator
