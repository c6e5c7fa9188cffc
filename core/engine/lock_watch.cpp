#include "engine/lock_watch.hpp"

#include <algorithm>

namespace upshift::engine {
namespace {

constexpr Duration kLookEvery = std::chrono::seconds(5);
constexpr Duration kPatience = std::chrono::minutes(1);

}  // namespace

Result<std::optional<LockRecord>> find_lock(cluster::Client& client) {
  UPSHIFT_ASSIGN(const auto object, client.get(lock_ref()));
  return object ? std::optional(read_lock(*object)) : std::nullopt;
}

Result<LockWatch> watch_lock(cluster::Client& client, const Clock& boot, const LockRecord& record,
                             const std::function<bool()>& stopped,
                             const std::function<void(const LockRecord& record, Duration left)>& tell) {
  LockWatch watch;
  watch.record = record;
  watch.begun = client.clock().now();
  // It may have been renewed until the moment in which it was read, which is over.
  const TimePoint begun = boot.now();
  TimePoint answered = begun;
  while (!stopped()) {
    const Duration left = record.time_to_live - (boot.now() - begun);
    if (left > Duration::zero()) {
      if (tell) tell(watch.record, left);
      client.pause_until(client.clock().now() + std::min(left, kLookEvery));
    }
    const TimePoint asked = boot.now();
    auto present = find_lock(client);
    watch.watched = asked - begun;
    watch.over = client.clock().now();
    if (!present) {
      if (boot.now() - answered >= kPatience) return failure(std::move(present.error()));
      if (left <= Duration::zero()) client.pause_until(client.clock().now() + kLookEvery);
      continue;
    }
    answered = asked;
    if (!*present || !(*present)->is_held()) {
      watch.seen = LockWatch::Seen::kReleased;
      if (*present) watch.record = **present;
      return watch;
    }
    watch.record = **present;
    const bool same = watch.record.version == record.version && watch.record.uid == record.uid;
    if (!same) {
      watch.seen = LockWatch::Seen::kRenewed;
      return watch;
    }
    if (watch.watched < record.time_to_live) continue;
    watch.seen = LockWatch::Seen::kExpired;
    return watch;
  }
  return watch;
}

}  // namespace upshift::engine
