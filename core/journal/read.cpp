#include <fmt/format.h>

#include "journal/names.hpp"
#include "journal/sqlite_journal.hpp"

namespace upshift::journal {

tl::unexpected<Error> SqliteJournal::damaged(std::string_view what) const {
  return failure(StatusCode::kFailedPrecondition,
                 fmt::format("the journal '{}' is damaged: {}", database_->path().string(), what),
                 "Restore the file from a copy; what it says of this cannot be trusted.", database_->path().string());
}

Result<std::optional<Json>> SqliteJournal::value(RunId run, const std::string& name) {
  UPSHIFT_ASSIGN(
      Statement* const query,
      database_->statement("SELECT value, step, secret, digest FROM run_values WHERE run = ?1 AND name = ?2"));
  UPSHIFT_ASSIGN(const bool found, query->bind(run, name).step("read"));
  if (!found) {
    query->reset();
    return std::optional<Json>();
  }
  auto value = query->json(0);
  const bool intact =
      value && query->text(3) == value_digest(run, name, query->text(1), *value, query->integer(2) != 0);
  query->reset();
  if (!value) return failure(std::move(value.error()));
  if (!intact) return damaged(fmt::format("the value '{}' does not fit its checksum", name));
  return std::optional<Json>(std::move(*value));
}

Result<Run> SqliteJournal::read_run(const Statement& row) const {
  Run run;
  run.id = row.integer(0);
  run.mode = row.text(1);
  run.product = row.text(2);
  run.from_version = row.text(3);
  run.to_version = row.text(4);
  run.target = row.text(5);
  UPSHIFT_ASSIGN(run.plan, row.json(6));
  run.started = row.time(7);
  run.finished = row.time(8);
  const auto state = parse_run_state(row.text(9));
  if (!state) return damaged(fmt::format("run {} has the unknown state '{}'", run.id, row.text(9)));
  run.state = *state;
  run.files = row.text(10);
  run.undoes = row.integer(11);
  return run;
}

Result<std::vector<Run>> SqliteJournal::runs() {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT id, mode, product, from_version, to_version, target, plan, started_ms, "
                                      "finished_ms, state, files, undoes FROM runs ORDER BY id"));
  query->bind();
  std::vector<Run> runs;
  while (true) {
    UPSHIFT_ASSIGN(const bool row, query->step("read"));
    if (!row) break;
    UPSHIFT_ASSIGN(Run run, read_run(*query));
    runs.push_back(std::move(run));
  }
  query->reset();
  return runs;
}

Result<StepRun> SqliteJournal::read_step(const Statement& row) const {
  StepRun step;
  step.id = row.integer(0);
  step.run = row.integer(1);
  step.step = row.text(2);
  step.attempt = static_cast<int>(row.integer(3));
  const auto state = parse_step_state(row.text(4));
  if (!state) return damaged(fmt::format("step run {} has the unknown state '{}'", step.id, row.text(4)));
  step.state = *state;
  step.summary = row.text(5);
  UPSHIFT_ASSIGN(step.reply, row.json(6));
  step.started = row.time(7);
  step.finished = row.time(8);
  return step;
}

Result<std::vector<StepRun>> SqliteJournal::steps(RunId run) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT id, run, step, attempt, state, summary, reply, started_ms, finished_ms "
                                      "FROM step_runs WHERE run = ?1 ORDER BY id"));
  query->bind(run);
  std::vector<StepRun> steps;
  while (true) {
    UPSHIFT_ASSIGN(const bool row, query->step("read"));
    if (!row) break;
    UPSHIFT_ASSIGN(StepRun step, read_step(*query));
    steps.push_back(std::move(step));
  }
  query->reset();
  return steps;
}

Result<Change> SqliteJournal::read_change(const Statement& row) const {
  Change change;
  change.id = row.integer(0);
  change.step_run = row.integer(1);
  change.step = row.text(2);
  const auto verb = parse_verb(row.text(3));
  const auto state = parse_change_state(row.text(12));
  if (!verb || !state) return damaged(fmt::format("change {} has an unknown verb or state", change.id));
  change.verb = *verb;
  change.object = row.text(4);
  change.kind = row.text(5);
  change.name = row.text(6);
  UPSHIFT_ASSIGN(change.request, row.json(7));
  UPSHIFT_ASSIGN(change.old_value, row.json(8));
  UPSHIFT_ASSIGN(change.intended, row.json(9));
  change.intended_at = row.time(10);
  change.undoes = row.integer(18);
  if (row.text(11) != intent_digest(change)) {
    return damaged(fmt::format("change {} ({}) does not fit its checksum", change.id, change.object));
  }
  change.state = *state;
  change.http_status = static_cast<int>(row.integer(13));
  UPSHIFT_ASSIGN(change.new_value, row.json(14));
  change.error = row.text(15);
  change.settled_at = row.time(16);
  const bool is_open = change.state == ChangeState::kIntended;
  if (is_open != row.is_null(17) || (!is_open && row.text(17) != outcome_digest(change))) {
    return damaged(fmt::format("the outcome of change {} ({}) does not fit its checksum", change.id, change.object));
  }
  return change;
}

Result<std::vector<Change>> SqliteJournal::changes(RunId run) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement(
                     "SELECT c.id, c.step_run, c.step, c.verb, c.object, c.kind, c.name, c.request, c.old_value, "
                     "c.intended, c.intended_ms, c.intent_digest, c.state, c.http_status, c.new_value, c.error, "
                     "c.settled_ms, c.outcome_digest, c.undoes FROM changes c JOIN step_runs s ON s.id = c.step_run "
                     "WHERE s.run = ?1 ORDER BY c.id"));
  query->bind(run);
  std::vector<Change> changes;
  while (true) {
    UPSHIFT_ASSIGN(const bool row, query->step("read"));
    if (!row) break;
    UPSHIFT_ASSIGN(Change change, read_change(*query));
    changes.push_back(std::move(change));
  }
  query->reset();
  return changes;
}

Result<Value> SqliteJournal::read_value(RunId run, const Statement& row) const {
  Value value{row.text(0), row.text(1), {}, row.integer(3) != 0};
  UPSHIFT_ASSIGN(value.value, row.json(2));
  if (row.text(4) == value_digest(run, value.name, value.step, value.value, value.secret)) return value;
  return damaged(fmt::format("the value '{}' does not fit its checksum", value.name));
}

Result<std::vector<Value>> SqliteJournal::values(RunId run) {
  UPSHIFT_ASSIGN(
      Statement* const query,
      database_->statement("SELECT name, step, value, secret, digest FROM run_values WHERE run = ?1 ORDER BY name"));
  query->bind(run);
  std::vector<Value> values;
  while (true) {
    UPSHIFT_ASSIGN(const bool row, query->step("read"));
    if (!row) break;
    UPSHIFT_ASSIGN(Value value, read_value(run, *query));
    values.push_back(std::move(value));
  }
  query->reset();
  return values;
}

}  // namespace upshift::journal
