// Time since the machine was started, with the time that it slept (CLOCK_BOOTTIME): nobody can set it, and a laptop
// that wakes up knows how long it was away. Its epoch means nothing; only differences do.
#pragma once

#include "base/clock.hpp"

namespace upshift {

class BootClock final : public Clock {
 public:
  TimePoint now() const override;
};

}  // namespace upshift
