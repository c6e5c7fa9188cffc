// Literals of 2.3 that become references to the objects of 2.4.
#pragma once

#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

// One DeploymentConfig, its hook included, in one patch: one rollout. After the images: 2.3 lacks the tasks by which
// the containers of 2.4 wait for their databases.
class ReferToSettings : public sdk::Step {
 public:
  explicit ReferToSettings(std::string_view deployment_config) : name_(deployment_config) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  std::string name_;
};

}  // namespace upshift::hop_2_3_2_4
