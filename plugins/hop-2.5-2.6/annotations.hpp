// Annotations that 2.6 adds.
#pragma once

#include <span>
#include <string>

#include "facts.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

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
