#include "emulator/scheduler.hpp"

#include "emulator/controller.hpp"

namespace upshift::emulator {

void Scheduler::at(TimePoint due, std::string key, Action action, Kind kind) {
  cancel(key);
  const Slot slot{due, ++sequence_};
  by_key_.emplace(key, slot);
  if (kind == Kind::kProgress) progress_.insert(slot);
  timers_.emplace(slot, Entry{std::move(key), std::move(action), kind});
}

void Scheduler::cancel(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  timers_.erase(found->second);
  progress_.erase(found->second);
  by_key_.erase(found);
}

std::optional<TimePoint> Scheduler::next_due(bool background) const {
  if (background) return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->first.first);
  return progress_.empty() ? std::nullopt : std::optional(progress_.begin()->first);
}

bool Scheduler::run_one(TimePoint now) {
  if (timers_.empty() || timers_.begin()->first.first > now) return false;
  const Slot slot = timers_.begin()->first;
  Entry entry = std::move(timers_.begin()->second);
  timers_.erase(timers_.begin());
  progress_.erase(slot);
  by_key_.erase(entry.key);
  entry.action();
  return true;
}

void WorkQueue::add(Controller* controller, ObjectName object) {
  if (waiting_[controller].insert(object).second) queue_.emplace_back(controller, std::move(object));
}

bool WorkQueue::run_one() {
  if (queue_.empty()) return false;
  const Work work = std::move(queue_.front());
  queue_.pop_front();
  waiting_[work.first].erase(work.second);
  work.first->reconcile(work.second);
  return true;
}

}  // namespace upshift::emulator
