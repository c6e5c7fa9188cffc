// The faults of a served emulator in one list: those between client and server, and those inside the project (images,
// containers, hooks, deployers) that a rehearsal's fault file knows.
#pragma once

#include <vector>

#include "emulator/emulator.hpp"
#include "emulator/http_fault.hpp"

namespace upshift::emulator::server {

class FaultControl {
 public:
  using Id = FaultPlan::Id;

  // The emulator must outlive it.
  explicit FaultControl(Emulator& emulator) : emulator_(emulator) {}

  // One description, a list of them, or {"faults": […]}; INVALID_ARGUMENT names what is wrong, and nothing is added.
  Status add(const Json& descriptions);
  // False where there is no such fault.
  bool remove(Id id);
  void clear();
  // {"faults": […]} as they were given, each with its "id"; those between client and server also with "seen", the
  // number of requests that matched so far.
  Json to_json() const;

  FaultPlan& plan() { return plan_; }

 private:
  struct Entry {
    Id id = 0;
    Json description;
    bool inside = false;  // the project
  };

  Emulator& emulator_;
  FaultPlan plan_;
  std::vector<Entry> entries_;
  Id last_id_ = 0;
};

}  // namespace upshift::emulator::server
