// Databases made to follow image streams, and the stream that nothing follows any more.
#pragma once

#include "threescale/deployments.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// Adds the trigger by which a database follows its stream; the controller sets the image.
class FollowStream : public sdk::Step {
 public:
  explicit FollowStream(threescale::Deployment database) : database_(database) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  threescale::Deployment database_;
};

// Deletes ImageStream/postgresql, which only Zync's database followed, unless something else of the project does.
struct DropPostgresqlStream : sdk::Step {
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
};

}  // namespace upshift::hop_2_5_2_6
