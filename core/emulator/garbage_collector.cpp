#include "emulator/garbage_collector.hpp"

#include <algorithm>

#include "emulator/replication.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kOwnerGone = "owner";
constexpr const char* kForeground = "foregroundDeletion";
constexpr const char* kOrphan = "orphan";
constexpr const char* kNamespaceGone = "namespace";

bool has_finalizer(const Json& object, std::string_view finalizer) {
  const Json& finalizers = array_at(object, "/metadata/finalizers");
  return std::any_of(finalizers.begin(), finalizers.end(), [&](const Json& f) { return f == finalizer; });
}

// An object as the text of a work item.
std::string packed(const ObjectRef& ref) {
  return ref.type.kind + "\n" + ref.name_space + "\n" + ref.name;
}

ObjectRef unpacked(const std::string& text) {
  const auto first = text.find('\n');
  const auto second = text.find('\n', first + 1);
  return ref_to(text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1));
}

}  // namespace

void GarbageCollector::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  if (event.event.type == WatchEvent::Type::kDeleted) {
    enqueue({kOwnerGone, string_at(object, "/metadata/uid")});
    if (event.type.kind == "Namespace") enqueue({kNamespaceGone, string_at(object, "/metadata/name")});
    for (const Json& owner : array_at(object, "/metadata/ownerReferences")) {
      const auto* type = cluster::find_kind(string_at(owner, "/kind"));
      if (type == nullptr) continue;
      const ObjectRef ref{*type, string_at(object, "/metadata/namespace"), string_at(owner, "/name")};
      const Json* stored = store_.get(ref);
      if (stored != nullptr && being_deleted(*stored)) enqueue({kForeground, packed(ref)});
    }
    return;
  }
  if (!being_deleted(object)) return;
  const ObjectRef ref{event.type, string_at(object, "/metadata/namespace"), string_at(object, "/metadata/name")};
  if (has_finalizer(object, kForeground)) enqueue({kForeground, packed(ref)});
  if (has_finalizer(object, kOrphan)) enqueue({kOrphan, packed(ref)});
  if (event.type.kind == "Namespace") enqueue({kNamespaceGone, ref.name});
}

void GarbageCollector::reconcile(const ObjectName& work) {
  if (work.name_space == kOwnerGone) return release_dependents(work.name);
  if (work.name_space == kNamespaceGone) return empty_namespace(work.name);
  if (work.name_space == kForeground) return finish_foreground(unpacked(work.name));
  orphan(unpacked(work.name));
}

void GarbageCollector::release_dependents(const std::string& owner_uid) {
  for (const ObjectRef& ref : plane_.owners.dependents(owner_uid)) {
    const Json* object = store_.get(ref);
    if (object == nullptr) continue;
    const Json& owners = array_at(*object, "/metadata/ownerReferences");
    const bool owned_still = std::any_of(owners.begin(), owners.end(), [&](const Json& owner) {
      return string_at(owner, "/uid") != owner_uid && plane_.owners.exists(string_at(owner, "/uid"));
    });
    if (!owned_still) {
      remove(ref);
      continue;
    }
    modify(store_, ref, [&](Json& next) {
      std::erase_if(next["metadata"]["ownerReferences"].get_ref<Json::array_t&>(),
                    [&](const Json& owner) { return string_at(owner, "/uid") == owner_uid; });
    });
  }
}

void GarbageCollector::finish_foreground(const ObjectRef& owner) {
  const Json* stored = store_.get(owner);
  if (stored == nullptr || !being_deleted(*stored) || !has_finalizer(*stored, kForeground)) return;
  const std::string uid = string_at(*stored, "/metadata/uid");
  bool blocked = false;
  for (const ObjectRef& ref : plane_.owners.dependents(uid)) {
    const Json* dependent = store_.get(ref);
    if (dependent == nullptr) continue;
    const Json& owners = array_at(*dependent, "/metadata/ownerReferences");
    const bool blocks = std::any_of(owners.begin(), owners.end(), [&](const Json& reference) {
      return string_at(reference, "/uid") == uid && bool_at(reference, "/blockOwnerDeletion");
    });
    if (!being_deleted(*dependent)) remove_in_turn(ref, *dependent, blocks);
    blocked = blocked || (blocks && store_.get(ref) != nullptr);
  }
  // What does not block goes in the background, once the owner is gone.
  if (!blocked) drop_finalizer(owner, kForeground);
}

// A dependent that has dependents of its own waits for them as its owner does for it.
void GarbageCollector::remove_in_turn(const ObjectRef& ref, const Json& dependent, bool in_foreground) {
  const bool has_own = !plane_.owners.dependents(string_at(dependent, "/metadata/uid")).empty();
  if (!in_foreground || !has_own || ref.type.kind == "Pod") return remove(ref);
  modify(store_, ref, [&](Json& next) {
    next["metadata"]["deletionTimestamp"] = plane_.now_text();
    next["metadata"]["deletionGracePeriodSeconds"] = 0;
    next["metadata"]["finalizers"].push_back(kForeground);
  });
}

void GarbageCollector::orphan(const ObjectRef& owner) {
  const Json* stored = store_.get(owner);
  if (stored == nullptr || !has_finalizer(*stored, kOrphan)) return;
  const std::string uid = string_at(*stored, "/metadata/uid");
  for (const ObjectRef& ref : plane_.owners.dependents(uid)) {
    modify(store_, ref, [&](Json& next) {
      auto& owners = next["metadata"]["ownerReferences"].get_ref<Json::array_t&>();
      std::erase_if(owners, [&](const Json& reference) { return string_at(reference, "/uid") == uid; });
      if (owners.empty()) next["metadata"].erase("ownerReferences");
    });
  }
  drop_finalizer(owner, kOrphan);
}

void GarbageCollector::empty_namespace(const std::string& name_space) {
  std::vector<ObjectRef> refs;
  for (const ResourceType& type : cluster::known_types()) {
    if (!type.namespaced) continue;
    for (const Json* object : store_.list(type, name_space)) {
      refs.push_back({type, name_space, string_at(*object, "/metadata/name")});
    }
  }
  for (const ObjectRef& ref : refs) store_.remove(ref);
  const ObjectRef self = ref_to("Namespace", "", name_space);
  if (const Json* stored = store_.get(self); stored != nullptr && being_deleted(*stored)) store_.remove(self);
}

void GarbageCollector::remove(const ObjectRef& ref) {
  if (ref.type.kind == "Pod") return delete_pod(plane_, {ref.name_space, ref.name});
  const Json* object = store_.get(ref);
  if (object == nullptr || being_deleted(*object)) return;
  if (array_at(*object, "/metadata/finalizers").empty()) return store_.remove(ref);
  modify(store_, ref, [&](Json& next) {
    next["metadata"]["deletionTimestamp"] = plane_.now_text();
    next["metadata"]["deletionGracePeriodSeconds"] = 0;
  });
}

void GarbageCollector::drop_finalizer(const ObjectRef& ref, std::string_view finalizer) {
  const Json* stored = store_.get(ref);
  if (stored == nullptr) return;
  Json next = *stored;
  auto& finalizers = next["metadata"]["finalizers"].get_ref<Json::array_t&>();
  std::erase_if(finalizers, [&](const Json& present) { return present == finalizer; });
  if (finalizers.empty()) return store_.remove(ref);
  store_.update(ref, std::move(next));
}

}  // namespace upshift::emulator
