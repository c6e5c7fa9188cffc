// What a plan needs to be allowed in the project: what its steps' manifests declare, and what the host itself reads.
#pragma once

#include "cluster/rights.hpp"
#include "plan/plan.hpp"

namespace upshift::cli {

struct NeededRights {
  cluster::Rights needed;
  cluster::Rights wanted;  // gone on without: what a backup saves where it may, what tells why something fails
};

NeededRights needed_rights(const plan::Plan& plan);

}  // namespace upshift::cli
