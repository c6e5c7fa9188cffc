#include "emulator/deployer.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "emulator/deployer_situation.hpp"
#include "emulator/pod_facts.hpp"

namespace upshift::emulator {

void Deployer::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const ObjectName name = name_of(object);
  if (event.type.kind == "ReplicationController") {
    const std::string config = annotation_of(object, annotation::kConfigName);
    const auto running = running_.find({name.name_space, config});
    if (running != running_.end()) enqueue(running->second);
  } else if (event.type.kind == "Pod") {
    const std::string version = string_at(object, "/metadata/labels/" + escape_pointer(kDeployerPodFor));
    if (!version.empty()) return enqueue({name.name_space, version});
    if (running_.empty() || event.event.type != WatchEvent::Type::kDeleted) return;
    const auto running = running_.find({name.name_space, deployment_config_of(object)});
    if (running != running_.end()) enqueue(running->second);
  }
}

void Deployer::reconcile(const ObjectName& name) {
  const Json* controller = store_.get(ref_to("ReplicationController", name));
  const Json* deployer = store_.get(ref_to("Pod", name.name_space, name.name + "-deploy"));
  const std::string timeout_key = fmt::format("rollout {}/{}", name.name_space, name.name);
  const Json* config = controller == nullptr ? nullptr
                                             : store_.get(ref_to("DeploymentConfig", name.name_space,
                                                                 annotation_of(*controller, annotation::kConfigName)));
  const bool runs =
      deployer != nullptr && string_at(*deployer, "/status/phase") == "Running" && !being_deleted(*deployer);
  if (config == nullptr || !runs) {
    plane_.scheduler.cancel(timeout_key);
    rollouts_.erase(name);
    std::erase_if(running_, [&](const auto& entry) { return entry.second == name; });
    return;
  }
  running_[name_of(*config)] = name;
  Situation situation{name, *deployer, rollout_of(name, *controller, *config), versions_of(plane_, *config), 0};
  const std::string desired = annotation_of(*controller, annotation::kDesiredReplicas);
  situation.desired =
      desired.empty() ? static_cast<int>(int_at(*config, "/spec/replicas")) : std::atoi(desired.c_str());
  if (situation.version(name.name) == nullptr) return;
  const std::string config_name = string_at(*config, "/metadata/name");
  if (plane_.faults.kills_deployer(config_name) && situation.to().replicas > 0) {
    node_.finish(name_of(*deployer), 137);
    return;
  }
  const Outcome outcome = deploy(situation);
  if (outcome != Outcome::kWaiting)
    node_.finish({name.name_space, name.name + "-deploy"}, outcome == Outcome::kDone ? 0 : 1);
}

Deployer::Rollout& Deployer::rollout_of(const ObjectName& version, const Json& controller, const Json& config) {
  Rollout& rollout = rollouts_[version];
  const std::string uid = string_at(controller, "/metadata/uid");
  if (rollout.uid == uid) return rollout;
  rollout = Rollout{};
  rollout.uid = uid;
  const auto encoded =
      parse_json(annotation_of(controller, annotation::kEncodedConfig), "the encoded DeploymentConfig");
  rollout.config = encoded && encoded->is_object() ? *encoded : config;
  return rollout;
}

Deployer::Outcome Deployer::deploy(Situation& now) {
  if (const Outcome pre = run_hook(now, "pre"); pre != Outcome::kDone) return pre;
  // What earlier rollouts left behind besides the version to take over from.
  const Version* from = now.from();
  for (const Version& version : now.versions) {
    const bool involved = version.name == now.name.name || (from != nullptr && version.name == from->name);
    if (!involved && version.wanted > 0) scale(plane_, {now.name.name_space, version.name}, 0);
  }
  const Outcome replaced = now.rolling() && from != nullptr ? roll(now) : recreate(now);
  if (replaced != Outcome::kDone) return replaced;
  return run_hook(now, "post");
}

Deployer::Outcome Deployer::recreate(Situation& now) {
  const std::string& space = now.name.name_space;
  if (const Version* from = now.from(); from != nullptr) {
    if (from->wanted > 0) scale(plane_, {space, from->name}, 0);
    const Json* old = store_.get(ref_to("ReplicationController", space, from->name));
    const auto pods = plane_.owners.dependents(string_at(*old, "/metadata/uid"), "Pod");
    const bool any_left = std::any_of(pods.begin(), pods.end(), [&](const ObjectRef& ref) {
      const Json* pod = store_.get(ref);
      return pod != nullptr && controller_of(*pod) != nullptr && !is_finished(*pod);
    });
    if (any_left) return wait(now, "the old pods to end");
  }
  if (!now.rolling()) {
    if (const Outcome mid = run_hook(now, "mid"); mid != Outcome::kDone) return mid;
  }
  if (now.desired == 0) return Outcome::kDone;
  // After another version one new pod has to prove itself before the others come.
  const int first = now.from() != nullptr ? 1 : now.desired;
  if (now.to().wanted == 0) {
    scale(plane_, now.name, first);
    return wait(now, "the first pods");
  }
  if (now.to().available < std::min(first, now.desired)) return wait(now, "the first pods");
  if (now.to().wanted < now.desired) scale(plane_, now.name, now.desired);
  if (now.to().available < now.desired) return wait(now, "all pods");
  return Outcome::kDone;
}

Deployer::Outcome Deployer::roll(Situation& now) {
  const Version from = *now.from();
  const Version to = now.to();
  const Fenceposts posts = fenceposts(now.rollout.config, now.desired);
  int wanted = to.wanted;
  if (to.wanted < now.desired) {
    const int room = now.desired + posts.surge - (from.wanted + to.wanted);
    wanted = std::min(now.desired, to.wanted + std::max(0, room));
    if (wanted > to.wanted) scale(plane_, now.name, wanted);
  }
  if (from.wanted > 0) {
    const int least = std::max(0, now.desired - posts.unavailable);
    const int spare = least == 0 ? from.wanted : from.available + to.available - least;
    // The old pods that have not answered the last scaling yet are not counted twice.
    const int settled = from.replicas <= from.wanted ? std::min(spare, from.wanted) : 0;
    if (settled > 0) scale(plane_, {now.name.name_space, from.name}, from.wanted - settled);
  }
  if (to.wanted == now.desired && to.available >= now.desired && from.wanted == 0) return Outcome::kDone;
  if (now.desired == 0 && from.wanted == 0) return Outcome::kDone;
  return wait(now, fmt::format("rolling {} {} {} {}", wanted, to.available, from.wanted, from.available));
}

Deployer::Outcome Deployer::wait(Situation& now, const std::string& state) {
  const std::chrono::seconds timeout(int_at(now.parameters(), "/timeoutSeconds", 600));
  Rollout& rollout = now.rollout;
  if (rollout.state != state) {
    rollout.state = state;
    rollout.since = plane_.now();
    const ObjectName name = now.name;
    enqueue_later(timeout, name, Scheduler::Kind::kProgress, "rollout");
  }
  return plane_.now() - rollout.since >= timeout ? Outcome::kFailed : Outcome::kWaiting;
}

}  // namespace upshift::emulator
