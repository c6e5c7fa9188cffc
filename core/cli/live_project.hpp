// A live project as input of a rehearsal: read once, never written to.
#pragma once

#include <string>

#include "cli/input.hpp"
#include "cli/live_cluster.hpp"

namespace upshift::cli {

struct LiveProject {
  InputDocument document;  // a List
  std::string name_space;
  std::vector<Diagnostic> warnings;  // kinds that could not be listed and that no upgrade needs
};

// UNAVAILABLE: the cluster cannot be reached, or does not let the user read what an upgrade needs.
Result<LiveProject> read_live_project(const LiveCluster& cluster);

}  // namespace upshift::cli
