#include "emulator/emulator.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "emulator/annotation_trigger.hpp"
#include "emulator/deployer.hpp"
#include "emulator/deployer_controller.hpp"
#include "emulator/deployment_config_controller.hpp"
#include "emulator/deployment_controller.hpp"
#include "emulator/emulator_state.hpp"
#include "emulator/endpoints.hpp"
#include "emulator/garbage_collector.hpp"
#include "emulator/image_import.hpp"
#include "emulator/image_trigger.hpp"
#include "emulator/node.hpp"
#include "emulator/quota.hpp"
#include "emulator/replication.hpp"
#include "emulator/route_admission.hpp"
#include "emulator/service_account.hpp"
#include "emulator/volume_claims.hpp"

namespace upshift::emulator {
namespace {

Response refusal_of(const RequestFault& fault, const Request& request) {
  const std::string message =
      fault.message.empty() ? fmt::format("{} {} is refused on demand", request.method, request.path) : fault.message;
  return status_failure(fault.code, fault.reason, message);
}

}  // namespace

Emulator::State::State(Options wanted)
    : options(std::move(wanted)),
      clock(options.start),
      store(clock, options.seed),
      api(store, options.seed),
      plane{.store = store,
            .clock = clock,
            .facts = {},
            .faults = {},
            .scheduler = {},
            .queue = {},
            .owners = {},
            .events = EventRecorder(store)},
      watches(store) {
  auto accounts = std::make_unique<ServiceAccounts>(plane);
  service_accounts = accounts.get();
  controllers.push_back(std::move(accounts));
  controllers.push_back(std::make_unique<VolumeClaims>(plane));
  controllers.push_back(std::make_unique<ImageImport>(plane));
  controllers.push_back(std::make_unique<ImageTrigger>(plane));
  controllers.push_back(std::make_unique<AnnotationTrigger>(plane, "Deployment"));
  controllers.push_back(std::make_unique<AnnotationTrigger>(plane, "StatefulSet"));
  controllers.push_back(std::make_unique<DeploymentConfigController>(plane));
  auto node = std::make_unique<Node>(plane);
  controllers.push_back(std::make_unique<DeployerController>(plane, *node));
  controllers.push_back(std::make_unique<Deployer>(plane, *node));
  controllers.push_back(std::make_unique<Replication>(plane, "ReplicationController", "replication-controller"));
  controllers.push_back(std::make_unique<DeploymentController>(plane));
  controllers.push_back(std::make_unique<Replication>(plane, "ReplicaSet", "replicaset-controller"));
  controllers.push_back(std::move(node));
  controllers.push_back(std::make_unique<RouteAdmission>(plane));
  controllers.push_back(std::make_unique<EndpointsController>(plane));
  controllers.push_back(std::make_unique<QuotaUsage>(plane));
  controllers.push_back(std::make_unique<GarbageCollector>(plane));
  store.on_change([this](const StoredEvent& event) {
    plane.owners.observe(event);
    for (const auto& controller : controllers) controller->observe(event);
  });
  api.set_registry([this](const std::string& name_space, const std::string& image) {
    return import_refusal(plane, name_space, image);
  });
  api.set_interceptor([this](const Request& request) -> std::optional<Response> {
    const RequestFault* fault = plane.faults.request_fault(request);
    return fault == nullptr ? std::nullopt : std::optional(refusal_of(*fault, request));
  });
}

void Emulator::State::ensure_project() {
  if (project_exists) return;
  project_exists = true;
  const ObjectRef ref = ref_to("Namespace", "", options.name_space);
  if (store.get(ref) != nullptr) return;
  store.create(ref, {{"metadata", Json::object()}, {"spec", Json::object()}, {"status", {{"phase", "Active"}}}});
}

bool Emulator::State::step() {
  return plane.queue.run_one() || plane.scheduler.run_one(clock.now());
}

void Emulator::State::set_world_timers(const std::vector<Timer>& timers) {
  for (const Timer& timer : timers) {
    plane.scheduler.at(clock.now() + timer.after, fmt::format("world {}", ++world_timers), [this, data = timer.data] {
      if (world == nullptr) return;
      auto further = world->timer(data);
      if (further) {
        set_world_timers(*further);
      } else {
        world_errors.push_back(std::move(further.error()));
      }
    });
  }
}

Result<const Json*> Emulator::State::running_container(const cluster::ExecRequest& request,
                                                       std::string& container) const {
  const std::string name_space = request.name_space.empty() ? options.name_space : request.name_space;
  const Json* pod = store.get(ref_to("Pod", name_space, request.pod));
  if (pod == nullptr) {
    return failure(StatusCode::kNotFound, fmt::format("there is no Pod/{} to run a command in", request.pod));
  }
  container = request.container.empty() ? string_at(*pod, "/spec/containers/0/name") : request.container;
  for (const Json& status : array_at(*pod, "/status/containerStatuses")) {
    if (string_at(status, "/name") != container) continue;
    if (string_at(*pod, "/status/phase") == "Running" && find(status, "/state/running") != nullptr) return pod;
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("container {} of Pod/{} does not run", container, request.pod),
                   "A command can be run only in a container that runs; wait until the pod is ready.");
  }
  for (const Json& wanted : array_at(*pod, "/spec/containers")) {
    if (string_at(wanted, "/name") != container) continue;
    return failure(StatusCode::kFailedPrecondition, fmt::format("Pod/{} has not started yet", request.pod),
                   "Wait until the pod is ready.");
  }
  return failure(StatusCode::kNotFound, fmt::format("Pod/{} has no container {}", request.pod, container));
}

Emulator::Emulator(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Emulator::~Emulator() = default;

Status Emulator::add_facts(const Json& facts) {
  return state_->plane.facts.add(facts);
}
void Emulator::set_outside_world(OutsideWorld* world) {
  state_->world = world;
}
void Emulator::set_cluster_authority(std::string pem) {
  ControlPlane& plane = state_->plane;
  plane.cluster_authority = std::move(pem);
  plane.cluster_authority_known = true;
  for (const Json* name_space : state_->store.list(type_of("Namespace"), {})) {
    state_->service_accounts->refresh(string_at(*name_space, "/metadata/name"));
  }
}
bool Emulator::has_cluster_authority() const {
  return state_->plane.cluster_authority_known;
}
Faults& Emulator::faults() {
  return state_->plane.faults;
}
std::vector<Error> Emulator::take_world_errors() {
  return std::exchange(state_->world_errors, {});
}
Api& Emulator::api() {
  return state_->api;
}
Store& Emulator::store() {
  return state_->store;
}
VirtualClock& Emulator::virtual_clock() {
  return state_->clock;
}
const std::string& Emulator::name_space() const {
  return state_->options.name_space;
}
const Clock& Emulator::clock() const {
  return state_->clock;
}

std::optional<TimePoint> Emulator::next_due(bool background) const {
  return state_->plane.scheduler.next_due(background);
}

void Emulator::settle(Duration limit, bool initial) {
  State& state = *state_;
  state.ensure_project();
  state.plane.credentials_waived = initial;
  const TimePoint deadline = state.clock.now() + limit;
  for (;;) {
    if (state.step()) continue;
    const auto progress = state.plane.scheduler.next_due(false);
    if (!progress) break;
    if (*progress > deadline) {
      state.clock.advance_to(deadline);
      break;
    }
    // Background timers on the way are not jumped over.
    state.clock.advance_to(*state.plane.scheduler.next_due(true));
  }
  state.plane.credentials_waived = false;
}

Result<cluster::Response> Emulator::send(const cluster::Request& request) {
  state_->ensure_project();
  return state_->api.handle(request);
}

Result<cluster::WatchId> Emulator::start_watch(const cluster::Request& request, cluster::WatchHandler handler) {
  state_->ensure_project();
  std::optional<Json> refusal;
  cluster::Request asked = request;
  asked.method = "GET";
  if (const RequestFault* fault = state_->plane.faults.request_fault(asked)) refusal = refusal_of(*fault, asked).body;
  return state_->watches.start(asked, std::move(handler), refusal);
}

void Emulator::stop_watch(cluster::WatchId id) {
  state_->watches.stop(id);
}

void Emulator::wait(TimePoint until) {
  State& state = *state_;
  state.ensure_project();
  for (;;) {
    while (state.step()) {
    }
    if (state.watches.deliver() > 0) return;
    const auto due = state.plane.scheduler.next_due(true);
    if (!due || *due > until) break;
    state.clock.advance_to(*due);
  }
  state.clock.advance_to(until);
}

Result<cluster::ExecResult> Emulator::exec(const cluster::ExecRequest& request) {
  State& state = *state_;
  cluster::ExecRequest known = request;
  known.output = nullptr;  // told here, once the outcome is known
  UPSHIFT_TRY(state.running_container(request, known.container));
  if (known.name_space.empty()) known.name_space = state.options.name_space;
  std::optional<SimulatedExec> done;
  if (state.world != nullptr) {
    UPSHIFT_ASSIGN(done, state.world->exec(known));
  }
  if (!done) {
    return failure(StatusCode::kUnimplemented,
                   fmt::format("no plugin simulates the command '{}' in container {} of Pod/{}",
                               join(known.command, " "), known.container, known.pod),
                   "A rehearsal knows only the commands that a plugin's simulation answers.");
  }
  state.set_world_timers(done->timers);
  const auto tell = [&request](cluster::ExecStream stream, const std::string& text) {
    if (request.output && !text.empty()) request.output(stream, text);
  };
  tell(cluster::ExecStream::kStandardOutput, done->result.standard_output);
  tell(cluster::ExecStream::kStandardError, done->result.standard_error);
  return std::move(done->result);
}

}  // namespace upshift::emulator
