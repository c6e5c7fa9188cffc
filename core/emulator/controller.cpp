#include "emulator/controller.hpp"

#include <fmt/format.h>

namespace upshift::emulator {

void Controller::enqueue_later(Duration delay, const ObjectName& object, Scheduler::Kind kind,
                               std::string_view purpose) {
  plane_.scheduler.at(
      plane_.now() + delay, fmt::format("{} {}/{}", purpose, object.name_space, object.name),
      [this, object] { enqueue(object); }, kind);
}

const ResourceType& type_of(std::string_view kind) {
  return *cluster::find_kind(kind);
}

ObjectRef ref_to(std::string_view kind, std::string_view name_space, std::string_view name) {
  return {type_of(kind), std::string(name_space), std::string(name)};
}

ObjectName name_of(const Json& object) {
  return {string_at(object, "/metadata/namespace"), string_at(object, "/metadata/name")};
}

void modify(Store& store, const ObjectRef& ref, const std::function<void(Json&)>& change) {
  const Json* present = store.get(ref);
  if (present == nullptr) return;
  Json next = *present;
  change(next);
  store.update(ref, std::move(next));
}

void count_generation(Json& object) {
  object["metadata"]["generation"] = int_at(object, "/metadata/generation") + 1;
}

bool being_deleted(const Json& object) {
  return find(object, "/metadata/deletionTimestamp") != nullptr;
}

const Json* controller_of(const Json& object) {
  for (const Json& owner : array_at(object, "/metadata/ownerReferences")) {
    if (bool_at(owner, "/controller")) return &owner;
  }
  return nullptr;
}

Json owner_reference(const Json& owner, bool controller) {
  Json out = {{"apiVersion", string_at(owner, "/apiVersion")},
              {"kind", string_at(owner, "/kind")},
              {"name", string_at(owner, "/metadata/name")},
              {"uid", string_at(owner, "/metadata/uid")}};
  if (controller) {
    out["controller"] = true;
    out["blockOwnerDeletion"] = true;
  }
  return out;
}

}  // namespace upshift::emulator
