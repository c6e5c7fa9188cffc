// An example plugin with one concern of two steps. Copy this folder and make it yours.
#include <string>

#include "upshift/sdk.hpp"

namespace {

namespace sdk = upshift::sdk;
using sdk::Json;

constexpr const char* kConfigMap = "maintenance-banner";
constexpr const char* kAnnotation = "example.com/banner";

struct Show : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override {
    const auto present = c.get("ConfigMap", kConfigMap);
    if (present && sdk::string_at(*present, "/data/text") == c.string_parameter("text")) {
      return sdk::done("the banner says so already");
    }
    return sdk::pending(present ? "the banner says something else" : "there is no banner yet");
  }

  sdk::ApplyResult apply(sdk::Context& c) override {
    const Json data = {{"text", c.parameter("text")}};
    c.create_missing({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", kConfigMap}}}});
    c.patch_merge("ConfigMap", kConfigMap, {{"data", data}});
    return sdk::applied("the banner is up");
  }

  sdk::VerifyResult verify(sdk::Context& c) override {
    if (sdk::string_at(c.require("ConfigMap", kConfigMap), "/data/text").empty()) {
      throw sdk::Failure(sdk::Status::kFailedPrecondition, "the banner is empty",
                         "somebody emptied ConfigMap/maintenance-banner; run the step again");
    }
    return sdk::verified("the banner has a text");
  }
};

// Annotates the pod template, which makes a DeploymentConfig roll out anew.
class Restart : public sdk::Step {
 public:
  explicit Restart(std::string deployment_config) : deployment_config_(std::move(deployment_config)) {}

  sdk::CheckResult check(sdk::Context& c) override {
    const auto present = c.get("DeploymentConfig", deployment_config_);
    if (!present) return sdk::not_applicable("there is no DeploymentConfig/" + deployment_config_);
    const Json& annotations = sdk::object_at(*present, "/spec/template/metadata/annotations");
    return annotations.contains(kAnnotation) ? sdk::done("it has the banner") : sdk::pending("it lacks the banner");
  }

  sdk::ApplyResult apply(sdk::Context& c) override {
    c.patch_merge("DeploymentConfig", deployment_config_,
                  {{"spec", {{"template", {{"metadata", {{"annotations", {{kAnnotation, "shown"}}}}}}}}}});
    return sdk::applied("restarted " + deployment_config_).await(sdk::rollout(deployment_config_));
  }

 private:
  std::string deployment_config_;
};

sdk::Definition define() {
  sdk::Definition plugin;
  plugin.step<Show>("banner/show");
  plugin.step<Restart>("banner/restart", "web");
  return plugin;
}

}  // namespace

UPSHIFT_PLUGIN(define)
