// Single changes of DeploymentConfigs: memcached's image, sidekiq's threads, and system-resque, which 2.4 has no more.
#pragma once

#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

// The printed guide names a tag that the registry does not have; this is the image of the product's template.
struct MemcachedImage : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// The template passes the number of threads in sidekiq's command; an installation with a command of its own gets the
// variable.
struct SidekiqThreads : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

// Its jobs are system-sidekiq's from 2.4 on: it goes once that runs 2.4, so that no job is without a worker.
struct RemoveResque : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_3_2_4
