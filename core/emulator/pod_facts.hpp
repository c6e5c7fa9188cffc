// Questions about a pod that several controllers ask.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace upshift::emulator {

inline constexpr std::string_view kDeployerPodFor = "openshift.io/deployer-pod-for.name";
inline constexpr std::string_view kHookType = "openshift.io/deployer-pod.type";

bool is_ready(const Json& pod);
bool is_finished(const Json& pod);
// When the pod became ready; the epoch where it is not.
TimePoint ready_since(const Json& pod);
std::string quality_of_service(const Json& pod);
// The DeploymentConfig that a pod, deployer pod or hook pod belongs to; "" for others.
std::string deployment_config_of(const Json& pod);
bool is_deployer(const Json& pod);
// "pre", "mid", "post"; "" for a pod that is no hook's.
std::string hook_of(const Json& pod);

}  // namespace upshift::emulator
