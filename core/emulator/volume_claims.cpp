#include "emulator/volume_claims.hpp"

#include <algorithm>

#include "emulator/pod_facts.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kProtection = "kubernetes.io/pvc-protection";

}  // namespace

void VolumeClaims::observe(const StoredEvent& event) {
  const ObjectName name = name_of(event.event.object);
  if (event.type.kind == "PersistentVolumeClaim") {
    if (event.event.type == WatchEvent::Type::kDeleted) {
      leaving_.erase(name);
    } else {
      enqueue(name);
    }
  } else if (event.type.kind == "Pod" && event.event.type == WatchEvent::Type::kDeleted) {
    for (const ObjectName& claim : leaving_) {
      if (claim.name_space == name.name_space) enqueue(claim);
    }
  }
}

bool VolumeClaims::in_use(const ObjectName& claim) const {
  for (const Json* pod : store_.list(type_of("Pod"), claim.name_space)) {
    if (is_finished(*pod)) continue;
    for (const Json& volume : array_at(*pod, "/spec/volumes")) {
      if (string_at(volume, "/persistentVolumeClaim/claimName") == claim.name) return true;
    }
  }
  return false;
}

void VolumeClaims::reconcile(const ObjectName& name) {
  const ObjectRef ref = ref_to("PersistentVolumeClaim", name);
  const Json* stored = store_.get(ref);
  if (stored == nullptr) return;
  if (being_deleted(*stored)) {
    if (in_use(name)) {
      leaving_.insert(name);
      return;
    }
    leaving_.erase(name);
    Json next = *stored;
    Json& finalizers = next["metadata"]["finalizers"];
    if (finalizers.is_array()) {
      std::erase_if(finalizers.get_ref<Json::array_t&>(), [](const Json& f) { return f == kProtection; });
    }
    if (finalizers.empty()) return store_.remove(ref);
    store_.update(ref, std::move(next));
    return;
  }
  if (string_at(*stored, "/status/phase") == "Bound") return;
  modify(store_, ref, [](Json& claim) {
    Json& metadata = claim["metadata"];
    metadata["annotations"]["pv.kubernetes.io/bind-completed"] = "yes";
    metadata["annotations"]["pv.kubernetes.io/bound-by-controller"] = "yes";
    Json& spec = claim["spec"];
    if (string_at(spec, "/volumeName").empty()) spec["volumeName"] = "pv-" + string_at(metadata, "/uid");
    claim["status"] = {{"phase", "Bound"},
                       {"accessModes", array_at(spec, "/accessModes")},
                       {"capacity", object_at(spec, "/resources/requests")}};
  });
}

}  // namespace upshift::emulator
