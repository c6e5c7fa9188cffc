#include "emulator/image_view.hpp"

#include "emulator/api.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kGroup = "image.openshift.io";

const Json* event_of(const Json& stream, std::string_view digest) {
  for (const Json& tag : array_at(stream, "/status/tags")) {
    for (const Json& event : array_at(tag, "/items")) {
      const std::string image = string_at(event, "/image");
      if (image == digest || (image.starts_with("sha256:") && image.substr(7).starts_with(digest))) return &event;
    }
  }
  return nullptr;
}

}  // namespace

Json image_of_event(const Json& event) {
  Json image = {{"metadata", {{"creationTimestamp", nullptr}}},
                {"dockerImageMetadata",
                 {{"kind", "DockerImage"},
                  {"apiVersion", "image.openshift.io/1.0"},
                  {"Id", ""},
                  {"Created", nullptr},
                  {"ContainerConfig", Json::object()}}},
                {"dockerImageMetadataVersion", "1.0"},
                {"dockerImageLayers", nullptr}};
  if (event.is_null()) return image;
  const std::string name = string_at(event, "/image");
  image["metadata"]["name"] = name;
  image["dockerImageReference"] = string_at(event, "/dockerImageReference");
  if (const std::string created = string_at(event, "/created"); !created.empty()) {
    image["metadata"]["creationTimestamp"] = created;
  }
  image["dockerImageMetadata"]["Id"] = name;
  return image;
}

Json image_named(const Store& store, const std::string& name) {
  for (const Json* stream : store.list(*cluster::find_kind("ImageStream"), {})) {
    const Json* event = event_of(*stream, name);
    if (event == nullptr || string_at(*event, "/image") != name) continue;
    Json image = image_of_event(*event);
    image["kind"] = "Image";
    image["apiVersion"] = cluster::find_kind("Image")->api_version();
    return image;
  }
  return nullptr;
}

cluster::Response image_stream_image(const Store& store, const ObjectRef& ref) {
  const auto at = ref.name.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == ref.name.size()) {
    return bad_request("ImageStreamImages must be retrieved with <name>@<id>");
  }
  const ResourceType& streams = *cluster::find_kind("ImageStream");
  const Json* stream = store.get({streams, ref.name_space, ref.name.substr(0, at)});
  if (stream == nullptr) return not_found(streams, ref.name.substr(0, at));
  const Json* event = event_of(*stream, ref.name.substr(at + 1));
  if (event == nullptr) return not_found({kGroup, "v1", "imagestreamimage", "ImageStreamImage"}, ref.name);
  Json metadata = {
      {"name", ref.name}, {"namespace", ref.name_space}, {"creationTimestamp", string_at(*event, "/created")}};
  if (const Json* annotations = find(*stream, "/metadata/annotations")) metadata["annotations"] = *annotations;
  return json_response(200, {{"kind", "ImageStreamImage"},
                             {"apiVersion", ref.type.api_version()},
                             {"metadata", std::move(metadata)},
                             {"image", image_of_event(*event)}});
}

cluster::Response pull_secrets(const Store& store, const ObjectRef& stream) {
  Json items = Json::array();
  for (const Json* secret : store.list(*cluster::find_kind("Secret"), stream.name_space)) {
    const std::string type = string_at(*secret, "/type");
    if (type != "kubernetes.io/dockercfg" && type != "kubernetes.io/dockerconfigjson") continue;
    Json item = *secret;
    item.erase("kind");
    item.erase("apiVersion");
    items.push_back(std::move(item));
  }
  return json_response(200, {{"kind", "SecretList"},
                             {"apiVersion", stream.type.api_version()},
                             {"metadata", {{"resourceVersion", std::to_string(store.resource_version())}}},
                             {"items", std::move(items)}});
}

}  // namespace upshift::emulator
