// The world around an emulated project, as the plugins' SIMULATE tells it: commands in pods, the product's own API, and
// what the product does later on its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event.hpp"
#include "cluster/client.hpp"
#include "emulator/outside_world.hpp"
#include "engine/http_service.hpp"
#include "plugin/host_services.hpp"
#include "plugin/registry.hpp"

namespace upshift::cli {

class Simulation final : public emulator::OutsideWorld, public engine::HttpService {
 public:
  // `client` reaches the emulated project. Everything is borrowed; `events` may be null.
  Simulation(const plugin::Registry& registry, cluster::Client& client, EventSink* events);

  // The project is loaded and has settled: tells every simulating plugin so.
  Status start();

  // The first plugin that knows the command answers.
  Result<std::optional<emulator::SimulatedExec>> exec(const cluster::ExecRequest& request) override;
  Result<std::vector<emulator::Timer>> timer(const Json& data) override;
  // UNAVAILABLE where no plugin knows the call.
  Result<engine::HttpAnswer> send(const engine::HttpCall& call) override;

 private:
  struct Actor {
    plugin::Plugin* plugin;
    Json state;
  };
  Result<Json> ask(Actor& actor, Json request);
  Result<std::optional<std::pair<Actor*, Json>>> ask_until_handled(const Json& request);
  std::string deployment_config_of(const std::string& pod);

  cluster::Client& client_;
  std::unique_ptr<plugin::HostServices> services_;
  std::vector<Actor> actors_;
};

}  // namespace upshift::cli
