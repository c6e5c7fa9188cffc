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

DeploymentLog refused(cluster::Response response) {
  return {std::move(response), {}};
}

std::optional<DeploymentLog> refused_options(const cluster::Request& request, std::int64_t& version, bool previous) {
  const std::string text = request.query_value("version");
  if (text.empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return refused(bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text)));
  }
  Causes causes;
  if (version <= 0) causes.invalid("version", text, "deployment version must be greater than 0");
  if (previous) causes.invalid("previous", "true", "cannot use previous when a version is specified");
  if (causes.empty()) return std::nullopt;
  return refused(invalid_object({"apps.openshift.io", "v1", {}, "DeploymentLogOptions"}, {}, causes));
}

}  // namespace

DeploymentLog find_deployment_log(const Store& store, const ObjectRef& config, const cluster::Request& request) {
  const bool previous = request.query_value("previous") == "true";
  std::int64_t number = 0;
  if (auto wrong = refused_options(request, number, previous)) return *wrong;
  const Json* const found = store.get(config);
  // Told in the singular.
  if (found == nullptr) {
    return refused(not_found({config.type.group, config.type.version, "deploymentconfig", {}}, config.name));
  }
  const std::int64_t latest = int_at(*found, "/status/latestVersion");
  const auto no_version = [&](std::string_view which) {
    return refused(bad_request(fmt::format("{} deployment exists for deploymentConfig \"{}\"", which, config.name)));
  };
  if (latest == 0) return no_version("no");
  if (previous && latest == 1) return no_version("no previous");
  if (number > latest) {
    return refused(bad_request(fmt::format("invalid version for deploymentConfig \"{}\": {}", config.name, number)));
  }
  if (number == 0) number = previous ? latest - 1 : latest;
  const ObjectName name{config.name_space, fmt::format("{}-{}", config.name, number)};
  const Json* const controller = store.get(ref_to("ReplicationController", name));
  if (controller == nullptr) return refused(not_found(type_of("ReplicationController"), name.name));
  const std::string phase = annotation_of(*controller, annotation::kPhase);
  if (phase == "Complete") return {{200, nullptr, {}}, pod_of(store, name)};
  const ObjectRef deployer = ref_to("Pod", name.name_space, name.name + "-deploy");
  return {{200, nullptr, {}}, store.get(deployer) == nullptr ? std::string{} : deployer.name};
}

}  // namespace upshift::emulator
