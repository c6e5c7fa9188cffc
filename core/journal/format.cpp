#include "journal/format.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

#include "journal/rows.hpp"

namespace upshift::journal {
namespace {

constexpr const char* kTables = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  mode TEXT NOT NULL,
  product TEXT NOT NULL,
  from_version TEXT NOT NULL,
  to_version TEXT NOT NULL,
  target TEXT NOT NULL,
  plan TEXT,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'blocked', 'interrupted')),
  files TEXT NOT NULL DEFAULT '',
  undoes INTEGER REFERENCES runs(id),
  digest TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE step_runs (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs(id),
  step TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt > 0),
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'skipped', 'blocked', 'failed')),
  summary TEXT NOT NULL DEFAULT '',
  reply TEXT,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  digest TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX step_runs_of_run ON step_runs (run);
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  step_run INTEGER NOT NULL REFERENCES step_runs(id),
  step TEXT NOT NULL,
  verb TEXT NOT NULL CHECK (verb IN ('create', 'update', 'delete', 'exec', 'http')),
  object TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  request TEXT,
  old_value TEXT,
  intended TEXT,
  intended_ms INTEGER NOT NULL,
  intent_digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'applied', 'refused', 'unknown')),
  http_status INTEGER NOT NULL DEFAULT 0,
  new_value TEXT,
  error TEXT NOT NULL DEFAULT '',
  settled_ms INTEGER,
  outcome_digest TEXT,
  undoes INTEGER REFERENCES changes(id)
) STRICT;
CREATE INDEX changes_of_step_run ON changes (step_run);
CREATE TABLE run_values (
  run INTEGER NOT NULL REFERENCES runs(id),
  name TEXT NOT NULL,
  step TEXT NOT NULL,
  value TEXT,
  secret INTEGER NOT NULL CHECK (secret IN (0, 1)),
  digest TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT;
CREATE TABLE seal_keys (
  id TEXT PRIMARY KEY
) STRICT;
)sql";

constexpr const char* kToFormat2 = R"sql(
ALTER TABLE runs ADD COLUMN files TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN undoes INTEGER REFERENCES runs(id);
ALTER TABLE changes ADD COLUMN undoes INTEGER REFERENCES changes(id);
ALTER TABLE runs ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE step_runs ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE TABLE seal_keys (id TEXT PRIMARY KEY) STRICT;
)sql";

tl::unexpected<Error> not_a_journal(const Database& database) {
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("'{}' is not a journal of upshift: it is another program's database", database.path().string()),
      "Name the journal, or a file that does not exist yet.", database.path().string());
}

tl::unexpected<Error> damaged(const Database& database, std::string_view what) {
  return failure(
      StatusCode::kFailedPrecondition, fmt::format("the journal '{}' is damaged: {}", database.path().string(), what),
      "Restore the file from a copy. Without it the runs that it holds can neither be resumed nor rolled back.",
      database.path().string());
}

// quick_check would not see that an index leads past a row.
Status check_integrity(Database& database) {
  UPSHIFT_ASSIGN(Statement* const check, database.statement("PRAGMA integrity_check(1)"));
  check->bind();
  UPSHIFT_ASSIGN(const bool row, check->step("check"));
  const std::string verdict = row ? check->text(0) : "no answer";
  check->reset();
  if (verdict == "ok") return {};
  return damaged(database, verdict);
}

// Each row of one table with the checksum that format 1 did not have.
template <typename Row>
Status add_digests(Database& database, const char* update) {
  std::vector<std::pair<std::int64_t, std::string>> digests;
  UPSHIFT_ASSIGN(Statement* const rows, database.statement(Row::kAll));
  rows->bind();
  while (true) {
    UPSHIFT_ASSIGN(const bool more, rows->step("migrate"));
    if (!more) break;
    const Row row = Row::read(*rows);
    digests.emplace_back(rows->integer(0), row.digest_of());
  }
  rows->reset();
  UPSHIFT_ASSIGN(Statement* const store, database.statement(update));
  for (const auto& [id, digest] : digests) UPSHIFT_TRY(store->bind(id, digest).run("migrate"));
  return {};
}

Status to_format_2(Database& database) {
  UPSHIFT_TRY(database.execute(kToFormat2, "migrate"));
  UPSHIFT_TRY(add_digests<RunRow>(database, "UPDATE runs SET digest = ?2 WHERE id = ?1"));
  return add_digests<StepRow>(database, "UPDATE step_runs SET digest = ?2 WHERE id = ?1");
}

// From the format of the index plus one to the next.
constexpr Status (*kMigrations[])(Database&) = {to_format_2};
static_assert(std::size(kMigrations) == kFormatVersion - 1);

}  // namespace

Status create_tables(Database& database) {
  UPSHIFT_TRY(database.execute(kTables, "create"));
  const std::string finish =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT;", kApplicationId, kFormatVersion);
  return database.execute(finish.c_str(), "create");
}

Result<std::int64_t> format_of(Database& database) {
  UPSHIFT_ASSIGN(const std::int64_t application, database.integer("PRAGMA application_id", "read"));
  if (application != kApplicationId) return not_a_journal(database);
  UPSHIFT_ASSIGN(const std::int64_t version, database.integer("PRAGMA user_version", "read"));
  if (version > kFormatVersion) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("the journal '{}' has format {}, this upshift knows {}", database.path().string(),
                               version, kFormatVersion),
                   "It was written by a newer upshift: use that one.", database.path().string());
  }
  return version;
}

Result<std::int64_t> check_format(Database& database) {
  UPSHIFT_ASSIGN(const std::int64_t version, format_of(database));
  UPSHIFT_TRY(check_integrity(database));
  UPSHIFT_ASSIGN(const std::int64_t tables,
                 database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
                                  "('runs', 'step_runs', 'changes', 'run_values', 'seal_keys')",
                                  "read"));
  if (version >= 1 && tables == (version == 1 ? 4 : 5)) return version;
  return damaged(database, "tables are missing");
}

Status migrate(Database& database, std::int64_t from) {
  if (from == kFormatVersion) return {};
  UPSHIFT_TRY(database.execute("BEGIN IMMEDIATE", "migrate"));
  Status done;
  for (auto format = from; done && format < kFormatVersion; ++format) {
    done = kMigrations[format - 1](database);
  }
  const std::string finish = fmt::format("PRAGMA user_version = {}; COMMIT;", kFormatVersion);
  if (done) done = database.execute(finish.c_str(), "migrate");
  if (done) return {};
  // After some errors SQLite has rolled back by itself, and has nothing to do here.
  static_cast<void>(database.execute("ROLLBACK", "migrate"));
  return failure(Error(done.error()).with_context(fmt::format("the journal stays at format {}", from)));
}

}  // namespace upshift::journal
