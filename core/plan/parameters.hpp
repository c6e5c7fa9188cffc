// Values of parameters: the user's word, what a stage hands to its concern, the default, a rehearsal's stand-in.
#pragma once

#include "plan/plan.hpp"

namespace upshift::plan {

struct Resolved {
  Json values = Json::object();
  std::vector<std::string> secrets;    // names of secret parameters
  std::vector<std::string> stand_ins;  // "SCOPE.NAME" of those that a rehearsal made up
  std::vector<std::string> missing;    // "SCOPE.NAME" of those that a run needs and nobody set
};

// "NAME" of "${NAME}"; "" for any other text.
std::string reference_in(std::string_view text);

// `scope` is the hop's or concern's id; `with` is what the stage hands over (already without references).
Result<Resolved> resolve_parameters(const std::string& scope, const Json& schemas, const Json& with,
                                    const Settings& settings);

// `with` of a stage with "${NAME}" replaced by the hop's values; members whose hop parameter has no value are left out.
Result<Json> substitute(const std::string& stage, const Json& with, const Json& hop_schemas, const Json& hop_values);

// INVALID_ARGUMENT for the first name in `settings` that no hop and no concern of the catalog has.
Status check_names(const Catalog& catalog, const Settings& settings);

}  // namespace upshift::plan
