#include <fmt/format.h>

#include "journal/sqlite_journal.hpp"

namespace upshift::journal {

tl::unexpected<Error> SqliteJournal::missing(std::string_view what, std::int64_t id) const {
  return failure(StatusCode::kNotFound,
                 fmt::format("the journal '{}' has no {} {}", database_->path().string(), what, id));
}

Result<RunId> SqliteJournal::begin_run(const Run& run) {
  UPSHIFT_ASSIGN(
      Statement* const insert,
      database_->statement("INSERT INTO runs (mode, product, from_version, to_version, target, plan, started_ms, "
                           "files, undoes, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, 0), 'running')"));
  UPSHIFT_TRY(insert
                  ->bind(run.mode, run.product, run.from_version, run.to_version, run.target, run.plan, run.started,
                         run.files, run.undoes)
                  .run("write"));
  return database_->last_id();
}

Status SqliteJournal::end_run(RunId run, RunState state, TimePoint at) {
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE runs SET state = ?2, finished_ms = ?3 WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int changed, update->bind(run, to_string(state), at).run("write"));
  if (changed == 0) return missing("run", run);
  return {};
}

Status SqliteJournal::reopen_run(RunId run) {
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE runs SET state = 'running', finished_ms = NULL WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int changed, update->bind(run).run("write"));
  if (changed == 0) return missing("run", run);
  return {};
}

Result<StepRunId> SqliteJournal::begin_step(RunId run, const std::string& step, int attempt, TimePoint at) {
  // The SELECT finds no row for an unknown run, and nothing is inserted.
  UPSHIFT_ASSIGN(Statement* const insert,
                 database_->statement("INSERT INTO step_runs (run, step, attempt, state, started_ms) "
                                      "SELECT id, ?2, ?3, 'running', ?4 FROM runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int inserted, insert->bind(run, step, attempt, at).run("write"));
  if (inserted == 0) return missing("run", run);
  return database_->last_id();
}

Status SqliteJournal::note_reply(StepRunId step_run, const Json& reply) {
  UPSHIFT_ASSIGN(Statement* const update, database_->statement("UPDATE step_runs SET reply = ?2 WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int changed, update->bind(step_run, reply).run("write"));
  if (changed == 0) return missing("step run", step_run);
  return {};
}

Status SqliteJournal::end_step(StepRunId step_run, StepState state, const std::string& summary, const Json& reply,
                               TimePoint at) {
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement(
                     "UPDATE step_runs SET state = ?2, summary = ?3, reply = ?4, finished_ms = ?5 WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int changed, update->bind(step_run, to_string(state), summary, reply, at).run("write"));
  if (changed == 0) return missing("step run", step_run);
  return {};
}

Result<ChangeId> SqliteJournal::intend(const Change& change) {
  UPSHIFT_ASSIGN(
      Statement* const insert,
      database_->statement("INSERT INTO changes (step_run, step, verb, object, kind, name, request, old_value, "
                           "intended, intended_ms, intent_digest, undoes, state) "
                           "SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, nullif(?12, 0), 'intended' "
                           "FROM step_runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int inserted,
                 insert
                     ->bind(change.step_run, change.step, to_string(change.verb), change.object, change.kind,
                            change.name, change.request, change.old_value, change.intended, change.intended_at,
                            intent_digest(change), change.undoes)
                     .run("write"));
  if (inserted == 0) return missing("step run", change.step_run);
  return database_->last_id();
}

Status SqliteJournal::settle(ChangeId change, ChangeState state, int http_status, const Json& new_value,
                             const std::string& error, TimePoint at) {
  if (state == ChangeState::kIntended) {
    return failure(StatusCode::kInvalidArgument, "a change is settled as applied, refused or unknown");
  }
  Change outcome;
  outcome.id = change;
  outcome.state = state;
  outcome.http_status = http_status;
  outcome.new_value = new_value;
  outcome.error = error;
  outcome.settled_at = at;
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE changes SET state = ?2, http_status = ?3, new_value = ?4, error = ?5, "
                                      "settled_ms = ?6, outcome_digest = ?7 "
                                      "WHERE id = ?1 AND state IN ('intended', 'unknown')"));
  UPSHIFT_ASSIGN(
      const int changed,
      update->bind(change, to_string(state), http_status, new_value, error, at, outcome_digest(outcome)).run("write"));
  if (changed > 0) return {};
  UPSHIFT_ASSIGN(Statement* const query, database_->statement("SELECT state FROM changes WHERE id = ?1"));
  UPSHIFT_ASSIGN(const bool exists, query->bind(change).step("read"));
  const std::string present = exists ? query->text(0) : "";
  query->reset();
  if (!exists) return missing("change", change);
  return failure(StatusCode::kFailedPrecondition, fmt::format("the change {} is {} already", change, present));
}

Status SqliteJournal::set_value(RunId run, const std::string& step, const std::string& name, const Json& value,
                                bool secret) {
  UPSHIFT_ASSIGN(Statement* const upsert,
                 database_->statement("INSERT INTO run_values (run, name, step, value, secret, digest) "
                                      "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM runs WHERE id = ?1 "
                                      "ON CONFLICT (run, name) DO UPDATE SET step = excluded.step, "
                                      "value = excluded.value, secret = excluded.secret, digest = excluded.digest"));
  UPSHIFT_ASSIGN(
      const int changed,
      upsert->bind(run, name, step, value, secret ? 1 : 0, value_digest(run, name, step, value, secret)).run("write"));
  if (changed == 0) return missing("run", run);
  return {};
}

}  // namespace upshift::journal
