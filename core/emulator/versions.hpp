// The versions of a DeploymentConfig: its ReplicationControllers and what their annotations say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/controller.hpp"

namespace upshift::emulator {

namespace annotation {
inline constexpr const char* kConfigName = "openshift.io/deployment-config.name";
inline constexpr const char* kVersion = "openshift.io/deployment-config.latest-version";
inline constexpr const char* kVersionName = "openshift.io/deployment.name";
inline constexpr const char* kPhase = "openshift.io/deployment.phase";
inline constexpr const char* kReason = "openshift.io/deployment.status-reason";
inline constexpr const char* kReplicas = "openshift.io/deployment.replicas";
inline constexpr const char* kCancelled = "openshift.io/deployment.cancelled";
inline constexpr const char* kEncodedConfig = "openshift.io/encoded-deployment-config";
inline constexpr const char* kDesiredReplicas = "kubectl.kubernetes.io/desired-replicas";
inline constexpr const char* kDeployer = "openshift.io/deployer-pod.name";
inline constexpr const char* kDeployerCreated = "openshift.io/deployer-pod.created-at";
inline constexpr const char* kDeployerCompleted = "openshift.io/deployer-pod.completed-at";
}  // namespace annotation

struct Version {
  int number = 0;
  std::string name;   // of the ReplicationController
  std::string phase;  // New, Pending, Running, Complete, Failed
  bool cancelled = false;
  int wanted = 0;  // spec.replicas
  int replicas = 0, ready = 0, available = 0;

  bool ended() const { return phase == "Complete" || phase == "Failed"; }
};

std::string annotation_of(const Json& object, std::string_view key);
Version read_version(const Json& replication_controller);
// Newest first.
std::vector<Version> versions_of(const ControlPlane& plane, const Json& deployment_config);
// The newest version that was rolled out whole, or nullptr.
const Version* active_version(const std::vector<Version>& versions);

// How many pods a rolling update of `replicas` may add, and how many it may miss.
struct Fenceposts {
  int surge = 0;
  int unavailable = 0;
};
Fenceposts fenceposts(const Json& deployment_config, int replicas);

// A new ReplicationController for status.latestVersion.
Json make_version(const Json& deployment_config);
std::string version_name(const Json& deployment_config);

void scale(ControlPlane& plane, const ObjectName& replication_controller, int replicas);

}  // namespace upshift::emulator
