#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

using Names = std::vector<std::string_view>;

// Counts of a status, and which of them cannot be more than there are replicas at all.
struct Counts {
  Names all;
  Names bounded;
};

const Counts* counts_of(const std::string& kind) {
  static const std::map<std::string, Counts, std::less<>> known = {
      {"Deployment",
       {{"observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
         "unavailableReplicas", "collisionCount"},
        {"updatedReplicas", "readyReplicas", "availableReplicas"}}},
      {"ReplicaSet",
       {{"observedGeneration", "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"},
        {"fullyLabeledReplicas", "readyReplicas", "availableReplicas"}}},
      {"ReplicationController",
       {{"observedGeneration", "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"},
        {"fullyLabeledReplicas", "readyReplicas", "availableReplicas"}}},
      {"StatefulSet",
       {{"observedGeneration", "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "collisionCount"},
        {"readyReplicas", "currentReplicas", "updatedReplicas"}}},
      {"DeploymentConfig",
       {{"latestVersion", "observedGeneration", "replicas", "readyReplicas", "availableReplicas",
         "unavailableReplicas"},
        {}}},
  };
  const auto found = known.find(kind);
  return found == known.end() ? nullptr : &found->second;
}

}  // namespace

Causes validate_status(const cluster::ResourceType& type, const Json& object, const Json& old) {
  Causes causes;
  const Counts* counts = counts_of(type.kind);
  if (counts == nullptr) return causes;
  const Json& status = object_at(object, "/status");
  for (const std::string_view name : counts->all) {
    check_not_negative(status, fmt::format("/{}", name), fmt::format("status.{}", name), causes);
  }
  const std::int64_t replicas = int_at(status, "/replicas");
  for (const std::string_view name : counts->bounded) {
    const std::int64_t count = int_at(status, fmt::format("/{}", name));
    if (count > replicas) {
      causes.invalid(fmt::format("status.{}", name), std::to_string(count), "cannot be greater than status.replicas");
    }
  }
  if (int_at(status, "/availableReplicas") > int_at(status, "/readyReplicas") && !counts->bounded.empty() &&
      type.kind != "StatefulSet") {
    causes.invalid("status.availableReplicas", "", "cannot be greater than readyReplicas");
  }
  if (type.kind != "DeploymentConfig") return causes;
  for (const char* name : {"latestVersion", "observedGeneration"}) {
    const std::int64_t now = int_at(status, std::string("/") + name);
    if (now < int_at(old, std::string("/status/") + name)) {
      causes.invalid(fmt::format("status.{}", name), std::to_string(now),
                     fmt::format("{} cannot be decremented", name));
    }
  }
  return causes;
}

}  // namespace upshift::emulator
