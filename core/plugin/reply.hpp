// What a plugin may answer to an operation (config/schemas/replies.schema.json).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "plugin/plugin.hpp"

namespace upshift::plugin {

// Empty where `reply` is a valid answer. Paths point into the reply.
std::vector<Diagnostic> check_reply(Operation operation, const Json& reply);

}  // namespace upshift::plugin
