#include "emulator/replication.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/pod_admission.hpp"
#include "emulator/pod_facts.hpp"

namespace upshift::emulator {
namespace {

using namespace std::chrono_literals;
constexpr Duration kRetryAfter = 10s;

struct ActivePod {
  ObjectName name;
  bool ready = false;
  bool available = false;
  std::string created;
};

}  // namespace

struct Replication::Pods {
  std::vector<ActivePod> active;
};

void delete_pod(ControlPlane& plane, const ObjectName& pod) {
  modify(plane.store, ref_to("Pod", pod), [&](Json& object) {
    if (being_deleted(object)) return;
    const std::int64_t grace = int_at(object, "/spec/terminationGracePeriodSeconds", 30);
    object["metadata"]["deletionGracePeriodSeconds"] = grace;
    object["metadata"]["deletionTimestamp"] = to_rfc3339(plane.now() + std::chrono::seconds(grace));
  });
}

void Replication::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const ObjectName name = name_of(object);
  if (event.type.kind == kind_) {
    enqueue(name);
  } else if (event.type.kind == "Pod") {
    const Json* owner = controller_of(object);
    if (owner != nullptr && string_at(*owner, "/kind") == kind_) {
      enqueue({name.name_space, string_at(*owner, "/name")});
    }
  }
  const bool may_help = event.type.kind == "ServiceAccount" || event.type.kind == "ResourceQuota" ||
                        (event.type.kind == "Pod" && event.event.type == WatchEvent::Type::kDeleted);
  if (!may_help) return;
  for (auto& [refused, refusal] : refused_) {
    if (refused.name_space != name.name_space) continue;
    refusal.retry_at = plane_.now();
    enqueue(refused);
  }
}

Replication::Pods Replication::pods_of(const Json& controller) const {
  Pods out;
  const auto min_ready = std::chrono::seconds(int_at(controller, "/spec/minReadySeconds"));
  for (const ObjectRef& ref : plane_.owners.dependents(string_at(controller, "/metadata/uid"), "Pod")) {
    const Json* pod = store_.get(ref);
    const Json* owner = pod == nullptr ? nullptr : controller_of(*pod);
    if (owner == nullptr || is_finished(*pod) || being_deleted(*pod)) continue;
    const bool ready = is_ready(*pod);
    const bool available = ready && ready_since(*pod) + min_ready <= plane_.now();
    out.active.push_back({name_of(*pod), ready, available, string_at(*pod, "/metadata/creationTimestamp")});
  }
  return out;
}

void Replication::reconcile(const ObjectName& name) {
  const Json* stored = store_.get(ref_to(kind_, name));
  if (stored == nullptr || being_deleted(*stored)) {
    refused_.erase(name);
    return;
  }
  const Json controller = *stored;
  Pods pods = pods_of(controller);
  const int wanted = static_cast<int>(int_at(controller, "/spec/replicas"));
  const int present = static_cast<int>(pods.active.size());
  const auto refused = refused_.find(name);
  if (present < wanted && refused != refused_.end() && plane_.now() < refused->second.retry_at) {
    return report(name, refused->second.why);
  }
  refused_.erase(name);
  std::string why;
  if (present < wanted) {
    why = create_pods(controller, wanted - present);
  } else if (present > wanted) {
    delete_pods(controller, pods, present - wanted);
  }
  report(name, why);
}

// The refusal in the server's words, "" where all were created.
std::string Replication::create_pods(const Json& controller, int count) {
  const ObjectName owner = name_of(controller);
  for (int i = 0; i < count; ++i) {
    const Json& pattern = object_at(controller, "/spec/template");
    const std::string name = store_.new_name(*cluster::find_kind("Pod"), owner.name_space, owner.name + "-");
    Json pod = {{"metadata",
                 {{"name", name},
                  {"generateName", owner.name + "-"},
                  {"namespace", owner.name_space},
                  {"labels", object_at(pattern, "/metadata/labels")},
                  {"annotations", object_at(pattern, "/metadata/annotations")},
                  {"ownerReferences", Json::array({owner_reference(controller, true)})}}},
                {"spec", object_at(pattern, "/spec")}};
    const auto created = create_pod(plane_, std::move(pod));
    if (!created) {
      plane_.events.warning(controller, component_, "FailedCreate", "Error creating: " + created.error().summary);
      refused_[owner] = {plane_.now() + kRetryAfter, created.error().summary};
      enqueue_later(kRetryAfter, owner, Scheduler::Kind::kBackground, "retry " + kind_);
      return created.error().summary;
    }
    plane_.events.normal(controller, component_, "SuccessfulCreate", "Created pod: " + created->name);
  }
  return {};
}

void Replication::delete_pods(const Json& controller, Pods& pods, int count) {
  // Those that serve least go first, among equals the youngest.
  std::sort(pods.active.begin(), pods.active.end(), [](const ActivePod& a, const ActivePod& b) {
    if (a.ready != b.ready) return !a.ready;
    return a.created != b.created ? a.created > b.created : a.name < b.name;
  });
  for (int i = 0; i < count; ++i) {
    const ObjectName& pod = pods.active[static_cast<std::size_t>(i)].name;
    delete_pod(plane_, pod);
    plane_.events.normal(controller, component_, "SuccessfulDelete", "Deleted pod: " + pod.name);
  }
}

void Replication::report(const ObjectName& name, const std::string& failure) {
  const Json* stored = store_.get(ref_to(kind_, name));
  if (stored == nullptr) return;
  const Pods pods = pods_of(*stored);
  const auto min_ready = int_at(*stored, "/spec/minReadySeconds");
  const auto count = [&](bool ActivePod::*flag) {
    return std::count_if(pods.active.begin(), pods.active.end(), [&](const ActivePod& pod) { return pod.*flag; });
  };
  const auto ready = count(&ActivePod::ready);
  const auto available = count(&ActivePod::available);
  Json status = {{"replicas", pods.active.size()}, {"observedGeneration", int_at(*stored, "/metadata/generation")}};
  if (!pods.active.empty()) status["fullyLabeledReplicas"] = pods.active.size();
  if (ready > 0) status["readyReplicas"] = ready;
  if (available > 0) status["availableReplicas"] = available;
  if (!failure.empty()) {
    const Json* known = find(*stored, "/status/conditions/0");
    status["conditions"] = Json::array(
        {{{"type", "ReplicaFailure"},
          {"status", "True"},
          {"reason", "FailedCreate"},
          {"message", failure},
          {"lastTransitionTime", known == nullptr ? plane_.now_text() : string_at(*known, "/lastTransitionTime")}}});
  }
  if (ready > available) {
    enqueue_later(std::chrono::seconds(std::max<std::int64_t>(min_ready, 1)), name, Scheduler::Kind::kProgress,
                  "availability of " + kind_);
  }
  modify(store_, ref_to(kind_, name), [&](Json& object) { object["status"] = status; });
}

}  // namespace upshift::emulator
