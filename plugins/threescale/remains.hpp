// What an upgrade that stopped halfway has left of the version before.
#pragma once

#include <string>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// Each in words, empty where nothing is left. What a hop does before it moves the images is not looked for: who has the
// images has that behind him.

// On the images of 2.4 or 2.5.
std::vector<std::string> remains_of_2_3(sdk::Context& c);
// On the images of 2.5.
std::vector<std::string> remains_of_2_4(sdk::Context& c);
// On the images of 2.6; empty for a finished or fresh 2.6.
std::vector<std::string> remains_of_2_5(sdk::Context& c);

}  // namespace upshift::threescale
