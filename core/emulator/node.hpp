// The node that every pod runs on: schedules, pulls, starts, probes, restarts and stops containers on the virtual
// clock.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class Node final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  void reconcile(const ObjectName& pod) override;

  // Ends the first container of a pod that does not end on its own: a deployer's.
  void finish(const ObjectName& pod, int exit_code);
  // The pod has been active for longer than it may.
  void expire(const ObjectName& pod);

 private:
  enum class Stage { kIdle, kPulling, kRunning, kSteady, kBackOff, kStuck, kDone };
  struct Container {
    Stage stage = Stage::kIdle;
    TimePoint until{};
    int runs = 0;          // how often it was started
    bool endless = false;  // what it waits for may repeat for ever
  };
  struct Memory {
    std::map<std::string, Container> containers;  // by name; init containers' names begin with "init/"
  };
  struct Visit;  // one look at one pod

  void remember_images(const Json& pod);
  Memory recall(const Json& pod) const;
  bool schedule(Visit& visit);
  void advance(Visit& visit);
  bool advance_container(Visit& visit, const Json& container, bool init);
  void begin(Visit& visit, const Json& container, bool init);
  void start(Visit& visit, const Json& container, bool init);
  void tell(const Visit& visit, std::string_view reason, const std::string& message);
  void end_run(Visit& visit, const Json& container, bool init, int exit_code, const std::string& log);
  void get_stuck(Visit& visit, Container& memory);
  void set_timers(const Visit& visit);
  void set_deadline(const Json& pod);
  const CrashFact* crash_of(const std::string& owner, const std::string& container, const std::string& image) const;
  void stop(const ObjectName& pod, const Json& stored);
  void forget(const ObjectName& pod);

  std::map<ObjectName, Memory> pods_;
  std::set<ObjectName> stuck_;    // wait for a Secret, a ConfigMap, a claim or a registry
  std::set<ObjectName> retry_;    // of those: something they may wait for has changed
  std::set<std::string> images_;  // pulled before
  unsigned addresses_ = 0;
};

}  // namespace upshift::emulator
