// The status of a DeploymentConfig: counts and conditions.
#pragma once

#include <string>
#include <vector>

#include "emulator/versions.hpp"

namespace upshift::emulator {

Json make_condition(std::string_view type, std::string_view status, const std::string& reason,
                    const std::string& message, const std::string& now);
// Replaces the condition of that type unless status and reason are the same.
void set_condition(Json& status, Json condition);
// Brings counts and conditions of `config`'s status up to date with its versions, newest first.
void calculate_status(Json& config, const std::vector<Version>& versions, const std::string& now);

}  // namespace upshift::emulator
