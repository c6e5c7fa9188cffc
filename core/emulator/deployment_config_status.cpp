#include "emulator/deployment_config_status.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upshift::emulator {
namespace {

void drop_condition(Json& status, std::string_view type) {
  const auto conditions = status.find("conditions");
  if (conditions == status.end() || !conditions->is_array()) return;
  std::erase_if(conditions->get_ref<Json::array_t&>(), [&](const Json& c) { return string_at(c, "/type") == type; });
}

void tell_progress(Json& status, const Version& newest, bool progressing, const std::string& now) {
  const auto set = [&](std::string_view state, const std::string& reason, const std::string& message) {
    set_condition(status, make_condition("Progressing", state, reason, message, now));
  };
  if (newest.phase == "Pending") {
    set("Unknown", "",
        fmt::format("replication controller \"{}\" is waiting for pod \"{}-deploy\" to run", newest.name, newest.name));
  } else if (newest.phase == "Running" && progressing) {
    drop_condition(status, "Progressing");
    set("True", "ReplicationControllerUpdated",
        fmt::format("replication controller \"{}\" is progressing", newest.name));
  } else if (newest.phase == "Failed" && newest.cancelled) {
    set("False", "RolloutCancelled",
        fmt::format("rollout of replication controller \"{}\" was cancelled", newest.name));
  } else if (newest.phase == "Failed") {
    set("False", "ProgressDeadlineExceeded",
        fmt::format("replication controller \"{}\" has failed progressing", newest.name));
  } else if (newest.phase == "Complete") {
    set("True", "NewReplicationControllerAvailable",
        fmt::format("replication controller \"{}\" successfully rolled out", newest.name));
  }
}

}  // namespace

Json make_condition(std::string_view type, std::string_view status, const std::string& reason,
                    const std::string& message, const std::string& now) {
  Json out = {
      {"type", type}, {"status", status}, {"lastUpdateTime", now}, {"lastTransitionTime", now}, {"message", message}};
  if (!reason.empty()) out["reason"] = reason;
  return out;
}

void set_condition(Json& status, Json condition) {
  const std::string type = string_at(condition, "/type");
  for (const Json& present : array_at(status, "/conditions")) {
    if (string_at(present, "/type") != type || string_at(present, "/status") != string_at(condition, "/status"))
      continue;
    if (string_at(present, "/reason") == string_at(condition, "/reason")) return;
    condition["lastTransitionTime"] = string_at(present, "/lastTransitionTime");
  }
  drop_condition(status, type);
  Json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  conditions.push_back(std::move(condition));
}

void calculate_status(Json& config, const std::vector<Version>& versions, const std::string& now) {
  int wanted_pods = 0, replicas = 0, ready = 0, available = 0;
  for (const Version& version : versions) {
    wanted_pods += version.wanted;
    replicas += version.replicas;
    ready += version.ready;
    available += version.available;
  }
  const auto latest = int_at(config, "/status/latestVersion");
  const Version* newest = !versions.empty() && versions.front().number == latest ? &versions.front() : nullptr;
  const int updated = newest == nullptr ? 0 : newest->replicas;
  Json& status = config["status"];
  const bool progressing =
      int_at(status, "/updatedReplicas") != updated || available > int_at(status, "/availableReplicas");
  status["latestVersion"] = latest;
  status["replicas"] = replicas;
  status["updatedReplicas"] = updated;
  status["availableReplicas"] = available;
  status["unavailableReplicas"] = std::max(0, wanted_pods - available);
  if (!status.contains("observedGeneration")) status["observedGeneration"] = 0;
  if (ready > 0) {
    status["readyReplicas"] = ready;
  } else {
    status.erase("readyReplicas");
  }
  const int wanted = static_cast<int>(int_at(config, "/spec/replicas"));
  const bool enough = available > 0 && available >= wanted - fenceposts(config, wanted).unavailable;
  set_condition(status, make_condition("Available", enough ? "True" : "False", "",
                                       enough ? "Deployment config has minimum availability."
                                              : "Deployment config does not have minimum availability.",
                                       now));
  if (newest != nullptr) tell_progress(status, *newest, progressing, now);
}

}  // namespace upshift::emulator
