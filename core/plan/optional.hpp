// Steps that a plan has only when they are asked for.
#pragma once

#include "plan/plan.hpp"

namespace upshift::plan {

// Takes the optional steps out of `steps` that no name of `with` means, and returns them; what came after one of them
// comes after what that one came after. A name is a step's id, its last part, or a tag. NOT_FOUND for a name that means
// no optional step.
Result<std::vector<OptionalStep>> leave_out_optional(std::vector<Step>& steps, const std::vector<std::string>& with);

}  // namespace upshift::plan
