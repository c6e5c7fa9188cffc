#include "journal/format.hpp"

#include <fmt/format.h>
#include <string>

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
  undoes INTEGER REFERENCES runs(id)
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
  finished_ms INTEGER
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
)sql";

// From the format of the index plus one to the next.
constexpr const char* kMigrations[] = {R"sql(
ALTER TABLE runs ADD COLUMN files TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN undoes INTEGER REFERENCES runs(id);
ALTER TABLE changes ADD COLUMN undoes INTEGER REFERENCES changes(id);
)sql"};
static_assert(std::size(kMigrations) == kFormatVersion - 1);

tl::unexpected<Error> not_a_journal(const Database& database) {
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("'{}' is not a journal of upshift: it is another program's database", database.path().string()),
      "Name the journal, or a file that does not exist yet.", database.path().string());
}

Status check_integrity(Database& database) {
  UPSHIFT_ASSIGN(Statement* const check, database.statement("PRAGMA quick_check(1)"));
  check->bind();
  UPSHIFT_ASSIGN(const bool row, check->step("check"));
  const std::string verdict = row ? check->text(0) : "no answer";
  check->reset();
  if (verdict == "ok") return {};
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("the journal '{}' is damaged: {}", database.path().string(), verdict),
      "Restore the file from a copy. Without it the runs that it holds can neither be resumed nor rolled back.",
      database.path().string());
}

}  // namespace

Status create_tables(Database& database) {
  UPSHIFT_TRY(database.execute(kTables, "create"));
  const std::string finish =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT;", kApplicationId, kFormatVersion);
  return database.execute(finish.c_str(), "create");
}

Result<std::int64_t> check_format(Database& database) {
  UPSHIFT_ASSIGN(const std::int64_t application, database.integer("PRAGMA application_id", "read"));
  if (application != kApplicationId) return not_a_journal(database);
  UPSHIFT_ASSIGN(const std::int64_t version, database.integer("PRAGMA user_version", "read"));
  if (version > kFormatVersion) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("the journal '{}' has format {}, this upshift knows {}", database.path().string(),
                               version, kFormatVersion),
                   "It was written by a newer upshift: use that one.", database.path().string());
  }
  UPSHIFT_TRY(check_integrity(database));
  UPSHIFT_ASSIGN(const std::int64_t tables,
                 database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
                                  "('runs', 'step_runs', 'changes', 'run_values')",
                                  "read"));
  if (tables == 4 && version >= 1) return version;
  return failure(StatusCode::kFailedPrecondition,
                 fmt::format("the journal '{}' is damaged: tables are missing", database.path().string()),
                 "Restore the file from a copy.", database.path().string());
}

Status migrate(Database& database, std::int64_t from) {
  if (from == kFormatVersion) return {};
  UPSHIFT_TRY(database.execute("BEGIN IMMEDIATE", "migrate"));
  Status done;
  for (auto format = from; done && format < kFormatVersion; ++format) {
    done = database.execute(kMigrations[format - 1], "migrate");
  }
  const std::string finish = fmt::format("PRAGMA user_version = {}; COMMIT;", kFormatVersion);
  if (done) done = database.execute(finish.c_str(), "migrate");
  if (done) return {};
  // After some errors SQLite has rolled back by itself, and has nothing to do here.
  static_cast<void>(database.execute("ROLLBACK", "migrate"));
  return failure(Error(done.error()).with_context(fmt::format("the journal stays at format {}", from)));
}

}  // namespace upshift::journal
