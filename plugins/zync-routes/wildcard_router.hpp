// What is left of the wildcard router when no route leads to it any more.
#pragma once

#include <string>

#include "upshift/sdk.hpp"

namespace upshift::zync_routes {

class RemoveLeftover : public sdk::Step {
 public:
  RemoveLeftover(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string kind_, name_;
};

}  // namespace upshift::zync_routes
