#include <fmt/format.h>
#include <utility>

#include "journal/names.hpp"
#include "journal/seal.hpp"
#include "journal/sqlite_journal.hpp"

namespace upshift::journal {
namespace {

// Large values are not copied.
Change without_values(const Change& change) {
  Change out;
  out.step_run = change.step_run;
  out.step = change.step;
  out.verb = change.verb;
  out.object = change.object;
  out.kind = change.kind;
  out.name = change.name;
  out.intended_at = change.intended_at;
  out.undoes = change.undoes;
  return out;
}

}  // namespace

tl::unexpected<Error> SqliteJournal::missing(std::string_view what, std::int64_t id) const {
  return failure(StatusCode::kNotFound,
                 fmt::format("the journal '{}' has no {} {}", database_->path().string(), what, id));
}

Result<StoredJson> SqliteJournal::closed(const Json& value, const std::string* text, const std::string& place,
                                         bool secret) {
  if (value.is_null()) return StoredJson();
  if (keys_ == nullptr || !secret) return text != nullptr ? *text : to_text(value);
  if (!key_is_noted_) {
    UPSHIFT_ASSIGN(Statement* const note, database_->statement("INSERT OR IGNORE INTO seal_keys (id) VALUES (?1)"));
    UPSHIFT_TRY(write_now(note->bind(keys_->id())));
    key_is_noted_ = true;
  }
  return keys_->seal(text != nullptr ? *text : to_text(value), place);
}

SqliteJournal::~SqliteJournal() {
  // Where this fails, the record is lost as in a crash, and looked up as after one.
  static_cast<void>(flush());
}

Status SqliteJournal::begin_batch() {
  if (batch_is_open_) return {};
  UPSHIFT_ASSIGN(Statement* const begin, database_->statement("BEGIN IMMEDIATE"));
  UPSHIFT_TRY(begin->run("write"));
  batch_is_open_ = true;
  return {};
}

Result<int> SqliteJournal::write_later(Statement& statement) {
  UPSHIFT_TRY(begin_batch());
  auto written = statement.run("write");
  if (!written) drop_unflushed();
  return written;
}

Result<int> SqliteJournal::write_now(Statement& statement) {
  UPSHIFT_ASSIGN(const int changed, write_later(statement));
  UPSHIFT_TRY(flush());
  return changed;
}

Status SqliteJournal::flush() {
  if (!batch_is_open_) return {};
  UPSHIFT_ASSIGN(Statement* const commit, database_->statement("COMMIT"));
  auto committed = commit->run("write");
  if (!committed) {
    drop_unflushed();
    return failure(std::move(committed.error()));
  }
  batch_is_open_ = false;
  return {};
}

void SqliteJournal::drop_unflushed() {
  if (!std::exchange(batch_is_open_, false)) return;
  // After some errors SQLite has rolled back by itself, and has nothing to do here.
  static_cast<void>(database_->execute("ROLLBACK", "write"));
}

// The digest covers the id, which is therefore chosen here: nobody else writes.
Result<RunId> SqliteJournal::begin_run(const Run& run) {
  UPSHIFT_TRY(begin_batch());
  RunRow row{run, stored(run.plan)};
  UPSHIFT_ASSIGN(row.run.id, database_->integer("SELECT coalesce(max(id), 0) + 1 FROM runs", "write"));
  row.run.finished = {};
  row.run.state = RunState::kRunning;
  UPSHIFT_ASSIGN(Statement* const insert,
                 database_->statement(
                     "INSERT INTO runs (id, mode, product, from_version, to_version, target, plan, started_ms, files, "
                     "undoes, digest, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0), ?11, "
                     "'running')"));
  UPSHIFT_TRY(write_later(insert->bind(row.run.id, run.mode, run.product, run.from_version, run.to_version, run.target,
                                       row.plan, run.started, run.files, run.undoes, row.digest_of())));
  return row.run.id;
}

Result<RunRow> SqliteJournal::run_row(RunId id) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT id, mode, product, from_version, to_version, target, plan, started_ms, "
                                      "finished_ms, state, files, undoes, digest FROM runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const bool exists, query->bind(id).step("read"));
  RunRow row;
  if (exists) row = RunRow::read(*query);
  query->reset();
  if (!exists) return missing("run", id);
  if (!row.intact()) return damaged(fmt::format("run {} does not fit its checksum", id));
  return row;
}

Status SqliteJournal::store_end(const RunRow& row) {
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE runs SET state = ?2, finished_ms = nullif(?3, 0), digest = ?4 "
                                      "WHERE id = ?1"));
  UPSHIFT_TRY(write_now(update->bind(row.run.id, to_string(row.run.state), row.run.finished, row.digest_of())));
  return {};
}

Status SqliteJournal::end_run(RunId run, RunState state, TimePoint at) {
  UPSHIFT_TRY(begin_batch());
  UPSHIFT_ASSIGN(RunRow row, run_row(run));
  row.run.state = state;
  row.run.finished = at;
  return store_end(row);
}

Status SqliteJournal::reopen_run(RunId run) {
  UPSHIFT_TRY(begin_batch());
  UPSHIFT_ASSIGN(RunRow row, run_row(run));
  row.run.state = RunState::kRunning;
  row.run.finished = {};
  return store_end(row);
}

Result<StepRunId> SqliteJournal::next_step_id() {
  if (last_step_ == 0) {
    UPSHIFT_ASSIGN(last_step_, database_->integer("SELECT coalesce(max(id), 0) FROM step_runs", "write"));
  }
  return last_step_ + 1;
}

Result<StepRunId> SqliteJournal::begin_step(RunId run, const std::string& step, int attempt, TimePoint at) {
  UPSHIFT_TRY(begin_batch());
  StepRow row;
  UPSHIFT_ASSIGN(row.step.id, next_step_id());
  row.step.run = run;
  row.step.step = step;
  row.step.attempt = attempt;
  row.step.started = at;
  // The SELECT finds no row for an unknown run, and nothing is inserted.
  UPSHIFT_ASSIGN(Statement* const insert,
                 database_->statement("INSERT INTO step_runs (id, run, step, attempt, state, started_ms, digest) "
                                      "SELECT ?5, id, ?2, ?3, 'running', ?4, ?6 FROM runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int inserted, write_later(insert->bind(run, step, attempt, at, row.step.id, row.digest_of())));
  if (inserted == 0) return missing("run", run);
  return last_step_ = row.step.id;
}

Result<StepRow> SqliteJournal::step_row(StepRunId id) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT id, run, step, attempt, state, summary, reply, started_ms, finished_ms, "
                                      "digest FROM step_runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const bool exists, query->bind(id).step("read"));
  StepRow row;
  if (exists) row = StepRow::read(*query);
  query->reset();
  if (!exists) return missing("step run", id);
  if (!row.intact()) return damaged(fmt::format("step run {} does not fit its checksum", id));
  return row;
}

Status SqliteJournal::store_step(const StepRow& row) {
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE step_runs SET state = ?2, summary = ?3, reply = ?4, "
                                      "finished_ms = nullif(?5, 0), digest = ?6 WHERE id = ?1"));
  const StepRun& step = row.step;
  UPSHIFT_TRY(write_later(
      update->bind(step.id, to_string(step.state), step.summary, row.reply, step.finished, row.digest_of())));
  return {};
}

Status SqliteJournal::note_reply(StepRunId step_run, const Json& reply) {
  UPSHIFT_TRY(begin_batch());
  UPSHIFT_ASSIGN(StepRow row, step_row(step_run));
  row.reply = stored(reply);
  return store_step(row);
}

Status SqliteJournal::end_step(StepRunId step_run, StepState state, const std::string& summary, const Json& reply,
                               TimePoint at) {
  UPSHIFT_TRY(begin_batch());
  UPSHIFT_ASSIGN(StepRow row, step_row(step_run));
  row.step.state = state;
  row.step.summary = summary;
  row.step.finished = at;
  row.reply = stored(reply);
  return store_step(row);
}

Result<ChangeId> SqliteJournal::intend(const Change& change) {
  const bool secret = may_hold_secrets(change);
  const ChangeTexts* const texts = change.texts.get();
  const auto known = [texts](std::string ChangeTexts::*text) { return texts == nullptr ? nullptr : &(texts->*text); };
  ChangeRow row{without_values(change), {}, {}, {}, {}};
  UPSHIFT_ASSIGN(row.request,
                 closed(change.request, known(&ChangeTexts::request), place_of(change, "request"), secret));
  UPSHIFT_ASSIGN(row.old_value,
                 closed(change.old_value, known(&ChangeTexts::old_value), place_of(change, "old_value"), secret));
  UPSHIFT_ASSIGN(row.intended,
                 closed(change.intended, known(&ChangeTexts::intended), place_of(change, "intended"), secret));
  UPSHIFT_ASSIGN(
      Statement* const insert,
      database_->statement("INSERT INTO changes (step_run, step, verb, object, kind, name, request, old_value, "
                           "intended, intended_ms, intent_digest, undoes, state) "
                           "SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, nullif(?12, 0), 'intended' "
                           "FROM step_runs WHERE id = ?1"));
  UPSHIFT_ASSIGN(const int inserted,
                 write_now(insert->bind(change.step_run, change.step, to_string(change.verb), change.object,
                                        change.kind, change.name, row.request, row.old_value, row.intended,
                                        change.intended_at, row.intent_digest_of(), change.undoes)));
  if (inserted == 0) return missing("step run", change.step_run);
  return database_->last_id();
}

Result<Change> SqliteJournal::intended(ChangeId change) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT step_run, verb, kind, object FROM changes WHERE id = ?1"));
  UPSHIFT_ASSIGN(const bool exists, query->bind(change).step("read"));
  Change made;
  if (exists) {
    made.step_run = query->integer(0);
    made.verb = parse_verb(query->text(1)).value_or(Verb::kUpdate);
    made.kind = query->text(2);
    made.object = query->text(3);
  }
  query->reset();
  if (!exists) return missing("change", change);
  return made;
}

Status SqliteJournal::settle(ChangeId change, ChangeState state, int http_status, const Json& new_value,
                             const std::string& error, TimePoint at) {
  if (state == ChangeState::kIntended) {
    return failure(StatusCode::kInvalidArgument, "a change is settled as applied, refused or unknown");
  }
  UPSHIFT_TRY(begin_batch());
  ChangeRow outcome;
  outcome.change.id = change;
  outcome.change.state = state;
  outcome.change.http_status = http_status;
  outcome.change.error = error;
  outcome.change.settled_at = at;
  UPSHIFT_ASSIGN(const Change made, intended(change));
  UPSHIFT_ASSIGN(outcome.new_value, closed(new_value, nullptr, place_of(made, "new_value"), may_hold_secrets(made)));
  UPSHIFT_ASSIGN(Statement* const update,
                 database_->statement("UPDATE changes SET state = ?2, http_status = ?3, new_value = ?4, error = ?5, "
                                      "settled_ms = ?6, outcome_digest = ?7 "
                                      "WHERE id = ?1 AND state IN ('intended', 'unknown')"));
  update->bind(change, to_string(state), http_status, outcome.new_value, error, at, outcome.outcome_digest_of());
  // The outcome of a command or a call cannot be looked up.
  const bool known_to_cluster = made.verb != Verb::kExec && made.verb != Verb::kHttp;
  UPSHIFT_ASSIGN(const int changed, known_to_cluster ? write_later(*update) : write_now(*update));
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
  ValueRow row{run, name, step, secret, {}};
  UPSHIFT_ASSIGN(row.value, closed(value, nullptr, place_of(run, name), secret));
  UPSHIFT_ASSIGN(Statement* const upsert,
                 database_->statement("INSERT INTO run_values (run, name, step, value, secret, digest) "
                                      "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM runs WHERE id = ?1 "
                                      "ON CONFLICT (run, name) DO UPDATE SET step = excluded.step, "
                                      "value = excluded.value, secret = excluded.secret, digest = excluded.digest"));
  UPSHIFT_ASSIGN(const int changed,
                 write_later(upsert->bind(run, name, step, row.value, secret ? 1 : 0, row.digest_of())));
  if (changed == 0) return missing("run", run);
  return {};
}

}  // namespace upshift::journal
