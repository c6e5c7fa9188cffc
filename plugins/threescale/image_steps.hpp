// The steps that bring the product's own images from one version to the next.
#pragma once

#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// What a hop calls a step of one of its stages.
using StepName = std::string (*)(std::string_view stage, std::string_view step);

// Of each of the product's own image streams: the import, and `latest`, for all but system in the stage `components`.
// And of the image that is built with Oracle's client.
void add_image_steps(sdk::Definition& hop, StepName name, std::string_view version,
                     std::string_view components = "images");

}  // namespace upshift::threescale
