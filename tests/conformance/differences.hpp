// Compares an answer with a recorded one.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace upshift::conformance {

// "path: why" for every place where `got` is not what was recorded. In `want`, "<any>" stands for any value, also
// inside a string; what is empty may as well be absent.
std::vector<std::string> differences(const Json& want, const Json& got);

// The parts of a Status failure that are compared: wording is not.
Json refusal(const Json& status);

}  // namespace upshift::conformance
