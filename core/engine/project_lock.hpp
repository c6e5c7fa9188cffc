// One upgrade at a time per project: a lock in the project that its holder renews, and a fence that keeps a holder
// which was away for too long from writing.
//
// Whether the lock is still held is decided by the holder's own boot clock alone, counted from before the request of
// the last confirmed renewal, with a margin; whoever waits for it counts from after reading it. So the two cannot both
// believe to hold it, however their clocks are set, as long as they run equally fast within the margin.
//
// Threads: those of the client.
#pragma once

#include <functional>
#include <string>

#include "base/event.hpp"
#include "cluster/client.hpp"
#include "engine/lock_record.hpp"

namespace upshift::engine {

struct LockHolder {
  std::string id;  // LockRecord::holder
  std::string host, user;
  std::int64_t process = 0;
  std::string run;
};

struct LockTerms {
  Duration time_to_live = std::chrono::minutes(2);
  // While a command runs in a pod nothing can be renewed.
  Duration during_exec = std::chrono::minutes(30);
  // Wait for a lock that another holds: it is taken over once nobody has renewed it for its time to live.
  bool wait = false;
  // A lock of the same holder id and host is a former process' of the same journal, and taken over at once.
  bool take_own = true;
};

class ProjectLock {
 public:
  // All are borrowed. `client` must not lead through a HeldTransport of this lock.
  ProjectLock(cluster::Client& client, const Clock& boot, LockHolder holder, LockTerms terms, EventSink& events)
      : client_(client), boot_(boot), holder_(std::move(holder)), terms_(terms), events_(events) {}
  ProjectLock(const ProjectLock&) = delete;
  ProjectLock& operator=(const ProjectLock&) = delete;

  using Tell = std::function<void(const LockRecord& record, Duration left)>;
  // ABORTED: another holds it; the detail says who. CANCELLED: stopped while waiting.
  Status acquire(const std::function<bool()>& stopped, const Tell& tell);
  // Deletes it where it is still held; left as a free one where it tells of an unlock.
  Status release();

  // For Dependencies::fence. ABORTED: the lock is lost, for good. UNAVAILABLE: it could not be renewed in time.
  Status fence();
  // Renews where it is time to; that it failed is told as a warning and tried again, as long as it is held.
  void keep();
  // When keep() has something to do, from now.
  Duration due_in() const;
  // Held for that long from now, whatever was agreed on.
  Status extend(Duration by);
  // Back to the usual time to live.
  void shorten();
  void note_step(const std::string& step);

  bool held() const { return state_ == State::kHeld; }
  bool lost() const { return state_ == State::kLost; }
  // As it was confirmed last, or who holds it instead.
  const LockRecord& record() const { return record_; }

 private:
  enum class State { kFree, kHeld, kLost };
  enum class Written { kYes, kAgain };

  Status take(const LockRecord* present);
  Result<Written> write(LockRecord next, bool create);
  Result<Written> look_up(const LockRecord& sent, TimePoint at, const Error& why);
  Status renew(Duration time_to_live);
  Status held_by(const LockRecord& other, const std::string& found) const;
  Status give_up(const std::string& how);
  void confirm(const LockRecord& sent, const Json& object, TimePoint at);
  Duration left() const { return lease_end_ - boot_.now() - margin_; }
  bool is_ours(const LockRecord& present) const;
  LockRecord fresh() const;

  cluster::Client& client_;
  const Clock& boot_;
  LockHolder holder_;
  LockTerms terms_;
  EventSink& events_;
  State state_ = State::kFree;
  std::string session_;
  LockRecord record_;
  std::string step_;
  TimePoint lease_end_, renew_at_, asked_;
  Duration margin_{};
  bool troubled_ = false;
  std::string lost_how_;
};

}  // namespace upshift::engine
