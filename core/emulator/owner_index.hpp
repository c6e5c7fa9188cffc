// Who depends on whom: the objects that name a uid in their ownerReferences. Kept up to date from the store's events,
// so that no controller searches.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "emulator/store.hpp"

namespace upshift::emulator {

class OwnerIndex {
 public:
  void observe(const StoredEvent& event);
  // Dependents of the owner with this uid, by kind and name. `kind` "" is all of them.
  std::vector<ObjectRef> dependents(const std::string& owner_uid, std::string_view kind = {}) const;
  bool exists(const std::string& uid) const { return objects_.contains(uid); }

 private:
  using Dependent = std::tuple<std::string, std::string, std::string>;  // kind, namespace, name
  std::unordered_map<std::string, std::set<Dependent>> by_owner_;
  std::unordered_map<std::string, std::vector<std::string>> objects_;  // uid to its owners' uids
};

}  // namespace upshift::emulator
