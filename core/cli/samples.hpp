// The sample installations that are built into the program (config/samples).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace upshift::cli {

// Their names, sorted: "threescale-2.5".
std::vector<std::string> sample_names();
// The sample as a template, JSON. INVALID_ARGUMENT with the nearest name for an unknown one.
Result<std::string> sample_text(const std::string& name);

}  // namespace upshift::cli
