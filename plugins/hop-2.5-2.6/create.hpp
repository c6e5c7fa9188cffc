// Objects that are created where they are missing and only completed where they exist.
#pragma once

#include "objects.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// `present` with what it lacks of `wanted`: keys of maps; entries of lists by their name, other entries by their
// content. What both have stays as it is in `present`.
sdk::Json completed(const sdk::Json& present, const sdk::Json& wanted);

class CreateStream : public sdk::Step {
 public:
  explicit CreateStream(NewStream stream) : stream_(stream) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  NewStream stream_;
};

// The role of zync-que, its account, and what binds them.
struct CreateZyncAccess : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

struct CreateZyncQue : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_5_2_6
