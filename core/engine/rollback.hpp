// Takes an upgrade back: newest change first, three-way, journaled, to be called again after any interruption.
#pragma once

#include "engine/rollback_plan.hpp"

namespace upshift::engine {

struct RollbackResult {
  journal::RunId run = 0;
  journal::RunState outcome = journal::RunState::kFailed;
  std::string summary;
  int steps = 0;    // taken back wholly
  int changes = 0;  // sent, by this call
  std::vector<UndoConflict> conflicts;
  std::vector<std::string> left;      // what no rollback takes back
  std::vector<std::string> rollouts;  // that did not come to their end
  bool unreachable = false;

  // 0 done, 1 failed, 3 blocked by a gate, 4 conflicts, 5 the cluster was out of reach, 130 interrupted.
  int exit_status() const;
};

struct RollbackRequest {
  RollbackScope scope;
  Duration budget = std::chrono::minutes(60);  // for the rollouts that it causes
};

// What goes wrong is in the result, and in the journal as far as that can be written. A gate asks for each point of no
// return. After a conflict the other objects are taken back all the same. `plan` is that of plan_rollback(), made with
// the same scope. A rollback of the same upgrade that was cut off goes on in its record.
RollbackResult rollback(const RollbackPlan& plan, const Dependencies& with, const RollbackRequest& request);

}  // namespace upshift::engine
