#include "emulator/server/project_clock.hpp"

#include <algorithm>

namespace upshift::emulator::server {

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

void ProjectClock::catch_up() {
  move_to(std::max(project_now(), emulator_.clock().now()));
  if (speed_ > 0) return;
  const std::optional<TimePoint> due = emulator_.next_due(false);
  if (!due || *due <= emulator_.clock().now()) return;
  project_start_ += *due - project_now();
  move_to(*due);
}

std::optional<ProjectClock::Real::time_point> ProjectClock::next() const {
  if (speed_ <= 0 && emulator_.next_due(false)) return Real::now();
  const std::optional<TimePoint> due = emulator_.next_due(true);
  if (!due) return std::nullopt;
  const std::chrono::duration<double, std::milli> until = *due - project_start_;
  return real_start_ + std::chrono::duration_cast<Real::duration>(until / pace_) + std::chrono::microseconds(1);
}

}  // namespace upshift::emulator::server
