// The maintenance task for the Accounts table: 2.5 keeps with each account the id of its first administrator.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_4_2_5 {

struct UpdateAccounts : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::UndoResult undo(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_4_2_5
