#include "facts.hpp"
#include "streams.hpp"
#include "threescale/objects.hpp"
#include "threescale/streams.hpp"

namespace upshift::hop_2_5_2_6 {
namespace {

using sdk::Json;

constexpr std::string_view kOldStream = "postgresql";

std::string stream_tag(const threescale::Deployment& database) {
  return std::string(database.stream) + ":latest";
}

bool is_old_stream(std::string_view stream_tag) {
  return stream_tag.rfind(std::string(kOldStream) + ":", 0) == 0;
}

std::string follows(const Json& dc, std::size_t trigger) {
  return sdk::string_at(dc["spec"]["triggers"][trigger], "/imageChangeParams/from/name");
}

constexpr std::string_view kConsequence =
    "Zync makes its schema anew and gets tenants and services back with the resync of section 2.9. What it knows of "
    "OpenID Connect clients comes back with the next change of each application.";

// Who in the project still uses the stream, or empty.
std::string user_of_old_stream(sdk::Context& c) {
  for (const Json& dc : c.list("DeploymentConfig")) {
    for (const Json& trigger : sdk::array_at(dc, "/spec/triggers")) {
      if (is_old_stream(sdk::string_at(trigger, "/imageChangeParams/from/name"))) {
        return "DeploymentConfig/" + sdk::string_at(dc, "/metadata/name");
      }
    }
  }
  for (const char* kind : {"Deployment", "StatefulSet"}) {
    for (const Json& each : c.list(kind)) {
      // Kubernetes' own kinds follow streams by an annotation.
      const std::string triggers = sdk::string_at(each, "/metadata/annotations/image.openshift.io~1triggers");
      if (triggers.find("\"postgresql:") != std::string::npos) {
        return std::string(kind) + "/" + sdk::string_at(each, "/metadata/name");
      }
    }
  }
  for (const Json& build : c.list("BuildConfig")) {
    for (const char* kind : {"dockerStrategy", "sourceStrategy", "customStrategy"}) {
      if (is_old_stream(sdk::string_at(build, std::string("/spec/strategy/") + kind + "/from/name"))) {
        return "BuildConfig/" + sdk::string_at(build, "/metadata/name");
      }
    }
    if (is_old_stream(sdk::string_at(build, "/spec/output/to/name"))) {
      return "BuildConfig/" + sdk::string_at(build, "/metadata/name");
    }
  }
  return {};
}

}  // namespace

sdk::CheckResult FollowStream::check(sdk::Context& c) {
  const std::string name(database_.name);
  const auto dc = c.get("DeploymentConfig", name);
  if (!dc)
    return sdk::not_applicable("there is no DeploymentConfig/" + name + ": that database is outside the project");
  const auto stream = c.get("ImageStream", database_.stream);
  if (threescale::image_trigger(*dc, stream_tag(database_))) {
    if (stream && !threescale::runs(*dc, *stream, "latest")) return sdk::pending(name + " is still rolling out");
    return sdk::done("DeploymentConfig/" + name + " follows " + stream_tag(database_));
  }
  const auto other = threescale::trigger_of_container(*dc, database_.container);
  if (other && !is_old_stream(follows(*dc, *other))) {
    c.warn("DeploymentConfig/" + name + " follows " + follows(*dc, *other) + " and is kept so",
           "Version 2.6 lets it follow " + stream_tag(database_) + ".", name);
    return sdk::done("DeploymentConfig/" + name + " follows a stream of its own");
  }
  // The old image stays while the tag does not resolve, but the rollout would never come.
  if (!stream || threescale::resolved(*stream, "latest").empty()) {
    return sdk::blocked(stream_tag(database_) + " does not resolve to an image; run the step 2.5-2.6/objects/" +
                        std::string(database_.stream) + " first");
  }
  if (threescale::container(*dc, database_.container) == nullptr) {
    return sdk::blocked("DeploymentConfig/" + name + " has no container " + std::string(database_.container));
  }
  threescale::warn_of_volatile_data(c, *dc, kConsequence);
  return sdk::pending("DeploymentConfig/" + name + " does not follow " + stream_tag(database_));
}

sdk::ApplyResult FollowStream::apply(sdk::Context& c) {
  const std::string name(database_.name);
  const Json dc = c.require("DeploymentConfig", name);
  if (!threescale::image_trigger(dc, stream_tag(database_)))
    c.patch_json("DeploymentConfig", name, threescale::follow(dc, database_.container, stream_tag(database_)));
  return sdk::applied("DeploymentConfig/" + name + " follows " + stream_tag(database_)).await(sdk::rollout(name));
}

sdk::VerifyResult FollowStream::verify(sdk::Context& c) {
  const std::string name(database_.name);
  const Json dc = c.require("DeploymentConfig", name);
  const Json stream = c.require("ImageStream", database_.stream);
  if (!threescale::runs(dc, stream, "latest")) return sdk::not_yet(name + " does not run the stream's image yet");
  return sdk::verified(name + " runs " + threescale::resolved(stream, "latest"));
}

sdk::CheckResult DropPostgresqlStream::check(sdk::Context& c) {
  if (!c.get("ImageStream", kOldStream)) return sdk::done("there is no ImageStream/postgresql any more");
  if (const std::string user = user_of_old_stream(c); !user.empty()) {
    return sdk::not_applicable("ImageStream/postgresql stays: " + user + " uses it");
  }
  return sdk::pending("nothing follows ImageStream/postgresql any more");
}

sdk::ApplyResult DropPostgresqlStream::apply(sdk::Context& c) {
  if (const std::string user = user_of_old_stream(c); !user.empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition, "ImageStream/postgresql was not deleted: " + user + " uses it",
                       "Run the step again once nothing uses it, or leave it out.");
  }
  c.remove("ImageStream", kOldStream);
  return sdk::applied("deleted ImageStream/postgresql").await(sdk::absent("ImageStream", std::string(kOldStream)));
}

}  // namespace upshift::hop_2_5_2_6
