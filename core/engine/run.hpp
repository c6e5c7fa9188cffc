// Runs a plan, in earnest or as a rehearsal: one loop on one thread in which waits overlap.
#pragma once

#include "engine/dependencies.hpp"
#include "engine/step_run.hpp"

namespace upshift::engine {

// 0 done, 3 blocked, 130 interrupted; of anything else: `failed`.
int exit_status_of(journal::RunState outcome, int failed);

struct RunResult {
  journal::RunId run = 0;
  journal::RunState outcome = journal::RunState::kFailed;
  // One sentence: how it ended, and where.
  std::string summary;
  std::vector<StepResult> steps;         // in the order in which they were begun
  std::vector<std::string> not_started;  // ids
  int done = 0;
  int skipped = 0;
  int changes = 0;
  // The failed step stopped because no answer came, or because the server did not accept who was asking.
  bool unreachable = false;
  // Another upgrade took the project's lock in the meantime; set by who keeps it.
  bool lock_lost = false;

  // 0 done, 1 a step failed, 3 blocked by a check or gate, 5 the cluster was out of reach, 6 the lock was lost,
  // 130 interrupted.
  int exit_status() const;
};

// Does not fail itself: what goes wrong is in the result, and in the journal as far as that can still be written.
// When a step fails or is blocked, no further one is begun; those that wait are brought to their end.
RunResult run(const plan::Plan& plan, const Dependencies& with);

// Carries a run on that was killed, interrupted, blocked or failed; `plan` is the one that it was begun with. Changes
// whose outcome is open are looked up first: where somebody else has changed the same, a gate asks for a word, and
// without one the run is blocked. Steps that are over stay so.
RunResult resume(const plan::Plan& plan, const Dependencies& with, journal::RunId run);

}  // namespace upshift::engine
