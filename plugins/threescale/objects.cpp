#include "threescale/objects.hpp"

#include <algorithm>

namespace upshift::threescale {

const Json* container(const Json& deployment_config, std::string_view name, std::string_view list) {
  return sdk::named(sdk::array_at(deployment_config, list), name);
}

const Json* tag(const Json& image_stream, std::string_view name) {
  return sdk::named(sdk::array_at(image_stream, "/spec/tags"), name);
}

std::string resolved(const Json& image_stream, std::string_view name) {
  const Json* spec = tag(image_stream, name);
  const Json* status = sdk::named(sdk::array_at(image_stream, "/status/tags"), name, "tag");
  if (status == nullptr) return {};
  // An image of an older spec of the tag does not count.
  const auto wanted = spec != nullptr ? sdk::int_at(*spec, "/generation") : 0;
  if (sdk::int_at(*status, "/items/0/generation", wanted) < wanted) return {};
  return sdk::string_at(*status, "/items/0/dockerImageReference");
}

bool is_same_image(std::string_view one, std::string_view other) {
  const auto digest = [](std::string_view reference) {
    return reference.substr(std::min(reference.find('@'), reference.size()));
  };
  return one == other || (!digest(one).empty() && digest(one) == digest(other));
}

std::optional<std::size_t> image_trigger(const Json& deployment_config, std::string_view image_stream_tag) {
  const Json& triggers = sdk::array_at(deployment_config, "/spec/triggers");
  const std::string project = sdk::string_at(deployment_config, "/metadata/namespace");
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    const Json& from = sdk::object_at(triggers[i], "/imageChangeParams/from");
    // The server writes the project's name into from.namespace.
    const std::string from_project = sdk::string_at(from, "/namespace", project);
    if (sdk::string_at(triggers[i], "/type") == "ImageChange" && sdk::string_at(from, "/name") == image_stream_tag &&
        (project.empty() || from_project == project)) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> trigger_of_container(const Json& deployment_config, std::string_view container_name) {
  const Json& triggers = sdk::array_at(deployment_config, "/spec/triggers");
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    const Json& names = sdk::array_at(triggers[i], "/imageChangeParams/containerNames");
    if (std::find(names.begin(), names.end(), Json(std::string(container_name))) != names.end()) return i;
  }
  return std::nullopt;
}

bool is_settled(const Json& deployment_config) {
  const auto wanted = sdk::int_at(deployment_config, "/spec/replicas");
  const auto generation = sdk::int_at(deployment_config, "/metadata/generation");
  return sdk::int_at(deployment_config, "/status/observedGeneration") >= generation &&
         sdk::int_at(deployment_config, "/status/latestVersion") > 0 &&
         sdk::int_at(deployment_config, "/status/updatedReplicas") >= wanted &&
         sdk::int_at(deployment_config, "/status/availableReplicas") >= wanted;
}

bool runs(const Json& deployment_config, const Json& image_stream, std::string_view tag_name) {
  const std::string stream_tag = sdk::string_at(image_stream, "/metadata/name") + ":" + std::string(tag_name);
  const auto index = image_trigger(deployment_config, stream_tag);
  if (!index || !is_settled(deployment_config)) return false;
  const std::string image = resolved(image_stream, tag_name);
  const Json& trigger = deployment_config["spec"]["triggers"][*index];
  return !image.empty() && is_same_image(sdk::string_at(trigger, "/imageChangeParams/lastTriggeredImage"), image);
}

std::string service_account(const Json& deployment_config) {
  std::string name = sdk::string_at(deployment_config, "/spec/template/spec/serviceAccountName");
  if (name.empty()) name = sdk::string_at(deployment_config, "/spec/template/spec/serviceAccount");
  return name == "default" ? std::string{} : name;
}

bool is_made_by_zync(const Json& route) {
  return sdk::string_at(route, "/metadata/labels/3scale.net~1created-by") == "zync";
}

}  // namespace upshift::threescale
