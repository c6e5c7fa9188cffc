#include "emulator/deployer_controller.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/pod_admission.hpp"
#include "emulator/pod_facts.hpp"
#include "emulator/replication.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {
namespace {

using namespace std::chrono_literals;
constexpr const char* kComponent = "deployer-controller";
constexpr const char* kDeployerImage = "quay.io/openshift-release-dev/ocp-v4.0-art-dev:deployer";
constexpr Duration kFirstRetry = 1s;
constexpr Duration kLongestRetry = 300s;

// A Go time.Time as it prints itself.
std::string go_time(const std::string& rfc3339) {
  if (rfc3339.size() < 20) return rfc3339;
  return fmt::format("{} {} +0000 UTC", rfc3339.substr(0, 10), rfc3339.substr(11, 8));
}

Json deployer_pod(const Json& controller, const Json& config) {
  const ObjectName version = name_of(controller);
  const Json environment = Json::array({{{"name", "OPENSHIFT_DEPLOYMENT_NAME"}, {"value", version.name}},
                                        {{"name", "OPENSHIFT_DEPLOYMENT_NAMESPACE"}, {"value", version.name_space}}});
  const Json container = {{"name", "deployment"},
                          {"image", kDeployerImage},
                          {"env", environment},
                          {"resources", object_at(config, "/spec/strategy/resources")},
                          {"imagePullPolicy", "IfNotPresent"},
                          {"terminationMessagePath", "/dev/termination-log"},
                          {"terminationMessagePolicy", "File"}};
  Json labels = object_at(config, "/spec/strategy/labels");
  labels[std::string(kDeployerPodFor)] = version.name;
  Json annotations = object_at(config, "/spec/strategy/annotations");
  annotations[annotation::kConfigName] = annotation_of(controller, annotation::kConfigName);
  annotations[annotation::kVersionName] = version.name;
  return {{"metadata",
           {{"name", version.name + "-deploy"},
            {"namespace", version.name_space},
            {"labels", std::move(labels)},
            {"annotations", std::move(annotations)},
            {"ownerReferences", Json::array({owner_reference(controller, false)})}}},
          {"spec",
           {{"containers", Json::array({container})},
            {"activeDeadlineSeconds", int_at(config, "/spec/strategy/activeDeadlineSeconds", 21600)},
            {"restartPolicy", "Never"},
            {"shareProcessNamespace", false},
            {"serviceAccountName", "deployer"},
            {"terminationGracePeriodSeconds", 10}}}};
}

}  // namespace

void DeployerController::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const ObjectName name = name_of(object);
  if (event.type.kind == "ReplicationController") {
    enqueue(name);
  } else if (event.type.kind == "Pod" && is_deployer(object)) {
    enqueue({name.name_space, string_at(object, "/metadata/labels/" + escape_pointer(kDeployerPodFor))});
  } else if (event.type.kind == "ServiceAccount" || event.type.kind == "ResourceQuota" ||
             (event.type.kind == "Pod" && event.event.type == WatchEvent::Type::kDeleted)) {
    for (const auto& [version, times] : refused_) {
      if (version.name_space == name.name_space) enqueue(version);
    }
  }
}

void DeployerController::reconcile(const ObjectName& version) {
  const Json* stored = store_.get(ref_to("ReplicationController", version));
  if (stored == nullptr || being_deleted(*stored)) {
    refused_.erase(version);
    return;
  }
  const std::string phase = annotation_of(*stored, annotation::kPhase);
  if (phase.empty() || phase == "Complete") return;
  const bool cancelled = annotation_of(*stored, annotation::kCancelled) == "true";
  const Json* deployer = store_.get(ref_to("Pod", version.name_space, version.name + "-deploy"));
  if (phase == "Failed") {
    if (cancelled) remove_deployer_pods(*stored);
  } else if (phase == "New") {
    if (cancelled) return set_phase(version, "Failed");
    if (deployer == nullptr) create_deployer(version, Json(*stored));
  } else if (deployer == nullptr) {
    set_phase(version, "Failed", "deployer pod no longer exists");
  } else if (cancelled && !is_finished(*deployer)) {
    node_.expire(name_of(*deployer));
  } else {
    follow_deployer(version, *stored, *deployer);
  }
}

void DeployerController::create_deployer(const ObjectName& version, const Json& controller) {
  const Json* config =
      store_.get(ref_to("DeploymentConfig", version.name_space, annotation_of(controller, annotation::kConfigName)));
  const Json& about = config == nullptr ? controller : *config;
  const auto created = create_pod(plane_, deployer_pod(controller, about));
  if (!created) {
    plane_.events.warning(about, kComponent, "FailedCreate", "Error creating deployer pod: " + created.error().summary);
    const int times = ++refused_[version];
    Duration wait = kFirstRetry;
    for (int i = 1; i < times && wait < kLongestRetry; ++i) wait *= 2;
    enqueue_later(std::min(wait, kLongestRetry), version, Scheduler::Kind::kBackground, "retry deployer");
    return;
  }
  refused_.erase(version);
  const std::string at = go_time(string_at(*store_.get(ref_to("Pod", *created)), "/metadata/creationTimestamp"));
  modify(store_, ref_to("ReplicationController", version), [&](Json& object) {
    Json& annotations = object["metadata"]["annotations"];
    annotations[annotation::kDeployer] = created->name;
    annotations[annotation::kDeployerCreated] = at;
    annotations[annotation::kPhase] = "Pending";
  });
}

void DeployerController::follow_deployer(const ObjectName& version, const Json& controller, const Json& deployer) {
  const std::string pod_phase = string_at(deployer, "/status/phase");
  const std::string phase = annotation_of(controller, annotation::kPhase);
  if (pod_phase == "Running" && phase != "Running") return set_phase(version, "Running");
  if (!is_finished(deployer)) return;
  const bool succeeded = pod_phase == "Succeeded";
  const std::string at = go_time(string_at(deployer, "/status/containerStatuses/0/state/terminated/finishedAt"));
  modify(store_, ref_to("ReplicationController", version), [&](Json& object) {
    Json& annotations = object["metadata"]["annotations"];
    annotations[annotation::kDeployerCompleted] = at;
    annotations[annotation::kPhase] = succeeded ? "Complete" : "Failed";
    if (!succeeded) return;
    annotations[annotation::kReplicas] = annotation_of(controller, annotation::kDesiredReplicas);
    annotations.erase(annotation::kDesiredReplicas);
  });
}

void DeployerController::set_phase(const ObjectName& version, const std::string& phase, const std::string& reason) {
  modify(store_, ref_to("ReplicationController", version), [&](Json& object) {
    Json& annotations = object["metadata"]["annotations"];
    annotations[annotation::kPhase] = phase;
    if (!reason.empty()) annotations[annotation::kReason] = reason;
  });
}

void DeployerController::remove_deployer_pods(const Json& controller) {
  for (const ObjectRef& ref : plane_.owners.dependents(string_at(controller, "/metadata/uid"), "Pod")) {
    const Json* pod = store_.get(ref);
    if (pod != nullptr && (is_deployer(*pod) || !hook_of(*pod).empty())) delete_pod(plane_, name_of(*pod));
  }
}

}  // namespace upshift::emulator
