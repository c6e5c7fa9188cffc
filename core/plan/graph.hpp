// A plan as a graph that other programs draw: steps as nodes in their stages and hops, arrows for what comes before.
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace upshift::plan {

// Gates, points of no return, optional and left-out steps are told apart by shape. Arrows that follow from others are
// left out.
std::string to_dot(const Plan& plan);
std::string to_mermaid(const Plan& plan);

}  // namespace upshift::plan
