// A DeploymentConfig taken to zero pods for a while, and back to as many as it had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// How many pods the DeploymentConfig had before upshift took it to zero for that purpose: written on itself, so that
// any later run can bring it back. Nothing where upshift did not.
std::optional<std::int64_t> remembered_replicas(const sdk::Json& deployment_config, std::string_view purpose);
// Whether upshift took it to zero, for whatever purpose.
bool is_taken_down(const sdk::Json& deployment_config);

// Takes it to zero and waits until its pods are gone. One that the user has at zero stays the user's affair.
class ScaleDown : public sdk::Step {
 public:
  // purpose: a word; what one purpose took down, another does not bring back.
  ScaleDown(std::string_view deployment_config, std::string_view purpose)
      : name_(deployment_config), purpose_(purpose) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string name_, purpose_;
};

// Brings it back.
class ScaleBack : public sdk::Step {
 public:
  ScaleBack(std::string_view deployment_config, std::string_view purpose)
      : name_(deployment_config), purpose_(purpose) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string name_, purpose_;
};

}  // namespace upshift::threescale
