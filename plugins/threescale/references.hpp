// What the product's pods need of the project before they start.
#pragma once

#include <string>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::threescale {

// A Secret, ConfigMap or PersistentVolumeClaim that does not exist, and who refers to it.
struct DanglingReference {
  std::string kind, name;
  std::string reader;  // "container zync of DeploymentConfig/zync"
};
// Each missing object once, of the product's DeploymentConfigs that the project has. Pods that run go on without it;
// the next rollout waits for it in vain.
std::vector<DanglingReference> dangling_references(sdk::Context& c);

// "Secret/aws-auth does not exist, and … refers to it", with the number of others; for one or more.
std::string describe(const std::vector<DanglingReference>& references);

}  // namespace upshift::threescale
