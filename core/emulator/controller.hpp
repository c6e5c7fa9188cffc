// What a controller is: it sees every write to the store, notes which objects it has to look at, and later brings each
// of them one step nearer to what they ask for. And what all controllers share.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "emulator/event_recorder.hpp"
#include "emulator/facts.hpp"
#include "emulator/faults.hpp"
#include "emulator/owner_index.hpp"
#include "emulator/scheduler.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

// Owned by the emulator; outlives the controllers.
struct ControlPlane {
  Store& store;
  VirtualClock& clock;
  Facts facts;
  Faults faults;
  Scheduler scheduler;
  WorkQueue queue;
  OwnerIndex owners;
  EventRecorder events{store};
  bool credentials_waived = false;  // registries answer everybody
  // PEM; what each namespace finds in kube-root-ca.crt.
  std::string cluster_authority = "(emulated certificate authority)\n";
  bool cluster_authority_known = false;  // given or loaded, not made up

  TimePoint now() const { return clock.now(); }
  std::string now_text() const { return to_rfc3339(clock.now()); }
};

class Controller {
 public:
  explicit Controller(ControlPlane& plane) : plane_(plane), store_(plane.store) {}
  virtual ~Controller() = default;
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  // Called inside every write: may only note what to do.
  virtual void observe(const StoredEvent& event) = 0;
  // The object may be gone, or in any state.
  virtual void reconcile(const ObjectName& object) = 0;

 protected:
  void enqueue(ObjectName object) { plane_.queue.add(this, std::move(object)); }
  void enqueue_later(Duration delay, const ObjectName& object, Scheduler::Kind kind, std::string_view purpose);

  ControlPlane& plane_;
  Store& store_;
};

// A reference to an object of a kind that is known for certain.
ObjectRef ref_to(std::string_view kind, std::string_view name_space, std::string_view name);
inline ObjectRef ref_to(std::string_view kind, const ObjectName& object) {
  return ref_to(kind, object.name_space, object.name);
}
const ResourceType& type_of(std::string_view kind);
ObjectName name_of(const Json& object);

// Changes a copy of the stored object and writes it back; nothing happens where it is gone.
void modify(Store& store, const ObjectRef& ref, const std::function<void(Json&)>& change);
// The spec has changed: metadata.generation counts it.
void count_generation(Json& object);
bool being_deleted(const Json& object);
// The controller among metadata.ownerReferences, or nullptr.
const Json* controller_of(const Json& object);
// An entry for metadata.ownerReferences; `controller` also blocks the owner's foreground deletion.
Json owner_reference(const Json& owner, bool controller);

}  // namespace upshift::emulator
