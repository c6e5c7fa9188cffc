// Keeps the Endpoints of Services with a selector: which pods answer, and where.
#pragma once

#include <map>
#include <set>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class EndpointsController final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& service) override;

 private:
  Json subsets_of(const Json& service) const;

  std::map<ObjectName, Json> selectors_;  // of the Services that have one
};

}  // namespace upshift::emulator
