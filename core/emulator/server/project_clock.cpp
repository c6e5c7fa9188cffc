#include "emulator/server/project_clock.hpp"

#include <algorithm>

namespace upshift::emulator::server {
namespace {

// The longest that a project may take to come to rest, by its own clock.
constexpr Duration kSettleLimit = std::chrono::hours(2);

}  // namespace

ProjectClock::ProjectClock(Emulator& emulator, double speed)
    : emulator_(emulator),
      speed_(speed),
      pace_(speed > 0 ? speed : 1),
      real_start_(Real::now()),
      project_start_(emulator.clock().now()) {}

TimePoint ProjectClock::project_now() const {
  const std::chrono::duration<double, std::milli> passed = Real::now() - real_start_;
  return project_start_ + Duration(static_cast<Duration::rep>(passed.count() * pace_));
}

void ProjectClock::move_to(TimePoint time) {
  std::size_t before = 0;
  do {
    before = delivered_;
    emulator_.wait(time);
  } while (delivered_ != before || emulator_.clock().now() < time);
}

bool ProjectClock::hurry() {
  const std::optional<TimePoint> due = emulator_.next_due(false);
  if (!due) return false;
  if (*due > emulator_.clock().now()) project_start_ += *due - project_now();
  move_to(std::max(*due, emulator_.clock().now()));
  return true;
}

void ProjectClock::catch_up() {
  move_to(std::max(project_now(), emulator_.clock().now()));
  if (hurries() && watchers_ > 0) hurry();
}

void ProjectClock::note_look(const std::string& target) {
  if (!hurries()) return;
  const Store& store = emulator_.store();
  if (looked_version_ != store.resource_version()) looked_at_.clear();
  const bool again = !looked_at_.insert(target).second;
  const std::uint64_t seen = store.resource_version();
  while (again && store.resource_version() == seen && hurry()) {
  }
  if (store.resource_version() != seen) looked_at_ = {target};
  looked_version_ = store.resource_version();
}

std::optional<ProjectClock::Real::time_point> ProjectClock::next() const {
  if (hurries() && watchers_ > 0 && emulator_.next_due(false)) return Real::now();
  const std::optional<TimePoint> due = emulator_.next_due(true);
  if (!due) return std::nullopt;
  const std::chrono::duration<double, std::milli> until = *due - project_start_;
  return real_start_ + std::chrono::duration_cast<Real::duration>(until / pace_) + std::chrono::microseconds(1);
}

void ProjectClock::settle() {
  const TimePoint before = emulator_.clock().now();
  emulator_.settle(kSettleLimit);
  if (emulator_.clock().now() > project_now()) project_start_ += emulator_.clock().now() - project_now();
  move_to(std::max(before, emulator_.clock().now()));
}

}  // namespace upshift::emulator::server
