// The command that makes Zync look at every tenant and service again.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

// Done when each distinct host has an admitted route of Zync to the right Service. Counting routes would mislead:
// services that share a base URL get a route each, and all but the oldest are refused.
struct Resync : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;
  sdk::UndoResult undo(sdk::Context& c) override;
};

}  // namespace upshift::zync_routes
