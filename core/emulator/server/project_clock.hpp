// Lets an emulated project live on real time: a factor faster, or as fast as clients can see things happen.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "emulator/emulator.hpp"

namespace upshift::emulator::server {

class ProjectClock {
 public:
  using Real = std::chrono::steady_clock;

  // With speed 0 nobody waits for what the controllers are working on: while a client watches, it happens at once, and
  // a client that asks the same again finds the next change done. Between a client's requests time goes on as it does
  // at speed 1, so that a quick client finds the project as it left it. What repeats for ever (the next start of a
  // crashing container) takes its time in any case. The emulator must outlive the clock.
  ProjectClock(Emulator& emulator, double speed);

  // Lets everything happen that is due by now, and delivers its events. With speed 0, while somebody watches, it also
  // takes the next step of what is being worked on.
  void catch_up();
  // A client reads what `target` names; to be called before it is answered.
  void note_look(const std::string& target);
  // When catch_up() has something to do although nobody asks for anything; nullopt: nothing is planned.
  std::optional<Real::time_point> next() const;
  // Lets the project come to rest, however long that takes by its own clock.
  void settle();

  void add_watcher() { ++watchers_; }
  void remove_watcher() { --watchers_; }
  // For watch handlers to tell that they were called.
  void note_delivery() { ++delivered_; }

 private:
  TimePoint project_now() const;
  void move_to(TimePoint time);
  bool hurries() const { return speed_ <= 0; }
  // Moves on to the next step that is being worked on; false where there is none.
  bool hurry();

  Emulator& emulator_;
  double speed_;
  double pace_;  // project time per real time
  Real::time_point real_start_;
  TimePoint project_start_;
  std::size_t delivered_ = 0;
  int watchers_ = 0;
  // What has been read since the project changed last.
  std::set<std::string> looked_at_;
  std::uint64_t looked_version_ = 0;
};

}  // namespace upshift::emulator::server
