// One description of several versions of an installation, rendered as the template of one of them.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::cli {

// The versions that the description has (its member x-versions).
std::vector<std::string> versions_of(const Json& description);

// The template of `version`. Members that steer the rendering, none of which is left:
//   x-only-in: RANGE             what has it is left out of other versions
//   x-by-version: {RANGE: v}     a mapping that stands for the value of the first range that has the version
//   x-inlined-in: RANGE          on an object: in those versions it does not exist, and an environment variable that
//                                refers to one of its keys has the value itself
// A RANGE is a version, "2.4 on", or "until 2.4". INVALID_ARGUMENT where no range has the version, or a reference leads
// to a key that an inlined object lacks.
Result<Json> render_version(const Json& description, const std::string& version);

}  // namespace upshift::cli
