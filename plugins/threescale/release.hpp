// The release that the application states, and the build of an installation on an Oracle database.
#pragma once

#include <string>
#include <string_view>

#include "threescale/images.hpp"
#include "upshift/sdk.hpp"

namespace upshift::threescale {

// AMP_RELEASE in ConfigMap/system-environment, before the images move: pods read it when they start, and the image step
// starts them anyway. A literal would hide it; those are turned into references by the environment steps, whose
// rollouts are needed anyway, and here only where those steps were left out.
class StateRelease : public sdk::Step {
 public:
  // release: as the version states it, "2.4.0" or "2.6".
  explicit StateRelease(std::string_view release) : release_(release) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  std::string release_;
};

// Lets the build with Oracle's client start from the version's image.
class OracleBase : public sdk::Step {
 public:
  explicit OracleBase(const Image& image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  Image image_;
};

// The build itself needs files that only the operator has: a person says when it is done.
class OracleBuild : public sdk::Step {
 public:
  explicit OracleBuild(const Image& image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  Image image_;
};

}  // namespace upshift::threescale
