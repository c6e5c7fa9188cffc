// What the user set for plugins, as the steps receive it.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "plan/plan.hpp"

namespace upshift::cli {

// The settings of a plan: values typed by their schemas, files read, everything validated. Messages never repeat a
// value.
enum class StandIns { kUse, kRefuse };
plan::Settings plan_settings(const config::Settings& settings, StandIns stand_ins);

// One value in the type its schema names: "3" becomes 3, "a,b" a list, a file's name its content (x-upshift-file).
Result<Json> typed_value(const std::string& name, const Json& schema, const Json& given);

}  // namespace upshift::cli
