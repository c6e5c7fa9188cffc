#include "threescale/replicas.hpp"

#include <algorithm>

#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

constexpr std::string_view kPrefix = "upshift/replicas-before-";

std::string annotation_of(std::string_view purpose) {
  return std::string(kPrefix) + std::string(purpose);
}

}  // namespace

std::optional<std::int64_t> remembered_replicas(const Json& deployment_config, std::string_view purpose) {
  const Json& annotations = sdk::object_at(deployment_config, "/metadata/annotations");
  const auto found = annotations.find(annotation_of(purpose));
  if (found == annotations.end() || !found->is_string()) return std::nullopt;
  const auto text = found->get<std::string>();
  if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoll(text);
}

bool is_taken_down(const Json& deployment_config) {
  const Json& annotations = sdk::object_at(deployment_config, "/metadata/annotations");
  return std::any_of(annotations.items().begin(), annotations.items().end(),
                     [](const auto& each) { return each.key().compare(0, kPrefix.size(), kPrefix) == 0; });
}

sdk::CheckResult ScaleDown::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", name_);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/" + name_);
  if (sdk::int_at(*dc, "/spec/replicas") > 0) return sdk::pending("DeploymentConfig/" + name_ + " has pods");
  if (!remembered_replicas(*dc, purpose_)) return sdk::done("DeploymentConfig/" + name_ + " is at zero already");
  if (sdk::int_at(*dc, "/status/replicas") > 0) return sdk::pending("pods of " + name_ + " are still there");
  return sdk::done("DeploymentConfig/" + name_ + " has no pods");
}

sdk::ApplyResult ScaleDown::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", name_);
  const auto replicas = sdk::int_at(dc, "/spec/replicas");
  if (replicas > 0) {
    c.patch_merge("DeploymentConfig", name_,
                  {{"metadata", {{"annotations", {{annotation_of(purpose_), std::to_string(replicas)}}}}},
                   {"spec", {{"replicas", 0}}}});
  }
  sdk::ApplyResult result =
      sdk::applied("took DeploymentConfig/" + name_ + " from " + std::to_string(replicas) + " pods to none");
  for (const Json& pod : c.list("Pod", "deploymentconfig=" + name_)) {
    if (!sdk::find(pod, "/metadata/labels/deployment")) continue;
    result.await(sdk::absent("Pod", sdk::string_at(pod, "/metadata/name")));
  }
  return result;
}

sdk::CheckResult ScaleBack::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", name_);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/" + name_);
  const auto remembered = remembered_replicas(*dc, purpose_);
  if (remembered) {
    return sdk::pending("DeploymentConfig/" + name_ + " had " + std::to_string(*remembered) + " pods");
  }
  if (!is_settled(*dc)) return sdk::pending("DeploymentConfig/" + name_ + " is still rolling out");
  return sdk::done("DeploymentConfig/" + name_ + " has the pods that it had");
}

sdk::ApplyResult ScaleBack::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", name_);
  if (const auto remembered = remembered_replicas(dc, purpose_)) {
    // Somebody may have scaled it up meanwhile; then only the note goes.
    const auto replicas = std::max(*remembered, sdk::int_at(dc, "/spec/replicas"));
    c.patch_merge(
        "DeploymentConfig", name_,
        {{"metadata", {{"annotations", {{annotation_of(purpose_), nullptr}}}}}, {"spec", {{"replicas", replicas}}}});
  }
  return sdk::applied("DeploymentConfig/" + name_ + " has its pods again").await(sdk::rollout(name_));
}

}  // namespace upshift::threescale
