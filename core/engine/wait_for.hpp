// Waiting for conditions outside of a run's loop.
#pragma once

#include <string>
#include <vector>

#include "engine/dependencies.hpp"

namespace upshift::engine {

struct WaitOutcome {
  std::vector<std::string> failures;  // a sentence for each condition that is not met
  bool cancelled = false;
};

// Until each of the conditions is met, or hopeless, or the budget is spent. Tells what is awaited as waiting events of
// the step. UNAVAILABLE: the cluster stayed out of reach.
Result<WaitOutcome> wait_for(const Dependencies& with, const std::string& step, const std::vector<Json>& conditions,
                             Duration budget);

}  // namespace upshift::engine
