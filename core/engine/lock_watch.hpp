// Whether the holder of a lock is still there, found by watching and not by comparing clocks of two machines.
#pragma once

#include <functional>
#include <optional>

#include "cluster/client.hpp"
#include "engine/lock_record.hpp"

namespace upshift::engine {

struct LockWatch {
  enum class Seen {
    kExpired,   // it stood unchanged for its whole time to live: nobody renews it
    kReleased,  // it is there no more, or nobody holds it
    kRenewed,   // its holder, or a new one, lives
    kStopped,   // the user did not want to wait
  };
  Seen seen = Seen::kStopped;
  LockRecord record;      // as it was seen last
  Duration watched{};     // by the watcher's clock
  TimePoint begun, over;  // by the transport's, for people
};

// `tell` is called every few seconds with what is left. Errors are those of reading, after a minute in which nothing
// could be read. `boot` is the clock that decides.
Result<LockWatch> watch_lock(cluster::Client& client, const Clock& boot, const LockRecord& record,
                             const std::function<bool()>& stopped,
                             const std::function<void(const LockRecord& record, Duration left)>& tell);

// The lock as it is; nothing where there is none.
Result<std::optional<LockRecord>> find_lock(cluster::Client& client);

}  // namespace upshift::engine
