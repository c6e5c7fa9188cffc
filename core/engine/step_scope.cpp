#include "engine/step_scope.hpp"

#include <fmt/format.h>

namespace upshift::engine {

Status permit(const StepScope& scope, std::string_view resource, std::string_view verb) {
  const auto what = resource.empty() ? std::string(verb) : fmt::format("{} of {}", verb, resource);
  if (!scope.may_change()) {
    return failure(StatusCode::kPermissionDenied,
                   fmt::format("plugin {} tried {} in the {} of step {}, which may only read", scope.step.plugin, what,
                               plugin::to_string(scope.operation), scope.step.id),
                   "Report it to the plugin's author.");
  }
  for (const auto& permission : scope.step.changes) {
    if (!resource.empty() && permission.resource != resource) continue;
    if (std::find(permission.verbs.begin(), permission.verbs.end(), verb) != permission.verbs.end()) return {};
  }
  return failure(
      StatusCode::kPermissionDenied,
      fmt::format("the manifest of plugin {} does not declare {} for step {}", scope.step.plugin, what, scope.step.id),
      "Report it to the plugin's author: nothing was sent.");
}

}  // namespace upshift::engine
