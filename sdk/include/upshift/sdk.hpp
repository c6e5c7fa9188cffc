// The C++ layer for plugin authors: everything of upshift/sdk/. Header-only; nothing of it crosses the ABI, so plugin
// and host may be built with different compilers, standard libraries and versions of nlohmann_json.
#pragma once

#include "upshift/sdk/conditions.hpp"
#include "upshift/sdk/context.hpp"
#include "upshift/sdk/failure.hpp"
#include "upshift/sdk/json.hpp"
#include "upshift/sdk/plugin.hpp"
#include "upshift/sdk/results.hpp"
#include "upshift/sdk/simulation.hpp"
#include "upshift/sdk/step.hpp"
