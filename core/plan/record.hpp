// A plan as the journal keeps it, and back: what a run set out to do is what a resumed one goes on with.
#pragma once

#include "plan/plan.hpp"

namespace upshift::plan {

// Stands in to_json() for the value of a secret parameter.
inline constexpr std::string_view kHiddenSecret = "(secret)";

// The value of a run that secrets_of() is kept as.
inline constexpr const char* kSecretParameters = "upshift.secret-parameters";

// What to_json() leaves out: {"STEP": {"PARAMETER": value}} of the secret parameters.
Json secrets_of(const Plan& plan);

// The plan of to_json() and secrets_of(). FAILED_PRECONDITION: the record is not whole, a secret is missing, or it is
// none of a plan.
Result<Plan> plan_of_record(const Json& record, const Json& secrets);

// Whether plan_of_record() can make a plan of it. Format 1 kept only what is shown of one.
bool is_whole(const Json& record);

// `anew`, which the plugins make for the same way, with the parameters that a record of format 1 kept.
Plan with_recorded_parameters(Plan anew, const Json& record);

}  // namespace upshift::plan
