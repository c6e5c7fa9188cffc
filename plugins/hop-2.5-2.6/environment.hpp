// Environment variables that a DeploymentConfig lacks.
#pragma once

#include <string>
#include <vector>

#include "facts.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// One place with every variable it is to have.
struct Target {
  Place place;
  std::vector<Env> variables;
};

// Adds the variables that are missing, and nothing else: one that is there with another source is the user's and is
// kept with a warning. An AMP_RELEASE that was written as a literal is turned back into what the template has, a
// reference to ConfigMap/system-environment: here, because these steps roll the same pods out anyway, so that stating
// the release costs no rollout of its own.
class AddEnvironment : public sdk::Step {
 public:
  AddEnvironment(std::string deployment_config, std::span<const Addition> additions);

  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  // The hook's environment is outside the pod template: changing it rolls nothing out.
  bool rolls_out() const { return targets_.front().place.list != threescale::kPreHook; }

  std::string deployment_config_;
  std::vector<Target> targets_;
};

// JSON patch operations that turn a literal AMP_RELEASE of `place` into the reference; empty where there is none.
sdk::Json unliteral_release(const sdk::Json& deployment_config, const Place& place);

// Annotations of a DeploymentConfig itself, which roll nothing out.
class AddAnnotations : public sdk::Step {
 public:
  AddAnnotations(std::string deployment_config, std::span<const Annotation> annotations)
      : deployment_config_(std::move(deployment_config)), annotations_(annotations) {}

  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string deployment_config_;
  std::span<const Annotation> annotations_;
};

}  // namespace upshift::hop_2_5_2_6
