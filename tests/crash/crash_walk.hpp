// One run of the hop in which a copy of the process branches off at points, dies there, and is followed by others: a
// resumed run, a rollback, a second death.
#pragma once

#include "support/hop.hpp"

namespace upshift::testing {

// What a run that nobody disturbed comes to.
struct Undying {
  Way way;
  States after;
  State start, end;
  std::vector<std::string> points;
  int changes = 0;
};
Undying run_undying(const Way& way);

// What follows a death.
enum class Then {
  kResume,             // to the end of the undisturbed run
  kResumeElsewhere,    // the same, with nothing but the journal's mirror in the project
  kRollBack,           // to its start
  kRollBackElsewhere,  // the same, with nothing but the mirror
  kRollBackAndResume,  // and on to its end
  kDieAndResume,       // a second death on the way
  kDieRollingBack,     // a second death while it is taken back
  kFaultRollingBack,   // a request of the rollback is not answered
};

struct Point {
  std::size_t index = 0;    // from 0
  std::string what;         // "before intend", "after PATCH /apis/…"
  std::size_t changes = 0;  // points with the same number leave the same behind; it grows
};
// Asked once for each point, in their order.
using Tried = std::function<bool(const Point& point)>;

struct CrashOptions {
  Then then = Then::kResume;
  Tried tried;
  std::size_t seed = 0;  // for where the second death is
};
struct CrashCounts {
  std::size_t points = 0, deaths = 0;
};
// Failures of copies are failures of the test, with the point.
CrashCounts crash_walk(const Undying& undying, const CrashOptions& options);

}  // namespace upshift::testing
