// What the controllers share that write the images of ImageStreams' tags into workloads.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "emulator/controller.hpp"

namespace upshift::emulator {

// Looks at a workload when it is written, and when an ImageStream is that the workload names.
class TagFollower : public Controller {
 public:
  void observe(const StoredEvent& event) final;

 protected:
  // `kind`: of the workloads.
  TagFollower(ControlPlane& plane, std::string_view kind) : Controller(plane), kind_(kind) {}
  const std::string& kind() const { return kind_; }
  // The ImageStreams that a workload wants to follow. Called inside every write of one.
  virtual std::set<ObjectName> streams_of(const Json& workload) const = 0;

 private:
  std::string kind_;
  std::map<ObjectName, std::set<ObjectName>> watchers_;  // an ImageStream to the workloads it may trigger
};

}  // namespace upshift::emulator
