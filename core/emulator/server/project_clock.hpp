// Lets an emulated project live on real time: a factor faster, or as fast as things can happen.
#pragma once

#include <chrono>
#include <optional>

#include "emulator/emulator.hpp"

namespace upshift::emulator::server {

class ProjectClock {
 public:
  using Real = std::chrono::steady_clock;

  // With speed 0 whatever the controllers are working on happens at once; only what repeats for ever (the next start of
  // a crashing container) takes its time. The emulator must outlive the clock.
  ProjectClock(Emulator& emulator, double speed);

  // Lets everything happen that is due by now, and delivers its events. With speed 0 it also takes the next step of
  // what is being worked on.
  void catch_up();
  // When catch_up() has something to do although nobody asks for anything; nullopt: nothing is planned.
  std::optional<Real::time_point> next() const;

  // For watch handlers to tell that they were called.
  void note_delivery() { ++delivered_; }

 private:
  TimePoint project_now() const;
  void move_to(TimePoint time);

  Emulator& emulator_;
  double speed_;
  double pace_;  // project time per real time
  Real::time_point real_start_;
  TimePoint project_start_;
  std::size_t delivered_ = 0;
};

}  // namespace upshift::emulator::server
