// What a container needs before it can start: the Secrets and ConfigMaps it refers to, the volumes of its pod, its
// image.
#pragma once

#include <optional>
#include <string>

#include "emulator/controller.hpp"

namespace upshift::emulator {

// The kubelet's words for a missing Secret, ConfigMap or key that the container's environment refers to.
std::optional<std::string> missing_configuration(const Store& store, const std::string& name_space,
                                                 const Json& container);
// The same for a volume of the pod that cannot be mounted.
std::optional<std::string> missing_volume(const Store& store, const Json& pod);
// The scheduler's words for a claim that is missing or not bound.
std::optional<std::string> missing_claim(const Store& store, const Json& pod);
// Why the registry does not hand out the container's image to this pod, in words; nullopt: it does.
std::optional<std::string> pull_refusal(const ControlPlane& plane, const Json& pod, const std::string& image);

}  // namespace upshift::emulator
