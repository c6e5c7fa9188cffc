#include "emulator/deployment_log.hpp"

#include <charconv>
#include <fmt/format.h>

#include "emulator/controller.hpp"
#include "emulator/status.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {
namespace {

// A pod of the version that runs, or else any.
std::string pod_of(const Store& store, const ObjectName& version) {
  std::string any;
  for (const Json* pod : store.list(type_of("Pod"), version.name_space)) {
    if (string_at(*pod, "/metadata/labels/deployment") != version.name || being_deleted(*pod)) continue;
    const std::string name = string_at(*pod, "/metadata/name");
    if (string_at(*pod, "/status/phase") == "Running") return name;
    any = name;
  }
  return any;
}

}  // namespace

DeploymentLog find_deployment_log(const Store& store, const ObjectRef& config, const std::string& version) {
  const Json* const found = store.get(config);
  if (found == nullptr) return {not_found(config.type, config.name), {}};
  const std::int64_t latest = int_at(*found, "/status/latestVersion");
  std::int64_t number = latest;
  if (!version.empty()) {
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{} || end != version.data() + version.size() || number < 1) {
      return {bad_request(fmt::format("invalid version of a deployment: {}", version)), {}};
    }
  }
  if (number == 0)
    return {bad_request(fmt::format("no deployment exists for deploymentConfig \"{}\"", config.name)), {}};
  if (number > latest) {
    return {
        bad_request(fmt::format("the version for deploymentConfig \"{}\" is out of range: {}", config.name, number)),
        {}};
  }
  const ObjectName name{config.name_space, fmt::format("{}-{}", config.name, number)};
  const Json* const controller = store.get(ref_to("ReplicationController", name));
  if (controller == nullptr) return {not_found(type_of("ReplicationController"), name.name), {}};
  const std::string phase = annotation_of(*controller, "openshift.io/deployment.phase");
  if (phase == "Complete") return {{200, nullptr, {}}, pod_of(store, name)};
  const ObjectRef deployer = ref_to("Pod", name.name_space, name.name + "-deploy");
  return {{200, nullptr, {}}, store.get(deployer) == nullptr ? std::string{} : deployer.name};
}

}  // namespace upshift::emulator
