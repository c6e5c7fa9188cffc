// The pods in which a rollout's lifecycle hooks run.
#pragma once

#include <string_view>

#include "base/json.hpp"

namespace upshift::emulator {

// `hook` is "pre", "mid" or "post", `parameters` that hook's description, `seconds_left` what remains of the deployer's
// own deadline.
Json make_hook_pod(const Json& replication_controller, std::string_view hook, const Json& parameters,
                   std::int64_t seconds_left);

}  // namespace upshift::emulator
