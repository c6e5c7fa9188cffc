// From offers to steps: stages become lists of steps, with concerns put in their places and extensions inserted.
#pragma once

#include "plan/plan.hpp"

namespace upshift::plan {

// One stage of the path with its steps; what a manifest says about order is still in `declared_after`.
struct ExpandedStep {
  Step step;
  std::optional<std::vector<std::string>> declared_after;
};

struct ExpandedStage {
  std::string id;  // "2.5-2.6/images"
  std::string hop;
  std::vector<ExpandedStep> steps;
};

struct Expansion {
  std::vector<ExpandedStage> stages;
  std::vector<std::string> warnings;
};

Result<Expansion> expand(const Catalog& catalog, const std::vector<const HopOffer*>& path, const Settings& settings);

}  // namespace upshift::plan
