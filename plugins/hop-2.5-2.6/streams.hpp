// Image streams: versions imported, `latest` moved, databases made to follow, old streams dropped.
#pragma once

#include <string>
#include <string_view>

#include "threescale/deployments.hpp"
#include "threescale/images.hpp"
#include "upshift/sdk.hpp"

namespace upshift::hop_2_5_2_6 {

// Adds the version's tag with the import policy of the tags that are there. Nothing restarts.
class ImportImage : public sdk::Step {
 public:
  explicit ImportImage(threescale::Image image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  threescale::Image image_;
};

// Points `latest` at the version's tag; everything that follows the stream rolls out.
class MoveLatest : public sdk::Step {
 public:
  explicit MoveLatest(threescale::Image image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  threescale::Image image_;
};

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
