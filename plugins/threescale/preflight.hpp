// Whether a hop can begin: what it relies on is there, and everything can roll out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

struct Needed {
  std::string_view kind, name;
};

// Never changes anything: it is done, or the run stops. Tells which parts of the product the project lacks.
class CheckInstallation : public sdk::Step {
 public:
  // from: the version that the hop starts from; amp-system may be past it, where the upgrade has begun.
  CheckInstallation(std::string_view from, std::span<const Needed> needed) : from_(from), needed_(needed) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string from_;
  std::span<const Needed> needed_;
};

}  // namespace upshift::threescale
