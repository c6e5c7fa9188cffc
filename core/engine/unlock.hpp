// Taking a project's lock from a holder that is gone, with a proof or with a reason, and with a note in the project of
// who did it.
#pragma once

#include "engine/lock_watch.hpp"

namespace upshift::engine {

struct UnlockRequest {
  bool force = false;
  std::string reason;
  std::string user, host;  // who asks
};

struct Unlocked {
  enum class End {
    kFree,      // nobody held it
    kUnlocked,  // it was held, and is free now
    kAlive,     // its holder renews it: it stays
    kStopped,   // the user did not want to wait
  };
  End end = End::kFree;
  LockRecord record;  // the holder's, as it was seen last
  std::string proof;  // for people: what shows that the holder is gone; or that it was not asked for
};

// Errors are those of reading and writing; INVALID_ARGUMENT: force without a reason. `tell` as for watch_lock().
Result<Unlocked> unlock(cluster::Client& client, const Clock& boot, const UnlockRequest& request,
                        const std::function<bool()>& stopped,
                        const std::function<void(const LockRecord& record, Duration left)>& tell);

}  // namespace upshift::engine
