// What the product answers in a rehearsal.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

class SimulatedProduct : public sdk::Simulation {
 public:
  std::optional<sdk::ExecResult> exec(sdk::SimulationContext& c, const sdk::ExecEvent& event) override;
};

}  // namespace upshift::hop_2_3_2_4
