#include "emulator/node.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/file.hpp"
#include "emulator/container_needs.hpp"
#include "emulator/image_reference.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/pod_facts.hpp"
#include "emulator/pod_status.hpp"

namespace upshift::emulator {
namespace {

using namespace std::chrono_literals;
constexpr Duration kPullTakes = 5s;
constexpr Duration kStartTakes = 1s;
constexpr Duration kHookTakes = 5s;
constexpr Duration kCrashTakes = 1s;
constexpr Duration kStopTakes = 2s;
constexpr Duration kFirstBackOff = 10s;
constexpr Duration kLongestBackOff = 300s;

std::string memory_key(const Json& container, bool init) {
  return (init ? "init/" : "") + string_at(container, "/name");
}

std::string image_id(const std::string& image) {
  return "docker-pullable://" + (image.find('@') == std::string::npos ? image + "@" + digest_of(image) : image);
}

bool pulls_always(const Json& container) {
  return string_at(container, "/imagePullPolicy") == "Always";
}

Duration back_off(int runs) {
  Duration out = kFirstBackOff;
  for (int i = 2; i < runs && out < kLongestBackOff; ++i) out *= 2;
  return std::min(out, kLongestBackOff);
}

}  // namespace

struct Node::Visit {
  ObjectName name;
  Json pod;
  Memory& memory;
  bool changed = false;
};

void Node::observe(const StoredEvent& event) {
  const ObjectName name = name_of(event.event.object);
  if (event.type.kind == "Pod") {
    enqueue(name);
    return;
  }
  static const std::set<std::string, std::less<>> kNeeds = {"Secret", "ConfigMap", "PersistentVolumeClaim"};
  if (stuck_.empty() || !kNeeds.contains(event.type.kind)) return;
  for (const ObjectName& pod : stuck_) {
    if (pod.name_space != name.name_space) continue;
    retry_.insert(pod);
    enqueue(pod);
  }
}

void Node::reconcile(const ObjectName& name) {
  const Json* stored = store_.get(ref_to("Pod", name));
  if (stored == nullptr) return forget(name);
  if (being_deleted(*stored)) return stop(name, *stored);
  if (is_finished(*stored)) {
    remember_images(*stored);
    return forget(name);
  }
  auto known = pods_.find(name);
  if (known == pods_.end()) {
    remember_images(*stored);
    known = pods_.emplace(name, recall(*stored)).first;
  }
  if (retry_.erase(name) > 0) {
    for (auto& [key, container] : known->second.containers) {
      if (container.stage == Stage::kStuck) container.stage = Stage::kIdle;
    }
  }
  Visit visit{name, *stored, known->second};
  stuck_.erase(name);
  if (schedule(visit)) advance(visit);
  if (visit.changed) store_.update(ref_to("Pod", name), visit.pod);
  set_timers(visit);
  set_deadline(visit.pod);
}

bool Node::schedule(Visit& visit) {
  if (!string_at(visit.pod, "/spec/nodeName").empty()) return true;
  if (const auto text = missing_claim(store_, visit.pod)) {
    stuck_.insert(visit.name);
    Json before = visit.pod;
    set_unschedulable(visit.pod, *text, plane_.now_text());
    visit.changed = before != visit.pod;
    if (visit.changed) plane_.events.warning(visit.pod, "default-scheduler", "FailedScheduling", *text);
    return false;
  }
  put_on_node(visit.pod, plane_.now_text());
  visit.changed = true;
  plane_.events.normal(visit.pod, "default-scheduler", "Scheduled",
                       fmt::format("Successfully assigned {}/{} to {}", visit.name.name_space, visit.name.name,
                                   string_at(visit.pod, "/spec/nodeName")));
  return true;
}

void Node::advance(Visit& visit) {
  bool initialized = true;
  for (const Json& container : Json(array_at(visit.pod, "/spec/initContainers"))) {
    if (advance_container(visit, container, true)) continue;
    initialized = false;
    break;
  }
  if (initialized) {
    for (const Json& container : Json(array_at(visit.pod, "/spec/containers"))) {
      advance_container(visit, container, false);
    }
  }
  if (visit.changed) summarize(visit.pod, plane_.now_text());
}

// True where an init container has done its work.
bool Node::advance_container(Visit& visit, const Json& container, bool init) {
  Container& memory = visit.memory.containers[memory_key(container, init)];
  const TimePoint now = plane_.now();
  const bool due = now >= memory.until;
  switch (memory.stage) {
    case Stage::kDone:
      return true;
    case Stage::kSteady:
      return false;
    case Stage::kIdle:
      begin(visit, container, init);
      return false;
    case Stage::kStuck:
      stuck_.insert(visit.name);
      [[fallthrough]];
    case Stage::kBackOff:
      if (due) begin(visit, container, init);
      return false;
    case Stage::kPulling:
      if (!due) return false;
      images_.insert(string_at(container, "/image"));
      tell(visit, "Pulled", fmt::format("Successfully pulled image \"{}\"", string_at(container, "/image")));
      start(visit, container, init);
      return false;
    case Stage::kRunning:
      break;
  }
  if (!due) return false;
  const std::string owner = deployment_config_of(visit.pod);
  const std::string name = string_at(container, "/name");
  const std::string image = string_at(container, "/image");
  const std::string hook = hook_of(visit.pod);
  if (!hook.empty()) {
    const HookFault* fault = plane_.faults.hook_fault(owner, hook, memory.runs);
    end_run(visit, container, init, fault == nullptr ? 0 : fault->exit_code, {});
  } else if (const CrashFact* fact = crash_of(owner, name, image); fact != nullptr) {
    end_run(visit, container, init, fact->exit_code, fact->log);
  } else if (const auto* fault = plane_.faults.container_fault(owner, name, image);
             fault != nullptr && fault->kind == ContainerFault::Kind::kCrashes) {
    end_run(visit, container, init, fault->exit_code, {});
  } else if (init || string_at(visit.pod, "/spec/restartPolicy") != "Always") {
    end_run(visit, container, init, 0, {});
  } else {
    memory.stage = Stage::kSteady;
    if (fault == nullptr) {
      (*container_status(visit.pod, init, name))["ready"] = true;
      visit.changed = true;
    }
  }
  return memory.stage == Stage::kDone;
}

// The container wants to run: what it needs is looked for in the order in which a kubelet does.
void Node::begin(Visit& visit, const Json& container, bool init) {
  Container& memory = visit.memory.containers[memory_key(container, init)];
  Json* status = container_status(visit.pod, init, string_at(container, "/name"));
  if (status == nullptr) return;
  const Json before = *status;
  const std::string image = string_at(container, "/image");
  const auto wait = [&](std::string_view reason, const std::string& message) {
    set_waiting(*status, reason, message);
    visit.changed = visit.changed || before != *status;
    get_stuck(visit, memory);
  };
  if (const auto volume = missing_volume(store_, visit.pod)) {
    plane_.events.warning(visit.pod, "kubelet", "FailedMount", *volume);
    return wait("ContainerCreating", {});
  }
  const bool present = images_.contains(image) || is_deployer(visit.pod);
  const bool pulls = !present || (pulls_always(container) && memory.runs == 0);
  if (pulls) {
    if (const auto refusal = pull_refusal(plane_, visit.pod, image)) {
      plane_.events.warning(visit.pod, "kubelet", "Failed",
                            fmt::format("Failed to pull image \"{}\": {}", image, *refusal));
      return wait("ImagePullBackOff", fmt::format("Back-off pulling image \"{}\"", image));
    }
  }
  if (const auto config = missing_configuration(store_, visit.name.name_space, container)) {
    plane_.events.warning(visit.pod, "kubelet", "Failed", "Error: " + *config);
    return wait("CreateContainerConfigError", *config);
  }
  if (present) {
    tell(visit, "Pulled", fmt::format("Container image \"{}\" already present on machine", image));
    return start(visit, container, init);
  }
  tell(visit, "Pulling", fmt::format("Pulling image \"{}\"", image));
  memory.stage = Stage::kPulling;
  memory.until = plane_.now() + kPullTakes;
  memory.endless = false;
  set_waiting(*status, init ? "PodInitializing" : "ContainerCreating");
  visit.changed = visit.changed || before != *status;
}

void Node::start(Visit& visit, const Json& container, bool init) {
  Container& memory = visit.memory.containers[memory_key(container, init)];
  const std::string name = string_at(container, "/name");
  Json& status = *container_status(visit.pod, init, name);
  const std::string image = string_at(container, "/image");
  const std::string owner = deployment_config_of(visit.pod);
  if (memory.runs > 0) status["restartCount"] = int_at(status, "/restartCount") + 1;
  ++memory.runs;
  const std::string id = sha256_hex(fmt::format("{}/{}/{}", string_at(visit.pod, "/metadata/uid"), name, memory.runs));
  set_running(status, "cri-o://" + id, image_id(image), plane_.now_text());
  tell(visit, "Created", "Created container " + name);
  tell(visit, "Started", "Started container " + name);
  if (string_at(visit.pod, "/status/podIP").empty()) {
    ++addresses_;
    const std::string address = fmt::format("10.128.{}.{}", addresses_ / 250 % 250, addresses_ % 250 + 2);
    visit.pod["status"]["podIP"] = address;
    visit.pod["status"]["podIPs"] = Json::array({{{"ip", address}}});
  }
  visit.changed = true;
  memory.stage = Stage::kRunning;
  memory.endless = memory.runs > 2;
  if (is_deployer(visit.pod)) {
    status["ready"] = true;
    memory.stage = Stage::kSteady;
    return;
  }
  const auto* fault = plane_.faults.container_fault(owner, name, image);
  const bool crashes =
      crash_of(owner, name, image) != nullptr || (fault != nullptr && fault->kind == ContainerFault::Kind::kCrashes);
  const bool job = string_at(visit.pod, "/spec/restartPolicy") != "Always";
  const Duration ready_after =
      std::max(kStartTakes, Duration(std::chrono::seconds(int_at(container, "/readinessProbe/initialDelaySeconds"))));
  memory.until = plane_.now() + (crashes ? kCrashTakes : init ? kStartTakes : job ? kHookTakes : ready_after);
}

// Facts know images by their own references.
const CrashFact* Node::crash_of(const std::string& owner, const std::string& container,
                                const std::string& image) const {
  const CrashFact* fact = plane_.facts.crash(owner, container, image);
  return fact == nullptr ? nullptr : plane_.facts.crash(owner, container, reference_behind(store_, image));
}

void Node::tell(const Visit& visit, std::string_view reason, const std::string& message) {
  plane_.events.normal(visit.pod, "kubelet", reason, message);
}

void Node::end_run(Visit& visit, const Json& container, bool init, int exit_code, const std::string& log) {
  Container& memory = visit.memory.containers[memory_key(container, init)];
  Json& status = *container_status(visit.pod, init, string_at(container, "/name"));
  const std::string policy = string_at(visit.pod, "/spec/restartPolicy");
  visit.changed = true;
  if (exit_code == 0 || policy == "Never") {
    set_terminated(status, exit_code, log, plane_.now_text());
    memory.stage = Stage::kDone;
    return;
  }
  set_crashed(status, exit_code, log, plane_.now_text());
  // The first restart comes at once, further ones after ever longer waits.
  memory.stage = Stage::kBackOff;
  memory.until = plane_.now() + (memory.runs < 2 ? kStartTakes : back_off(memory.runs));
  memory.endless = memory.runs >= 2;
  if (memory.endless) {
    plane_.events.warning(visit.pod, "kubelet", "BackOff", "Back-off restarting failed container");
  }
}

void Node::get_stuck(Visit& visit, Container& memory) {
  memory.stage = Stage::kStuck;
  memory.until = plane_.now() + kFirstBackOff;
  memory.endless = true;
  stuck_.insert(visit.name);
}

void Node::set_timers(const Visit& visit) {
  std::optional<TimePoint> progress, endless;
  const auto earlier = [](std::optional<TimePoint>& least, TimePoint time) {
    least = least ? std::min(*least, time) : time;
  };
  for (const auto& [key, container] : visit.memory.containers) {
    const Stage stage = container.stage;
    if (stage == Stage::kIdle || stage == Stage::kSteady || stage == Stage::kDone) continue;
    earlier(container.endless ? endless : progress, container.until);
  }
  for (const auto& [due, kind, purpose] : {std::tuple{progress, Scheduler::Kind::kProgress, "pod"},
                                           std::tuple{endless, Scheduler::Kind::kBackground, "retry pod"}}) {
    const std::string key = fmt::format("{} {}/{}", purpose, visit.name.name_space, visit.name.name);
    if (due) {
      enqueue_later(*due - plane_.now(), visit.name, kind, purpose);
    } else {
      plane_.scheduler.cancel(key);
    }
  }
}

void Node::set_deadline(const Json& pod) {
  const std::int64_t seconds = int_at(pod, "/spec/activeDeadlineSeconds", -1);
  const auto started = parse_rfc3339(string_at(pod, "/status/startTime"));
  if (seconds < 0 || !started || is_finished(pod)) return;
  const ObjectName name = name_of(pod);
  plane_.scheduler.at(*started + std::chrono::seconds(seconds),
                      fmt::format("deadline {}/{}", name.name_space, name.name), [this, name] { expire(name); });
}

void Node::expire(const ObjectName& name) {
  modify(store_, ref_to("Pod", name), [&](Json& pod) {
    if (is_finished(pod)) return;
    for (Json& status : pod["status"]["containerStatuses"]) {
      if (find(status, "/state/terminated") == nullptr) set_terminated(status, 143, {}, plane_.now_text());
    }
    summarize(pod, plane_.now_text());
    pod["status"]["phase"] = "Failed";
    pod["status"]["reason"] = "DeadlineExceeded";
    pod["status"]["message"] = "Pod was active on the node longer than the specified deadline";
  });
}

void Node::finish(const ObjectName& name, int exit_code) {
  modify(store_, ref_to("Pod", name), [&](Json& pod) {
    if (is_finished(pod)) return;
    for (Json& status : pod["status"]["containerStatuses"]) {
      set_terminated(status, exit_code, {}, plane_.now_text());
    }
    summarize(pod, plane_.now_text());
  });
}

void Node::stop(const ObjectName& name, const Json& stored) {
  const auto grace = std::chrono::seconds(int_at(stored, "/metadata/deletionGracePeriodSeconds",
                                                 int_at(stored, "/spec/terminationGracePeriodSeconds", 30)));
  const bool ran = string_at(stored, "/status/phase") == "Running";
  forget(name);
  const std::string key = fmt::format("stop {}/{}", name.name_space, name.name);
  if (plane_.scheduler.has(key)) return;
  const Duration takes = ran ? std::min<Duration>(grace, kStopTakes) : Duration{0};
  plane_.scheduler.at(plane_.now() + takes, key, [this, name] {
    const Json* pod = store_.get(ref_to("Pod", name));
    if (pod != nullptr && being_deleted(*pod)) store_.remove(ref_to("Pod", name));
  });
}

void Node::forget(const ObjectName& name) {
  pods_.erase(name);
  stuck_.erase(name);
  retry_.erase(name);
  for (const char* purpose : {"pod", "retry pod", "deadline"}) {
    plane_.scheduler.cancel(fmt::format("{} {}/{}", purpose, name.name_space, name.name));
  }
}

void Node::remember_images(const Json& pod) {
  for (const char* member : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const Json& status : array_at(pod, member)) {
      if (!string_at(status, "/imageID").empty()) images_.insert(string_at(status, "/image"));
    }
  }
}

// Where each container of a pod stands that this node has not seen before: one of a loaded project.
Node::Memory Node::recall(const Json& pod) const {
  Memory memory;
  const bool always = string_at(pod, "/spec/restartPolicy") == "Always";
  for (const auto& [member, init] :
       {std::pair{"/status/initContainerStatuses", true}, std::pair{"/status/containerStatuses", false}}) {
    for (const Json& status : array_at(pod, member)) {
      Container& container = memory.containers[memory_key(status, init)];
      container.runs = static_cast<int>(int_at(status, "/restartCount"));
      if (find(status, "/state/running") != nullptr) {
        ++container.runs;
        const bool steady = !init && (bool_at(status, "/ready") || is_deployer(pod));
        container.stage = steady ? Stage::kSteady : Stage::kRunning;
        container.until = plane_.now() + (init || always ? kStartTakes : kHookTakes);
      } else if (find(status, "/state/terminated") != nullptr) {
        container.stage = Stage::kDone;
      } else if (find(status, "/lastState/terminated") != nullptr) {
        ++container.runs;
      }
    }
  }
  return memory;
}

}  // namespace upshift::emulator
