// The ConfigMaps and Secrets of 2.4, filled with what the containers of 2.3 run with.
#pragma once

#include <string>

#include "upshift/sdk.hpp"

namespace upshift::hop_2_3_2_4 {

// Creates or completes the objects of one kind.
class CreateSettings : public sdk::Step {
 public:
  explicit CreateSettings(std::string kind) : kind_(std::move(kind)) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  std::string kind_;
};

// Adds the file service_discovery.yml to ConfigMap/system.
struct AddServiceDiscovery : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_3_2_4
