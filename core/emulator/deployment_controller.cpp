#include "emulator/deployment_controller.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/file.hpp"
#include "emulator/deployment_config_status.hpp"
#include "emulator/versions.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kComponent = "deployment-controller";
constexpr const char* kDesired = "deployment.kubernetes.io/desired-replicas";
constexpr const char* kMost = "deployment.kubernetes.io/max-replicas";
constexpr const char* kRevision = "deployment.kubernetes.io/revision";
constexpr const char* kDeadline = "deadline of Deployment";
constexpr const char* kTemplateHash = "pod-template-hash";

// Stands for the pod template in names and labels.
std::string template_hash(const Json& deployment) {
  return sha256_hex(to_text(object_at(deployment, "/spec/template"))).substr(0, 10);
}

std::int64_t revision_of(const Json& set) {
  const std::string text = annotation_of(set, kRevision);
  return text.empty() ? 0 : std::stoll(text);
}

struct ReplicaSet {
  ObjectName name;
  std::int64_t revision = 0;
  std::int64_t wanted = 0, replicas = 0, ready = 0, available = 0;
  bool current = false;  // made from the present template
};

ReplicaSet read_set(const Json& set, const std::string& hash) {
  return {name_of(set),
          revision_of(set),
          int_at(set, "/spec/replicas"),
          int_at(set, "/status/replicas"),
          int_at(set, "/status/readyReplicas"),
          int_at(set, "/status/availableReplicas"),
          string_at(set, std::string("/metadata/labels/") + kTemplateHash) == hash};
}

Fenceposts fenceposts_of(const Json& deployment, std::int64_t replicas) {
  // The same sums as for a DeploymentConfig, under another name.
  const bool rolls = string_at(deployment, "/spec/strategy/type") != "Recreate";
  Json rolling;
  rolling["spec"]["strategy"] = {{"type", rolls ? "Rolling" : "Recreate"},
                                 {"rollingParams", object_at(deployment, "/spec/strategy/rollingUpdate")}};
  return fenceposts(rolling, static_cast<int>(replicas));
}

Json make_set(const Json& deployment, std::int64_t revision) {
  const std::string hash = template_hash(deployment);
  const std::int64_t wanted = int_at(deployment, "/spec/replicas");
  Json pattern = object_at(deployment, "/spec/template");
  pattern["metadata"]["labels"][kTemplateHash] = hash;
  Json selector = object_at(deployment, "/spec/selector");
  selector["matchLabels"][kTemplateHash] = hash;
  Json spec = {{"replicas", 0}, {"selector", std::move(selector)}};
  if (const std::int64_t ready = int_at(deployment, "/spec/minReadySeconds"); ready > 0)
    spec["minReadySeconds"] = ready;
  Json metadata = {{"name", string_at(deployment, "/metadata/name") + "-" + hash},
                   {"namespace", string_at(deployment, "/metadata/namespace")},
                   {"labels", object_at(pattern, "/metadata/labels")},
                   {"annotations",
                    {{kRevision, std::to_string(revision)},
                     {kDesired, std::to_string(wanted)},
                     {kMost, std::to_string(wanted + fenceposts_of(deployment, wanted).surge)}}},
                   {"ownerReferences", Json::array({owner_reference(deployment, true)})}};
  spec["template"] = std::move(pattern);
  return {{"apiVersion", "apps/v1"},
          {"kind", "ReplicaSet"},
          {"metadata", std::move(metadata)},
          {"spec", std::move(spec)},
          {"status", {{"replicas", 0}}}};
}

}  // namespace

struct DeploymentController::Sets {
  std::vector<ReplicaSet> all;  // newest first

  const ReplicaSet* current() const {
    const auto found = std::find_if(all.begin(), all.end(), [](const auto& set) { return set.current; });
    return found == all.end() ? nullptr : &*found;
  }
  std::int64_t total(std::int64_t ReplicaSet::*count) const {
    std::int64_t sum = 0;
    for (const ReplicaSet& set : all) sum += set.*count;
    return sum;
  }
};

void DeploymentController::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  if (event.type.kind == "Deployment") return enqueue(name_of(object));
  if (event.type.kind != "ReplicaSet") return;
  const Json* const owner = controller_of(object);
  if (owner != nullptr && string_at(*owner, "/kind") == "Deployment") {
    enqueue({name_of(object).name_space, string_at(*owner, "/name")});
  }
}

DeploymentController::Sets DeploymentController::sets_of(const Json& deployment) const {
  Sets sets;
  const std::string hash = template_hash(deployment);
  for (const ObjectRef& ref : plane_.owners.dependents(string_at(deployment, "/metadata/uid"), "ReplicaSet")) {
    const Json* const set = store_.get(ref);
    if (set != nullptr && !being_deleted(*set)) sets.all.push_back(read_set(*set, hash));
  }
  std::sort(sets.all.begin(), sets.all.end(), [](const auto& a, const auto& b) { return a.revision > b.revision; });
  return sets;
}

void DeploymentController::reconcile(const ObjectName& name) {
  const Json* const stored = store_.get(ref_to("Deployment", name));
  if (stored == nullptr) progress_.erase(name);
  if (stored == nullptr || being_deleted(*stored)) return;
  const Json deployment = *stored;
  Sets sets = sets_of(deployment);
  const bool paused = bool_at(deployment, "/spec/paused");
  if (sets.current() == nullptr && !paused) create_set(deployment, sets);
  if (const ReplicaSet* current = sets.current(); current != nullptr && !paused) {
    const std::int64_t newest = sets.all.front().revision;
    if (current->revision < newest) {
      // Back to an earlier template: its set becomes the newest.
      modify(store_, ref_to("ReplicaSet", current->name),
             [&](Json& set) { set["metadata"]["annotations"][kRevision] = std::to_string(newest + 1); });
    }
    if (string_at(deployment, "/spec/strategy/type") == "Recreate") {
      recreate(deployment, sets);
    } else {
      roll_out(deployment, sets);
    }
    forget_old(deployment, sets);
  }
  report(name);
}

void DeploymentController::create_set(const Json& deployment, Sets& sets) {
  const std::int64_t revision = sets.all.empty() ? 1 : sets.all.front().revision + 1;
  Json set = make_set(deployment, revision);
  const ObjectRef ref = ref_to("ReplicaSet", name_of(set));
  if (store_.get(ref) != nullptr) return;  // somebody else's
  store_.create(ref, std::move(set));
  sets = sets_of(deployment);
}

void DeploymentController::roll_out(const Json& deployment, Sets& sets) {
  const std::int64_t wanted = int_at(deployment, "/spec/replicas");
  const Fenceposts room = fenceposts_of(deployment, wanted);
  const ReplicaSet current = *sets.current();
  const std::int64_t others = sets.total(&ReplicaSet::wanted) - current.wanted;
  const std::int64_t allowed = std::max<std::int64_t>(wanted + room.surge - others, 0);
  const std::int64_t up = current.wanted > wanted ? wanted : std::max(current.wanted, std::min(wanted, allowed));
  if (up != current.wanted) scale_set(deployment, current.name, up);
  // Pods of the new set that do not serve yet must not cost the old ones more than may be missing.
  const std::int64_t missing_new = std::max<std::int64_t>(up - current.available, 0);
  std::int64_t spare = others + up - (wanted - room.unavailable) - missing_new;
  for (auto old = sets.all.rbegin(); old != sets.all.rend() && spare > 0; ++old) {
    if (old->current || old->wanted == 0) continue;
    const std::int64_t down = std::min(spare, old->wanted);
    scale_set(deployment, old->name, old->wanted - down);
    spare -= down;
  }
}

void DeploymentController::recreate(const Json& deployment, Sets& sets) {
  bool old_pods = false;
  for (const ReplicaSet& set : sets.all) {
    if (set.current) continue;
    if (set.wanted > 0) scale_set(deployment, set.name, 0);
    old_pods = old_pods || set.replicas > 0;
  }
  const std::int64_t wanted = int_at(deployment, "/spec/replicas");
  const ReplicaSet& current = *sets.current();
  if (!old_pods && current.wanted != wanted) scale_set(deployment, current.name, wanted);
}

void DeploymentController::scale_set(const Json& deployment, const ObjectName& name, std::int64_t replicas) {
  const Json* const set = store_.get(ref_to("ReplicaSet", name));
  if (set == nullptr) return;
  const bool up = replicas > int_at(*set, "/spec/replicas");
  modify(store_, ref_to("ReplicaSet", name), [&](Json& object) {
    object["spec"]["replicas"] = replicas;
    const std::int64_t wanted = int_at(deployment, "/spec/replicas");
    Json& annotations = object["metadata"]["annotations"];
    annotations[kDesired] = std::to_string(wanted);
    annotations[kMost] = std::to_string(wanted + fenceposts_of(deployment, wanted).surge);
    count_generation(object);
  });
  plane_.events.normal(deployment, kComponent, "ScalingReplicaSet",
                       fmt::format("Scaled {} replica set {} to {}", up ? "up" : "down", name.name, replicas));
}

void DeploymentController::forget_old(const Json& deployment, const Sets& sets) {
  std::int64_t kept = 0;
  for (const ReplicaSet& set : sets.all) {
    if (set.current || set.wanted > 0 || set.replicas > 0) continue;
    if (++kept > int_at(deployment, "/spec/revisionHistoryLimit", 10)) store_.remove(ref_to("ReplicaSet", set.name));
  }
}

Json DeploymentController::counted_status(const Json& deployment, const Sets& sets) const {
  const ReplicaSet* const current = sets.current();
  const std::int64_t wanted = int_at(deployment, "/spec/replicas");
  const std::int64_t replicas = sets.total(&ReplicaSet::replicas);
  const std::int64_t available = sets.total(&ReplicaSet::available);
  Json status = {{"observedGeneration", int_at(deployment, "/metadata/generation")},
                 {"conditions", array_at(deployment, "/status/conditions")}};
  const auto count = [&](const char* member, std::int64_t value) {
    if (value > 0) status[member] = value;
  };
  count("replicas", replicas);
  count("updatedReplicas", current == nullptr ? 0 : current->replicas);
  count("readyReplicas", sets.total(&ReplicaSet::ready));
  count("availableReplicas", available);
  count("unavailableReplicas", std::max(wanted, replicas) - available);
  const bool enough = available >= wanted - fenceposts_of(deployment, wanted).unavailable;
  set_condition(status, make_condition("Available", enough ? "True" : "False",
                                       enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                                       enough ? "Deployment has minimum availability."
                                              : "Deployment does not have minimum availability.",
                                       plane_.now_text()));
  return status;
}

void DeploymentController::tell_progress(const Json& deployment, const Sets& sets, Json& status) {
  const ObjectName name = name_of(deployment);
  const ReplicaSet* const current = sets.current();
  if (current == nullptr) return;
  const auto tell_plainly = [&](const char* state, const char* reason, const std::string& message) {
    // The same said of another ReplicaSet is news.
    std::erase_if(status["conditions"].get_ref<Json::array_t&>(), [&](const Json& condition) {
      return string_at(condition, "/type") == "Progressing" && string_at(condition, "/message") != message;
    });
    set_condition(status, make_condition("Progressing", state, reason, message, plane_.now_text()));
  };
  const auto tell = [&](const char* state, const char* reason, const char* what) {
    tell_plainly(state, reason, fmt::format("ReplicaSet \"{}\" {}", current->name.name, what));
  };
  if (bool_at(deployment, "/spec/paused")) {
    plane_.scheduler.cancel(fmt::format("{} {}/{}", kDeadline, name.name_space, name.name));
    return tell_plainly("Unknown", "DeploymentPaused", "Deployment is paused");
  }
  const std::int64_t wanted = int_at(deployment, "/spec/replicas");
  const std::int64_t replicas = sets.total(&ReplicaSet::replicas);
  if (current->replicas == wanted && replicas == wanted && current->available >= wanted) {
    progress_[name] = {current->name.name, {}, true, {}};
    plane_.scheduler.cancel(fmt::format("{} {}/{}", kDeadline, name.name_space, name.name));
    return tell("True", "NewReplicaSetAvailable", "has successfully progressed.");
  }
  Progress& progress = progress_[name];
  // What was rolled out once is not late where a pod fails later.
  if (progress.complete && progress.set == current->name.name) return;
  const std::string seen =
      fmt::format("{} {} {} {} {}", current->name.name, wanted, replicas, current->replicas, current->available);
  if (progress.seen != seen) progress = {current->name.name, seen, false, plane_.now()};
  const Duration limit = std::chrono::seconds(int_at(deployment, "/spec/progressDeadlineSeconds", 600));
  if (plane_.now() - progress.since >= limit)
    return tell("False", "ProgressDeadlineExceeded", "has timed out progressing.");
  tell("True", "ReplicaSetUpdated", "is progressing.");
  enqueue_later(progress.since + limit - plane_.now(), name, Scheduler::Kind::kProgress, kDeadline);
}

void DeploymentController::report(const ObjectName& name) {
  const Json* const stored = store_.get(ref_to("Deployment", name));
  if (stored == nullptr) return;
  const Sets sets = sets_of(*stored);
  const ReplicaSet* const current = sets.current();
  Json status = counted_status(*stored, sets);
  tell_progress(*stored, sets, status);
  modify(store_, ref_to("Deployment", name), [&](Json& object) {
    object["status"] = status;
    if (current != nullptr) object["metadata"]["annotations"][kRevision] = std::to_string(current->revision);
  });
}

}  // namespace upshift::emulator
