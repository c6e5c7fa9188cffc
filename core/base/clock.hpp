// Time as a dependency. Nothing in upshift reads the system clock or sleeps except behind this interface, so that a
// rehearsal runs on virtual time and a test never waits.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace upshift {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
};

// Stands still until told to move. Not thread-safe.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(TimePoint start) : now_(start) {}
  TimePoint now() const override { return now_; }
  // Moves forward; a time in the past is ignored.
  void advance_to(TimePoint time) {
    if (time > now_) now_ = time;
  }
  void advance(Duration by) { advance_to(now_ + by); }

 private:
  TimePoint now_;
};

// "2026-11-21T09:01:55Z", seconds as the Kubernetes API writes them.
std::string to_rfc3339(TimePoint time);
// Reads what to_rfc3339 writes, also with fractions of a second.
Result<TimePoint> parse_rfc3339(std::string_view text);
// "850 ms", "12 s", "3 min 20 s", "2 h 5 min": for people.
std::string to_text(Duration duration);
// "90s", "20m", "1h30m", "500ms": as manifests and flags write it. Zero and negative ones are refused.
Result<Duration> parse_duration(std::string_view text);

}  // namespace upshift
