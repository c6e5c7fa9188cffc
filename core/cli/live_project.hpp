// A live project as input of a rehearsal: read once, never written to.
#pragma once

#include <string>

#include "cli/input.hpp"
#include "cluster/http/access.hpp"

namespace upshift::cli {

struct LiveProject {
  InputDocument document;  // a List
  std::string name_space;
  std::vector<Diagnostic> warnings;  // kinds that could not be listed and that no upgrade needs
};

// INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION: there is no usable way in (kubeconfig, options). UNAVAILABLE: the
// cluster cannot be reached, is none, or does not let the user read what an upgrade needs.
Result<LiveProject> read_live_project(const cluster::http::AccessOverrides& overrides);

}  // namespace upshift::cli
