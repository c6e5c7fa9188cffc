#include "emulator/hook_pod.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/controller.hpp"
#include "emulator/pod_facts.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {
namespace {

const Json& named(const Json& list, const std::string& name) {
  static const Json kNone = Json::object();
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Json& entry) { return string_at(entry, "/name") == name; });
  return found == list.end() ? kNone : *found;
}

// The container's variables with the hook's own in place of or after them.
Json merged_environment(const Json& base, const Json& own, const ObjectName& version) {
  Json out = base;
  Json further = own;
  further.push_back({{"name", "OPENSHIFT_DEPLOYMENT_NAME"}, {"value", version.name}});
  further.push_back({{"name", "OPENSHIFT_DEPLOYMENT_NAMESPACE"}, {"value", version.name_space}});
  for (const Json& variable : further) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Json& known) {
      return string_at(known, "/name") == string_at(variable, "/name");
    });
    if (same == out.end()) {
      out.push_back(variable);
    } else {
      *same = variable;
    }
  }
  return out;
}

void add_volumes(Json& spec, Json& container, const Json& base, const Json& pattern, const Json& names) {
  for (const Json& wanted : names) {
    const std::string name = wanted.is_string() ? wanted.get<std::string>() : std::string{};
    for (const Json& volume : array_at(pattern, "/volumes")) {
      if (string_at(volume, "/name") == name) spec["volumes"].push_back(volume);
    }
    for (const Json& mount : array_at(base, "/volumeMounts")) {
      if (string_at(mount, "/name") == name) container["volumeMounts"].push_back(mount);
    }
  }
}

}  // namespace

Json make_hook_pod(const Json& controller, std::string_view hook, const Json& parameters, std::int64_t seconds_left) {
  const ObjectName version = name_of(controller);
  const Json& pattern = object_at(controller, "/spec/template/spec");
  const Json& exec = object_at(parameters, "/execNewPod");
  const Json& base = named(array_at(pattern, "/containers"), string_at(exec, "/containerName"));
  Json container = {{"name", "lifecycle"},
                    {"image", string_at(base, "/image")},
                    {"command", array_at(exec, "/command")},
                    {"env", merged_environment(array_at(base, "/env"), array_at(exec, "/env"), version)},
                    {"resources", object_at(base, "/resources")},
                    {"imagePullPolicy", "IfNotPresent"},
                    {"terminationMessagePath", "/dev/termination-log"},
                    {"terminationMessagePolicy", "File"}};
  if (const Json* from = find(base, "/envFrom")) container["envFrom"] = *from;
  if (const Json* context = find(base, "/securityContext")) container["securityContext"] = *context;
  const bool retries = string_at(parameters, "/failurePolicy") == "Retry";
  Json spec = {{"activeDeadlineSeconds", std::max<std::int64_t>(seconds_left, 1)},
               {"restartPolicy", retries ? "OnFailure" : "Never"},
               {"terminationGracePeriodSeconds", 10}};
  for (const char* member : {"imagePullSecrets", "nodeSelector", "securityContext", "serviceAccountName"}) {
    if (const Json* value = find(pattern, std::string("/") + member)) spec[member] = *value;
  }
  add_volumes(spec, container, base, pattern, array_at(exec, "/volumes"));
  spec["containers"] = Json::array({std::move(container)});
  const Json labels = {{std::string(kDeployerPodFor), version.name},
                       {std::string(kHookType), fmt::format("hook-{}", hook)}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"name", fmt::format("{}-hook-{}", version.name, hook)},
            {"namespace", version.name_space},
            {"labels", labels},
            {"annotations", {{annotation::kVersionName, version.name}}},
            {"ownerReferences", Json::array({owner_reference(controller, false)})}}},
          {"spec", std::move(spec)}};
}

}  // namespace upshift::emulator
