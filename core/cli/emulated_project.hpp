// An emulated project with all that lives in it: the plugins' facts, the loaded documents come to rest, the simulated
// product around it. What rehearsals run against and what `emulator serve` serves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/event.hpp"
#include "cli/input.hpp"
#include "cli/simulation.hpp"
#include "cluster/client.hpp"
#include "config/settings.hpp"
#include "emulator/emulator.hpp"
#include "plugin/registry.hpp"

namespace upshift::cli {

class EmulatedProject {
 public:
  // Loads plugins and documents (Templates with `parameters`) and lets everything come to rest. The project's name is
  // the documents' own, else the settings'. `events` hears what simulating plugins say; it may be null and is borrowed.
  static Result<std::unique_ptr<EmulatedProject>> create(const config::Settings& settings,
                                                         const std::vector<InputDocument>& documents,
                                                         const std::map<std::string, std::string>& parameters,
                                                         TimePoint start, EventSink* events);
  ~EmulatedProject() { emulator.set_outside_world(nullptr); }
  EmulatedProject(const EmulatedProject&) = delete;
  EmulatedProject& operator=(const EmulatedProject&) = delete;

  // Lets the controllers act until nothing is left to do.
  void settle();

  plugin::Registry registry;
  emulator::Emulator emulator;
  cluster::Client client;
  std::unique_ptr<Simulation> simulation;

 private:
  explicit EmulatedProject(emulator::Options options)
      : emulator(std::move(options)), client(emulator, emulator.name_space()) {}
};

}  // namespace upshift::cli
