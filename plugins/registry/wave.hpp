// DeploymentConfigs that move to the account together.
#pragma once

#include <string>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::registry {

class Wave : public sdk::Step {
 public:
  // parameter: the one that lists the wave's DeploymentConfigs.
  explicit Wave(std::string parameter) : parameter_(std::move(parameter)) {}

  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  struct Members {
    std::vector<sdk::Json> to_move;  // on the default account
    std::vector<sdk::Json> foreign;  // on an account of the user's own, which is kept
    std::vector<std::string> moved;  // on the account already
    std::vector<std::string> unsettled;
  };
  Members members(sdk::Context& c) const;

  std::string parameter_;
};

}  // namespace upshift::registry
