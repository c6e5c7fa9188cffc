// Binds claims to volumes, and lets a deleted claim go once no pod uses it.
#pragma once

#include <set>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class VolumeClaims final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& claim) override;

 private:
  bool in_use(const ObjectName& claim) const;

  std::set<ObjectName> leaving_;  // deleted, but still in use
};

}  // namespace upshift::emulator
