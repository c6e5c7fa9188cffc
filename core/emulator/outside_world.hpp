// What happens outside the API server's reach when somebody acts on the project: commands in pods, the application's
// own HTTP API, and what the application does later on its own. The host knows nothing of it; plugins' `simulate`
// answers.
#pragma once

#include <optional>
#include <string>

#include "cluster/transport.hpp"

namespace upshift::emulator {

// Something the outside world wants to do later; `data` comes back unchanged.
struct Timer {
  Duration after{};
  Json data;
};

struct SimulatedExec {
  cluster::ExecResult result;
  std::vector<Timer> timers;
};

class OutsideWorld {
 public:
  virtual ~OutsideWorld() = default;
  // nullopt: nobody knows this command; the emulator answers that no simulation covers it.
  virtual Result<std::optional<SimulatedExec>> exec(const cluster::ExecRequest& request) = 0;
  // A timer is due. May change the project through the Api and ask for further timers.
  virtual Result<std::vector<Timer>> timer(const Json& data) = 0;
};

}  // namespace upshift::emulator
