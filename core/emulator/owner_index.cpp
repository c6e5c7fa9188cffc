#include "emulator/owner_index.hpp"

namespace upshift::emulator {

void OwnerIndex::observe(const StoredEvent& event) {
  const Json& object = event.event.object;
  const std::string uid = string_at(object, "/metadata/uid");
  const Dependent self{event.type.kind, string_at(object, "/metadata/namespace"), string_at(object, "/metadata/name")};
  std::vector<std::string> owners;
  if (event.event.type != WatchEvent::Type::kDeleted) {
    for (const Json& owner : array_at(object, "/metadata/ownerReferences")) owners.push_back(string_at(owner, "/uid"));
  }
  const auto known = objects_.find(uid);
  if (known != objects_.end() && event.event.type == WatchEvent::Type::kModified && known->second == owners) return;
  if (known != objects_.end()) {
    for (const std::string& owner : known->second) {
      const auto at = by_owner_.find(owner);
      if (at == by_owner_.end()) continue;
      at->second.erase(self);
      if (at->second.empty()) by_owner_.erase(at);
    }
    objects_.erase(known);
  }
  if (event.event.type == WatchEvent::Type::kDeleted) return;
  for (const std::string& owner : owners) by_owner_[owner].insert(self);
  objects_.emplace(uid, std::move(owners));
}

std::vector<ObjectRef> OwnerIndex::dependents(const std::string& owner_uid, std::string_view kind) const {
  std::vector<ObjectRef> out;
  const auto found = by_owner_.find(owner_uid);
  if (found == by_owner_.end()) return out;
  for (const auto& [dependent_kind, name_space, name] : found->second) {
    if (!kind.empty() && dependent_kind != kind) continue;
    out.push_back({*cluster::find_kind(dependent_kind), name_space, name});
  }
  return out;
}

}  // namespace upshift::emulator
