// The router: admits Routes, the older claim of a host winning.
#pragma once

#include <map>
#include <set>
#include <string>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class RouteAdmission final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& route) override;

 private:
  void claim(const ObjectName& route, const std::set<std::string>& claims);
  const Json* winner(const std::string& claim, const ObjectName& besides) const;

  std::map<std::string, std::set<ObjectName>> claimants_;  // "host/path" to those who want it
  std::map<ObjectName, std::set<std::string>> claims_;
};

}  // namespace upshift::emulator
