// Which steps of a plan are carried out: what a user says with --only, --skip, --from-step and --until.
#pragma once

#include <set>

#include "plan/plan.hpp"

namespace upshift::plan {

// A step as selectors see it.
struct Selectable {
  std::string id;  // HOP/STAGE/STEP
  std::vector<std::string> tags;
};

// The ids of the steps that the selection means. A selector is `tag:NAME`; a glob over the whole id, the id without its
// hop, or its last part; the id of a step, a stage or a hop; or the end of such an id where it means just one. Several
// may stand in one text, comma-separated. `steps` stand in the plan's order.
// INVALID_ARGUMENT: a selector that means nothing (with what is near to it) or several things, or a selection that
// leaves no step.
Result<std::set<std::string>> select(const std::vector<Selectable>& steps, const Selection& selection);

// Takes the steps out of the plan that the selection does not mean, but for those that come before one that it means:
// these stay with `selected` false, to be proven, or are selected as well with `with_prerequisites`. A step that --skip
// names is never selected. Errors as of select().
Status apply_selection(Plan& plan, const Selection& selection);

Json to_json(const Selection& selection);

}  // namespace upshift::plan
