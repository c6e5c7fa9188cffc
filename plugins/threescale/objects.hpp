// Reading DeploymentConfigs and ImageStreams: containers, triggers, tags, and where their rollouts stand.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

using sdk::Json;

// A list of a pod's containers with its JSON pointer.
inline constexpr std::string_view kContainers = "/spec/template/spec/containers";
inline constexpr std::string_view kInitContainers = "/spec/template/spec/initContainers";
inline constexpr std::string_view kPreHook = "/spec/strategy/rollingParams/pre/execNewPod";

// The container or init container, or nullptr.
const Json* container(const Json& deployment_config, std::string_view name, std::string_view list = kContainers);
// The tag's spec, or nullptr.
const Json* tag(const Json& image_stream, std::string_view name);
// What the tag resolves to ("registry…/system@sha256:…"), from the present spec of the tag; empty while it does not.
std::string resolved(const Json& image_stream, std::string_view name);
// Whether both are the image of one digest: a tag with the reference policy Local has its users pull through the
// cluster's own registry.
bool is_same_image(std::string_view one, std::string_view other);
// The index of the ImageChange trigger that follows `image_stream_tag` ("amp-system:latest") of the own project.
std::optional<std::size_t> image_trigger(const Json& deployment_config, std::string_view image_stream_tag);
// The index of the ImageChange trigger that sets this container's image.
std::optional<std::size_t> trigger_of_container(const Json& deployment_config, std::string_view container_name);

// The newest version is out and every wanted pod of it is available.
bool is_settled(const Json& deployment_config);
// Settled, and on the image to which the tag resolves now.
bool runs(const Json& deployment_config, const Json& image_stream, std::string_view tag_name);

// The account of the pods; empty for the project's default account.
std::string service_account(const Json& deployment_config);
// True for a Route that Zync made.
bool is_made_by_zync(const Json& route);

}  // namespace upshift::threescale
