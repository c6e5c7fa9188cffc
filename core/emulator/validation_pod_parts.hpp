// What is checked of a pod and its containers beyond names, images, variables and volumes.
#pragma once

#include "emulator/validation.hpp"

namespace upshift::emulator {

// Probes, lifecycle handlers, resources, termination messages, security.
void validate_container_runtime(const Json& container, const std::string& path, Causes& causes);
// The limits and requests in `holder`'s resources.
void check_resources(const Json& holder, const std::string& path, Causes& causes);
// Policies, names, tolerations, security of the whole pod.
void validate_pod_runtime(const Json& spec, const std::string& path, Causes& causes);

}  // namespace upshift::emulator
