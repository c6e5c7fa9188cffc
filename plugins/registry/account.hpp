// The account that pulls the images, and what it may do.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::registry {

// Adds the Secret to the account's imagePullSecrets; whatever else is there stays.
struct ServiceAccount : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Adds the account to every RoleBinding of the project that names the default account.
struct Grants : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::registry
