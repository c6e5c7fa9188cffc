#include <fmt/format.h>

#include "journal/open.hpp"
#include "journal/seal.hpp"
#include "journal/sqlite_journal.hpp"

namespace upshift::journal {

tl::unexpected<Error> SqliteJournal::damaged(std::string_view what) const {
  return failure(StatusCode::kFailedPrecondition,
                 fmt::format("the journal '{}' is damaged: {}", database_->path().string(), what),
                 "Restore the file from a copy; what it says of this cannot be trusted.", database_->path().string());
}

Result<Json> SqliteJournal::parsed(const std::string& text) const {
  auto json = parse_json(text, "a value of the journal");
  if (json) return json;
  return damaged("a value is not JSON");
}

Result<Json> SqliteJournal::opened(const StoredJson& value) const {
  if (!value) return Json();
  return parsed(*value);
}

Result<Json> SqliteJournal::opened(const StoredJson& value, const std::string& place, std::string& sealed_by) const {
  if (!value || !is_sealed(*value)) return opened(value);
  const std::string id = key_id_of(*value);
  if (keys_ == nullptr || !keys_->has(id)) {
    sealed_by = id;
    if (sealed_ == Sealed::kLeaveOut) return Json();
    return failure(without_key(database_->path(), id, keys_.get()));
  }
  const auto text = keys_->open(*value, place);
  if (!text) return damaged(text.error().summary);
  return parsed(*text);
}

namespace {

// All rows of a query that has been bound.
template <typename Row, typename Read>
Result<std::vector<Row>> collect(Statement& query, const Read& read) {
  std::vector<Row> rows;
  while (true) {
    UPSHIFT_ASSIGN(const bool more, query.step("read"));
    if (!more) break;
    auto row = read(query);
    if (!row) {
      // Else its transaction would keep a writer waiting.
      query.reset();
      return failure(std::move(row.error()));
    }
    rows.push_back(std::move(*row));
  }
  query.reset();
  return rows;
}

}  // namespace

Result<std::optional<Json>> SqliteJournal::value(RunId run, const std::string& name) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT run, name, step, value, secret, digest FROM run_values "
                                      "WHERE run = ?1 AND name = ?2"));
  query->bind(run, name);
  UPSHIFT_ASSIGN(auto values, collect<Value>(*query, [this](const Statement& row) { return read_value(row); }));
  if (values.empty()) return std::optional<Json>();
  return std::optional<Json>(std::move(values.front().value));
}

Result<Run> SqliteJournal::read_run(const Statement& row) const {
  RunRow read = RunRow::read(row);
  if (!read.intact()) return damaged(fmt::format("run {} does not fit its checksum", read.run.id));
  UPSHIFT_ASSIGN(read.run.plan, opened(read.plan));
  return std::move(read.run);
}

Result<std::vector<Run>> SqliteJournal::runs() {
  UPSHIFT_ASSIGN(Statement* const query, database_->statement(RunRow::kAll));
  query->bind();
  return collect<Run>(*query, [this](const Statement& row) { return read_run(row); });
}

Result<StepRun> SqliteJournal::read_step(const Statement& row) const {
  StepRow read = StepRow::read(row);
  if (!read.intact()) {
    return damaged(fmt::format("step run {} ({}) does not fit its checksum", read.step.id, read.step.step));
  }
  UPSHIFT_ASSIGN(read.step.reply, opened(read.reply));
  return std::move(read.step);
}

Result<std::vector<StepRun>> SqliteJournal::steps(RunId run) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT id, run, step, attempt, state, summary, reply, started_ms, finished_ms, "
                                      "digest FROM step_runs WHERE run = ?1 ORDER BY id"));
  query->bind(run);
  return collect<StepRun>(*query, [this](const Statement& row) { return read_step(row); });
}

Result<Change> SqliteJournal::read_change(const Statement& row) const {
  ChangeRow read = ChangeRow::read(row);
  Change& change = read.change;
  if (!read.intent_intact()) {
    return damaged(fmt::format("change {} ({}) does not fit its checksum", change.id, change.object));
  }
  if (!read.outcome_intact()) {
    return damaged(fmt::format("the outcome of change {} ({}) does not fit its checksum", change.id, change.object));
  }
  std::string& key = change.sealed_by;
  UPSHIFT_ASSIGN(change.request, opened(read.request, place_of(change, "request"), key));
  UPSHIFT_ASSIGN(change.old_value, opened(read.old_value, place_of(change, "old_value"), key));
  UPSHIFT_ASSIGN(change.intended, opened(read.intended, place_of(change, "intended"), key));
  UPSHIFT_ASSIGN(change.new_value, opened(read.new_value, place_of(change, "new_value"), key));
  return std::move(change);
}

Result<std::vector<Change>> SqliteJournal::changes(RunId run) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement(
                     "SELECT c.id, c.step_run, c.step, c.verb, c.object, c.kind, c.name, c.request, c.old_value, "
                     "c.intended, c.intended_ms, c.intent_digest, c.state, c.http_status, c.new_value, c.error, "
                     "c.settled_ms, c.outcome_digest, c.undoes FROM changes c JOIN step_runs s ON s.id = c.step_run "
                     "WHERE s.run = ?1 ORDER BY c.id"));
  query->bind(run);
  return collect<Change>(*query, [this](const Statement& row) { return read_change(row); });
}

Result<Value> SqliteJournal::read_value(const Statement& row) const {
  ValueRow read = ValueRow::read(row);
  if (!read.intact()) return damaged(fmt::format("the value '{}' does not fit its checksum", read.name));
  Value value{read.name, read.step, {}, read.secret};
  UPSHIFT_ASSIGN(value.value, opened(read.value, place_of(read.run, read.name), value.sealed_by));
  return value;
}

Result<std::vector<Value>> SqliteJournal::values(RunId run) {
  UPSHIFT_ASSIGN(Statement* const query,
                 database_->statement("SELECT run, name, step, value, secret, digest FROM run_values WHERE run = ?1 "
                                      "ORDER BY name"));
  query->bind(run);
  return collect<Value>(*query, [this](const Statement& row) { return read_value(row); });
}

}  // namespace upshift::journal
