// What the program's exit status says; scripts rely on it.
#pragma once

namespace upshift::cli {

enum ExitStatus : int {
  kExitDone = 0,
  kExitStepFailed = 1,  // the journal tells where
  kExitUsage = 2,       // wrong usage, input or configuration: nothing was begun
  kExitBlocked = 3,     // by a check or a gate: nothing of that step was sent
  kExitRollbackConflict = 4,
  kExitUnreachable = 5,    // cluster not reachable, or access refused
  kExitLocked = 6,         // another upgrade holds the lock
  kExitInterrupted = 130,  // safe to resume
};

}  // namespace upshift::cli
