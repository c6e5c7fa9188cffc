// The emulated project's objects: one map of JSON by type and name, one resourceVersion counter, one log of watch
// events. It stores what it is given; validation, defaults and patches are the Api's, behaviour over time the
// controllers'.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/resource.hpp"
#include "cluster/transport.hpp"

namespace upshift::emulator {

using cluster::ObjectRef;
using cluster::ResourceType;
using cluster::WatchEvent;

struct StoredEvent {
  std::uint64_t resource_version = 0;
  ResourceType type;
  WatchEvent event;
};

class Store {
 public:
  // `clock` gives creation and deletion times and must outlive the store; `seed` makes uids reproducible.
  Store(const Clock& clock, std::uint64_t seed);

  const Json* get(const ObjectRef& ref) const;
  // All objects of a type in a namespace ("" = all namespaces), sorted by name. Pointers are good until the next write.
  std::vector<const Json*> list(const ResourceType& type, std::string_view name_space) const;
  // Every object of every type, in known_types() order.
  std::vector<const Json*> all() const;

  // References returned by create() and update() are good until the next write.
  //
  // Stores a new object: sets uid, creationTimestamp, resourceVersion (and generation 1 where the type has one) unless
  // `verbatim`, which keeps creationTimestamp of a loaded export; a uid that it has stays its own in any case. The ref
  // must not exist.
  const Json& create(const ObjectRef& ref, Json object, bool verbatim = false);
  // Replaces; sets the next resourceVersion. No event and no new version where nothing but resourceVersion differs.
  const Json& update(const ObjectRef& ref, Json object);
  void remove(const ObjectRef& ref);

  std::uint64_t resource_version() const { return resource_version_; }
  // The next versions are greater than this one: it was seen in a loaded export.
  void raise_resource_version(std::uint64_t version) { resource_version_ = std::max(resource_version_, version); }
  const Clock& clock() const { return clock_; }
  // A UUID, and a name suffix as generateName makes it: the n-th for a name is the same in every project of the same
  // seed, whatever else was made before, so that two projects can be compared.
  std::string new_uid(std::string_view of);
  std::string new_suffix(std::string_view of, std::size_t length = 5);
  // `prefix` and a suffix, together a name that no object of the type has: a loaded export may hold the very next one.
  std::string new_name(const ResourceType& type, const std::string& name_space, const std::string& prefix);

  // Events with a version greater than `since`, oldest first; nullopt where `since` is older than the log reaches
  // (410).
  std::optional<std::vector<const StoredEvent*>> events_since(std::uint64_t since) const;
  // The objects of a type in a namespace ("" = all) as they were at a version, sorted as list() does; nullopt where the
  // log does not reach back to the beginning.
  std::optional<std::vector<Json>> list_at(const ResourceType& type, std::string_view name_space,
                                           std::uint64_t version) const;
  // Drops the events up to and including a version: the server's compaction, or a fault to be rehearsed.
  void forget_events(std::uint64_t up_to);
  // Called after each write, on the writing thread. A listener may write; the listeners of the outer write that have
  // not run yet then see its event after those of the inner one, so most only note that there is something to do.
  void on_change(std::function<void(const StoredEvent&)> listener) { listeners_.push_back(std::move(listener)); }

 private:
  struct Key {
    std::string group, resource, name_space, name;
    auto operator<=>(const Key&) const = default;
  };
  static Key key_of(const ObjectRef& ref);
  std::uint64_t next_random(std::string_view of);
  const StoredEvent& publish(const ObjectRef& ref, WatchEvent::Type type, const Json& object);

  const Clock& clock_;
  std::uint64_t seed_;
  std::map<std::string, std::uint64_t, std::less<>> made_;  // how many random values for each name
  std::set<std::string> loaded_uids_;                       // of an export: not to be given again
  std::uint64_t resource_version_ = 1000;
  std::map<Key, Json> objects_;
  std::deque<StoredEvent> log_;
  std::uint64_t forgotten_ = 0;  // the newest version whose event is no longer in the log
  Json removed_;                 // what a write returns whose object a listener removed at once
  std::vector<std::function<void(const StoredEvent&)>> listeners_;
};

}  // namespace upshift::emulator
