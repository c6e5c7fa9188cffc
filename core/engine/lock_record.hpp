// The lock of a project as it stands there: a ConfigMap that says who upgrades it (docs/lock-and-mirror.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "cluster/resource.hpp"

namespace upshift::engine {

inline constexpr const char* kLockName = "upshift-lock";
inline constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
inline constexpr const char* kManagedByUs = "upshift";

struct LockRecord {
  std::string holder;   // who may take it over at once after a crash: an id that the journal keeps; "": nobody holds it
  std::string session;  // one process' hold
  std::string host, user;
  std::int64_t process = 0;
  std::string run;            // "3scale 2.5 → 2.6", for people
  std::string step;           // the one that was begun last
  TimePoint since, renewed;   // by the holder's clock, for people: nothing is decided by them
  Duration time_to_live{};    // from each renewal on
  std::int64_t renewals = 0;  // so that each renewal differs from the one before
  Json unlocked;              // who took it from its holder by `unlock`, how and why; null: nobody did
  std::string uid, version;   // the object's

  bool is_held() const { return !holder.empty(); }
  // "held by ada at laptop (process 12) for 3scale 2.5 → 2.6, step …, since …, last renewed …"
  std::string display() const;
};

cluster::ObjectRef lock_ref();
// Whatever stands in the object: what cannot be read is "", and a time to live within what makes sense.
LockRecord read_lock(const Json& object);
// With the version as a precondition where the record has one.
Json to_object(const LockRecord& record);

}  // namespace upshift::engine
