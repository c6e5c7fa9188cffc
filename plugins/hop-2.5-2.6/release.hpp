// Steps around the images: what is installed, the release that the application states, the keys of a secret, and the
// build of an installation on an Oracle database.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// Never changes anything: it is done, or the run stops.
struct CheckInstallation : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Reads what new objects take over and shares it with later steps.
struct ReadSettings : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Adds the keys that Secret/system-redis lacks, with nothing in them. Those that are there keep their values.
struct CompleteSystemRedis : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_5_2_6
