// What an Emulator is made of.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emulator/controller.hpp"
#include "emulator/emulator.hpp"
#include "emulator/service_account.hpp"
#include "emulator/watches.hpp"

namespace upshift::emulator {

struct Emulator::State {
  explicit State(Options wanted);

  // The namespace exists from the first use on: until then a loaded export may give it its name.
  void ensure_project();
  Status load_objects(const Json& objects);
  Status load_export(const std::vector<const Json*>& objects);
  Status load_object(const Json& object);
  Status adopt_namespace(const Json& object);
  void adopt_authority(const Json& object);
  // Acts once: the next object in the queue, else the next timer that is due now.
  bool step();
  void set_world_timers(const std::vector<Timer>& timers);
  Result<const Json*> running_container(const cluster::ExecRequest& request, std::string& container) const;

  Options options;
  VirtualClock clock;
  Store store;
  Api api;
  ControlPlane plane;
  Watches watches;
  std::vector<std::unique_ptr<Controller>> controllers;
  ServiceAccounts* service_accounts = nullptr;
  OutsideWorld* world = nullptr;
  std::vector<Error> world_errors;
  std::uint64_t world_timers = 0;
  bool project_exists = false;
};

}  // namespace upshift::emulator
