// The status of a pod as a node reports it: the shapes of container states, and what follows from them for the pod.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace upshift::emulator {

// Statuses of all containers, waiting; the pod is on the node from now on.
void put_on_node(Json& pod, const std::string& now);
void set_unschedulable(Json& pod, const std::string& message, const std::string& now);

// The status entry of one container.
Json* container_status(Json& pod, bool init, std::string_view name);

void set_waiting(Json& status, std::string_view reason, const std::string& message = {});
void set_running(Json& status, const std::string& container_id, const std::string& image_id, const std::string& now);
// The container is not started again.
void set_terminated(Json& status, int exit_code, const std::string& message, const std::string& now);
// The container has crashed and waits for its next start.
void set_crashed(Json& status, int exit_code, const std::string& message, const std::string& now);

// Phase, conditions and address from the containers' states. Transition times stay where a condition keeps its status.
void summarize(Json& pod, const std::string& now);

}  // namespace upshift::emulator
