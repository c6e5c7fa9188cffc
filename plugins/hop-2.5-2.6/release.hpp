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

// AMP_RELEASE in ConfigMap/system-environment, before the images move: pods read it when they start, and the image step
// starts them anyway. A literal would hide it; those are turned into references by the environment steps, whose
// rollouts are needed anyway, and here only where those steps were left out.
struct StateRelease : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Lets the build with Oracle's client start from the version's image.
struct OracleBase : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// The build itself needs files that only the operator has: a person says when it is done.
struct OracleBuild : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_5_2_6
