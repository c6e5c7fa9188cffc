// Takes changes back one by one, each journaled as a change of its own that names the one it undoes.
#pragma once

#include <map>
#include <set>

#include "engine/change_writer.hpp"
#include "engine/rollback_plan.hpp"

namespace upshift::engine {

class UndoWriter {
 public:
  // What one change came to. A conflict leaves the object alone, from then on.
  enum class End { kUndone, kNothing, kConflict, kSkipped };

  UndoWriter(const Dependencies& with, OnConflict on_conflict) : with_(with), on_conflict_(on_conflict) {}

  // Objects that earlier tries of the rollback made anew have another uid than the changes know.
  Status know(journal::RunId rollback);
  // The scope is that of the step in the rollback.
  Result<End> undo(const journal::Change& change, StepScope& scope);
  // Puts an object under conflict without looking at it.
  void leave_alone(const journal::Change& change) { conflicting_.insert(change.object); }

  const std::vector<UndoConflict>& conflicts() const { return conflicts_; }
  // Of the rollouts that undoing has caused.
  Result<std::vector<Json>> rollouts() const;

 private:
  Result<End> act(const journal::Change& change, const Json& live, Undo undo, StepScope& scope);
  Result<End> create(const journal::Change& change, Json object, StepScope& scope);
  Result<Json> mend_owners(Json object, const std::string& name_space);
  Status await_absence(const journal::Change& change, const StepScope& scope);

  const Dependencies& with_;
  OnConflict on_conflict_;
  std::map<std::string, std::set<std::string>> reborn_;  // uids by object
  std::set<std::string> conflicting_;
  std::vector<UndoConflict> conflicts_;
  std::set<std::string> deployments_, streams_;  // touched, by name
};

}  // namespace upshift::engine
