// The application's task and Zync's database, as they answer in a rehearsal.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_4_2_5 {

// State: the rows of each pod of zync-database, by pod and table. A new pod begins with none: its data is an emptyDir.
class SimulatedProduct : public sdk::Simulation {
 public:
  void start(sdk::SimulationContext& c) override;
  std::optional<sdk::ExecResult> exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) override;
};

}  // namespace upshift::hop_2_4_2_5
