// What each step waits for, and an order that respects it.
#pragma once

#include "plan/expand.hpp"

namespace upshift::plan {

// Sets `after` of every step by the default rules or by what its manifest declares, and returns the steps in an order
// in which each stands after all that it waits for; the stages' own order where that allows it. INVALID_ARGUMENT: a
// step given twice, an unknown step, a circle (named whole).
Result<std::vector<Step>> order_steps(const Catalog& catalog, std::vector<ExpandedStage> stages);

// INVALID_ARGUMENT for the first consumer whose value no step before it produces.
Status check_values(const Catalog& catalog, const std::vector<Step>& steps);

}  // namespace upshift::plan
