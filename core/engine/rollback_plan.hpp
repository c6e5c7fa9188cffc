// What a rollback takes back, newest first, and what it cannot: read from the journal, decided on the live objects,
// nothing sent.
#pragma once

#include <string>
#include <vector>

#include "engine/dependencies.hpp"
#include "engine/recorded_change.hpp"
#include "plan/plan.hpp"

namespace upshift::engine {

// One attempt at a step whose changes are to be taken back.
struct UndoStep {
  plan::Step step;  // as it was planned; only the id where the journal does not hold the plan
  journal::RunId run = 0;
  std::vector<journal::Change> changes;  // applied, not taken back yet, newest first
};

// Where the live object and the change to be taken back do not fit.
struct UndoConflict {
  journal::Change change;
  std::string reason;  // "" where there are places
  std::vector<Conflict> places;
  // For people, a line each.
  std::vector<std::string> lines() const;
};

struct RollbackPlan {
  std::vector<journal::Run> runs;       // of the upgrade, newest first
  std::vector<UndoStep> steps;          // newest first
  std::vector<UndoConflict> conflicts;  // as things are now; the objects are left alone
  // Steps of the upgrade that declared that no rollback can undo their effect, and that are among `steps`.
  std::vector<plan::Step> points_of_no_return;
  // Commands and calls that no UNDO of a plugin takes back: "command in Pod/x: bundle exec …".
  std::vector<std::string> left;
  int changes = 0;  // that would be sent
};

struct RollbackScope {
  std::string to;  // the last step that stays, an id or the end of one; "": everything is taken back
  OnConflict on_conflict = OnConflict::kKeepLive;
  plan::Selection selection = {};  // of the upgrade's steps; empty: all of them
};

// The upgrade is the newest run that is no rollback, with the runs before it that did not end well: an upgrade that was
// begun anew rather than resumed. NOT_FOUND: there is nothing to take back, or no such step. INVALID_ARGUMENT: a
// selector means nothing. UNAVAILABLE: the cluster cannot be asked.
Result<RollbackPlan> plan_rollback(const Dependencies& with, const RollbackScope& scope);

}  // namespace upshift::engine
