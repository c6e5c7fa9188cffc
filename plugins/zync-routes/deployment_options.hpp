// Services whose deployment option changes before Zync makes routes.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

// The product overwrites both public base URLs when the option changes; they are put back as the inventory has them.
struct ChangeDeploymentOptions : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;
  sdk::UndoResult undo(sdk::Context& c) override;
};

}  // namespace upshift::zync_routes
