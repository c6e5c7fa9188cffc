// Image streams: a version imported, `latest` moved to it, and a container made to follow a stream.
#pragma once

#include <string>
#include <string_view>

#include "threescale/images.hpp"
#include "threescale/objects.hpp"

namespace upshift::threescale {

// Adds the version's tag with the import policy of the tags that are there. Nothing restarts.
class ImportImage : public sdk::Step {
 public:
  explicit ImportImage(Image image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;

 private:
  Image image_;
};

// Points `latest` at the version's tag; everything that follows the stream rolls out.
class MoveLatest : public sdk::Step {
 public:
  explicit MoveLatest(Image image) : image_(image) {}
  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  Image image_;
};

// The JSON patch that makes the container follow `stream_tag` ("postgresql:10") in place of what its trigger follows
// now. Triggers are found by their content: an index is not the same in every installation, and adding without looking
// would add twice.
Json follow(const Json& deployment_config, std::string_view container, std::string_view stream_tag);

// Warns where a rollout loses the data: its volume is an emptyDir. consequence: what that means, for people.
void warn_of_volatile_data(sdk::Context& c, const Json& deployment_config, std::string_view consequence);

}  // namespace upshift::threescale
