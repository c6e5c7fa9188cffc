#include "simulation.hpp"

#include <string>

namespace upshift::hop_2_3_2_4 {

std::optional<sdk::ExecResult> SimulatedProduct::exec(sdk::SimulationContext&, const sdk::ExecEvent& event) {
  const bool is_of_system = event.deployment_config == "system-app";
  for (const std::string& word : event.command) {
    if (!is_of_system || word.find("rake \"impersonation_admin_user:update[") == std::string::npos) continue;
    return sdk::ExecResult{0, "The impersonation admin users have been updated.\n", ""};
  }
  return std::nullopt;
}

}  // namespace upshift::hop_2_3_2_4
