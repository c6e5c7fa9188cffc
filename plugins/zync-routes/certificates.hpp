// Certificates of routes: saved before the old routes go, put on Zync's routes with the same hosts.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

struct SaveCertificates : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

struct RestoreCertificates : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::zync_routes
