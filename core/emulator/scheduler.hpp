// What is due when: the emulator's timers on the virtual clock, and the queue of objects that controllers have to look
// at again. Both are deterministic: timers run by due time and then in the order they were set, the queue first in,
// first out.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace upshift::emulator {

class Scheduler {
 public:
  // Background timers repeat for ever where nobody intervenes (a crashing container's next start): they run when time
  // passes, but nothing waits for them.
  enum class Kind { kProgress, kBackground };
  using Action = std::function<void()>;

  // A timer of the same key is replaced.
  void at(TimePoint due, std::string key, Action action, Kind kind = Kind::kProgress);
  void cancel(const std::string& key);
  bool has(const std::string& key) const { return by_key_.contains(key); }

  // The earliest timer; of the progress kind only where `background` is false.
  std::optional<TimePoint> next_due(bool background) const;
  // Runs the earliest timer that is due at `now`; false where there is none.
  bool run_one(TimePoint now);

 private:
  using Slot = std::pair<TimePoint, std::uint64_t>;
  struct Entry {
    std::string key;
    Action action;
    Kind kind;
  };
  std::map<Slot, Entry> timers_;
  std::set<Slot> progress_;
  std::unordered_map<std::string, Slot> by_key_;
  std::uint64_t sequence_ = 0;
};

struct ObjectName {
  std::string name_space;
  std::string name;
  auto operator<=>(const ObjectName&) const = default;
};

class Controller;

class WorkQueue {
 public:
  // Nothing happens where the same work waits already.
  void add(Controller* controller, ObjectName object);
  // Lets the first one act; false where the queue is empty.
  bool run_one();

 private:
  using Work = std::pair<Controller*, ObjectName>;
  std::deque<Work> queue_;
  std::map<Controller*, std::set<ObjectName>> waiting_;
};

}  // namespace upshift::emulator
