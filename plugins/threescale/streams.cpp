#include "threescale/streams.hpp"

#include <vector>

#include "threescale/deployments.hpp"
#include "threescale/installation.hpp"

namespace upshift::threescale {
namespace {

std::string registry(const sdk::Context& c) {
  return c.string_parameter("image-registry");
}

// An installation that imports without TLS checks keeps doing so: its registry is a mirror of its own.
Json import_policy(const Json& image_stream) {
  for (const Json& tag : sdk::array_at(image_stream, "/spec/tags")) {
    const Json& policy = sdk::object_at(tag, "/importPolicy");
    if (sdk::string_at(tag, "/from/kind") == "DockerImage" && !policy.empty()) return policy;
  }
  return Json::object();
}

std::vector<Json> present_followers(sdk::Context& c, std::string_view stream) {
  std::vector<Json> out;
  for (const std::string_view name : followers(stream)) {
    auto dc = c.get("DeploymentConfig", name);
    // One that somebody made follow another stream is not waited for.
    if (dc && image_trigger(*dc, std::string(stream) + ":latest")) out.push_back(*std::move(dc));
  }
  return out;
}

std::string name_of(const Json& object) {
  return sdk::string_at(object, "/metadata/name");
}

std::string hop_of(const sdk::Context& c) {
  const std::string step = c.step();
  return step.substr(0, step.find('/'));
}

// The build, not this step, moves `latest` of an installation that builds its own system image.
bool is_built_here(sdk::Context& c, std::string_view stream) {
  return stream == "amp-system" && uses_oracle(c);
}

// Where somebody went on by hand, or the upgrade to a later version has begun, nothing moves back.
bool is_past(const Json& image_stream, const Image& image) {
  const Json* latest = tag(image_stream, "latest");
  return latest != nullptr && is_newer(sdk::string_at(*latest, "/from/name"), image.version);
}

// The import of the tag as it is was refused, and the cluster does not try again by itself.
bool is_refused(const Json& image_stream, const Json& tag) {
  const Json* status = sdk::named(sdk::array_at(image_stream, "/status/tags"), sdk::string_at(tag, "/name"), "tag");
  if (status == nullptr) return false;
  const Json& conditions = sdk::array_at(*status, "/conditions");
  return std::any_of(conditions.begin(), conditions.end(), [&tag](const Json& condition) {
    return sdk::string_at(condition, "/type") == "ImportSuccess" && sdk::string_at(condition, "/status") == "False" &&
           sdk::int_at(condition, "/generation") >= sdk::int_at(tag, "/generation");
  });
}

}  // namespace

sdk::CheckResult ImportImage::check(sdk::Context& c) {
  const std::string stream(image_.stream);
  const auto present = c.get("ImageStream", stream);
  if (!present) return sdk::blocked("there is no ImageStream/" + stream + ": this is no complete installation");
  if (is_past(*present, image_)) return sdk::done(stream + " is past " + std::string(image_.version) + " already");
  const Json* found = tag(*present, image_.tag);
  if (found == nullptr) return sdk::pending("ImageStream/" + stream + " has no tag " + std::string(image_.tag));
  const std::string wanted = reference(image_, registry(c));
  if (const std::string from = sdk::string_at(*found, "/from/name"); from != wanted) {
    c.warn("tag " + std::string(image_.tag) + " of ImageStream/" + stream + " comes from " + from + " and is kept so",
           "The image of the version is " + wanted + ".", stream);
  }
  if (resolved(*present, image_.tag).empty()) {
    return sdk::pending(stream + ":" + std::string(image_.tag) + " is not imported yet");
  }
  return sdk::done(stream + ":" + std::string(image_.tag) + " is imported");
}

sdk::ApplyResult ImportImage::apply(sdk::Context& c) {
  const std::string stream(image_.stream);
  const Json present = c.require("ImageStream", stream);
  if (tag(present, image_.tag) == nullptr) {
    Json added = {{"name", image_.tag},
                  {"annotations", {{"openshift.io/display-name", image_.tag_title}}},
                  {"from", {{"kind", "DockerImage"}, {"name", reference(image_, registry(c))}}},
                  {"referencePolicy", {{"type", "Source"}}}};
    if (const Json policy = import_policy(present); !policy.empty()) added["importPolicy"] = policy;
    const bool has_tags = sdk::find(present, "/spec/tags") != nullptr;
    c.patch_json(
        "ImageStream", stream,
        Json::array({has_tags ? Json{{"op", "add"}, {"path", "/spec/tags/-"}, {"value", added}}
                              : Json{{"op", "add"}, {"path", "/spec/tags"}, {"value", Json::array({added})}}}));
  }
  const auto index = sdk::index_of(sdk::array_at(present, "/spec/tags"), image_.tag);
  if (index && resolved(present, image_.tag).empty() && is_refused(present, present["spec"]["tags"][*index])) {
    // A generation of 0 has the server count a new one, which it imports.
    const std::string pointer = "/spec/tags/" + std::to_string(*index);
    c.patch_json("ImageStream", stream,
                 Json::array({{{"op", "test"}, {"path", pointer + "/name"}, {"value", image_.tag}},
                              {{"op", "add"}, {"path", pointer + "/generation"}, {"value", 0}}}));
  }
  return sdk::applied("ImageStream/" + stream + " has the tag " + std::string(image_.tag))
      .await(sdk::import(stream, std::string(image_.tag)));
}

sdk::CheckResult MoveLatest::check(sdk::Context& c) {
  const std::string stream(image_.stream);
  const Json present = c.require("ImageStream", stream);
  const Json* latest = tag(present, "latest");
  const bool moved = is_built_here(c, image_.stream) || is_past(present, image_) ||
                     (latest != nullptr && sdk::string_at(*latest, "/from/name") == image_.tag);
  if (!moved) return sdk::pending(stream + ":latest is not " + std::string(image_.tag));
  for (const Json& dc : present_followers(c, image_.stream)) {
    if (!runs(dc, present, "latest")) {
      return sdk::pending("DeploymentConfig/" + name_of(dc) + " does not run the image of " + stream + ":latest yet");
    }
  }
  return sdk::done(stream + ":latest is " + sdk::string_at(latest == nullptr ? Json() : *latest, "/from/name") +
                   " and everything runs it");
}

sdk::ApplyResult MoveLatest::apply(sdk::Context& c) {
  const std::string stream(image_.stream);
  const Json present = c.require("ImageStream", stream);
  sdk::ApplyResult result = sdk::applied(stream + ":latest follows " + std::string(image_.tag));
  if (is_past(present, image_)) {
    result.summary = stream + ":latest is past " + std::string(image_.version) + " already";
  } else if (is_built_here(c, image_.stream)) {
    result.summary = stream + ":latest comes from the project's own build and is left to it";
  } else {
    if (resolved(present, image_.tag).empty()) {
      throw sdk::Failure(sdk::Status::kFailedPrecondition,
                         stream + ":" + std::string(image_.tag) + " is not imported, so latest was not moved to it",
                         "Run the step " + hop_of(c) + "/images/import-" + stream + " first.");
    }
    const Json from = {{"kind", "ImageStreamTag"}, {"name", image_.tag}};
    const Json& tags = sdk::array_at(present, "/spec/tags");
    Json operations = Json::array();
    if (const auto index = sdk::index_of(tags, "latest")) {
      const std::string pointer = "/spec/tags/" + std::to_string(*index);
      operations.push_back({{"op", "test"}, {"path", pointer + "/name"}, {"value", "latest"}});
      operations.push_back({{"op", "add"}, {"path", pointer + "/from"}, {"value", from}});
    } else {
      const Json added = {{"name", "latest"},
                          {"annotations", {{"openshift.io/display-name", image_.latest_title}}},
                          {"from", from},
                          {"referencePolicy", {{"type", "Source"}}}};
      operations.push_back({{"op", "add"}, {"path", "/spec/tags/-"}, {"value", added}});
    }
    c.patch_json("ImageStream", stream, operations);
  }
  for (const Json& dc : present_followers(c, image_.stream)) result.await(sdk::rollout(name_of(dc)));
  return result;
}

sdk::VerifyResult MoveLatest::verify(sdk::Context& c) {
  const Json present = c.require("ImageStream", image_.stream);
  const std::string image = resolved(present, "latest");
  for (const Json& dc : present_followers(c, image_.stream)) {
    const Json& trigger = dc["spec"]["triggers"][*image_trigger(dc, std::string(image_.stream) + ":latest")];
    for (const Json& name : sdk::array_at(trigger, "/imageChangeParams/containerNames")) {
      const auto wanted = name.get<std::string>();
      const Json* found = container(dc, wanted);
      if (found == nullptr) found = container(dc, wanted, threescale::kInitContainers);
      if (found != nullptr && !is_same_image(sdk::string_at(*found, "/image"), image)) {
        return sdk::not_yet("container " + wanted + " of DeploymentConfig/" + name_of(dc) + " is not on " + image +
                            " yet");
      }
    }
  }
  return sdk::verified("everything that follows " + std::string(image_.stream) + " runs " + image);
}

}  // namespace upshift::threescale
