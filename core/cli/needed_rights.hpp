// What a plan needs to be allowed in the project: what its steps' manifests declare, and what the host itself reads.
#pragma once

#include "cluster/rights.hpp"
#include "plan/plan.hpp"

namespace upshift::cli {

struct NeededRights {
  cluster::Rights needed;
  cluster::Rights wanted;  // of kinds that a step saves where it may, and goes on without
};

NeededRights needed_rights(const plan::Plan& plan);

}  // namespace upshift::cli
