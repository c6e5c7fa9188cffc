#include "annotations.hpp"

namespace upshift::hop_2_5_2_6 {

using sdk::Json;

sdk::CheckResult AddAnnotations::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", deployment_config_);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/" + deployment_config_);
  const Json& present = sdk::object_at(*dc, "/metadata/annotations");
  for (const Annotation& each : annotations_) {
    if (!present.contains(std::string(each.name))) return sdk::pending("it lacks " + std::string(each.name));
  }
  return sdk::done("DeploymentConfig/" + deployment_config_ + " has its annotations");
}

sdk::ApplyResult AddAnnotations::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", deployment_config_);
  Json missing = Json::object();
  for (const Annotation& each : annotations_) {
    if (!sdk::object_at(dc, "/metadata/annotations").contains(std::string(each.name))) {
      missing[std::string(each.name)] = each.value;
    }
  }
  c.patch_merge("DeploymentConfig", deployment_config_, {{"metadata", {{"annotations", missing}}}});
  return sdk::applied("annotated DeploymentConfig/" + deployment_config_);
}

}  // namespace upshift::hop_2_5_2_6
