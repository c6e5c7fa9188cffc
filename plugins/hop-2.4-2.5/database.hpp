// MySQL's credentials: from literals of its DeploymentConfig to Secret/system-database. And what the seed lacks.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_4_2_5 {

// Adds DB_USER and DB_PASSWORD, with what the database runs with.
struct CopyCredentials : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Lets the database read them there. Its strategy is Recreate: the application has no database meanwhile.
struct ReferToCredentials : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;
};

// Adds to Secret/system-seed what the template of 2.5 has there and later versions read.
struct CompleteSeed : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_4_2_5
