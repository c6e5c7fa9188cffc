// The master portal's route: 2.4 serves it at MASTER.DOMAIN, where 2.3 had MASTER-admin.DOMAIN.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

struct CreateMasterRoute : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Deletes the routes to the portal at the host of 2.3, whatever their names: projects that began with 2.2 have others.
struct DeleteOldMasterRoute : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_3_2_4
