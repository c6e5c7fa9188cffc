#include "journal/database.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sqlite3.h>

namespace upshift::journal {
namespace {

constexpr int kBusyTimeoutMs = 5000;

bool is_disk_full(sqlite3* handle, int code) {
  if (code == SQLITE_FULL) return true;
  const int problem = sqlite3_system_errno(handle);
  return code == SQLITE_IOERR && (problem == ENOSPC || problem == EDQUOT || problem == EFBIG);
}

// A write that failed for a quota or a size limit: SQLite has often forgotten the system's error number by then.
bool is_failed_write(sqlite3* handle) {
  return sqlite3_extended_errcode(handle) == SQLITE_IOERR_WRITE;
}

std::string reason_of(sqlite3* handle) {
  const int problem = sqlite3_system_errno(handle);
  const bool input_output = (sqlite3_errcode(handle) & 0xff) == SQLITE_IOERR;
  return input_output && problem != 0 ? fmt::format("{} ({})", sqlite3_errmsg(handle), std::strerror(problem))
                                      : std::string(sqlite3_errmsg(handle));
}

}  // namespace

Error to_error(sqlite3* handle, std::string_view action, const std::filesystem::path& path) {
  const int code = sqlite3_errcode(handle) & 0xff;
  const std::string name = path.empty() ? "in memory" : fmt::format("'{}'", path.string());
  Error error{StatusCode::kUnknown,
              fmt::format("cannot {} the journal {}: {}", action, name, reason_of(handle)),
              "Nothing of this was recorded, and nothing was sent.",
              path.string(),
              {}};
  if (is_disk_full(handle, code)) {
    error.code = StatusCode::kResourceExhausted;
    error.detail = "The disk or a quota is full. Make room and resume: nothing of this was recorded or sent.";
  } else if (is_failed_write(handle)) {
    error.code = StatusCode::kResourceExhausted;
    error.detail =
        "The disk, a quota or a limit on the file's size is full, or the disk fails. Make room and resume: nothing of "
        "this was recorded or sent.";
  } else if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN || code == SQLITE_AUTH) {
    error.code = StatusCode::kPermissionDenied;
    error.detail = "Give this account the right to read and write the file and its directory.";
  } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    error.code = StatusCode::kFailedPrecondition;
    error.summary = fmt::format("the journal {} is damaged: {}", name, sqlite3_errmsg(handle));
    error.detail =
        "Restore the file from a copy. Without it the runs that it holds can neither be resumed nor rolled back.";
  } else if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    error.code = StatusCode::kAborted;
    error.detail = "Another program holds the file. Try again when it has ended.";
  } else if (code == SQLITE_NOMEM) {
    error.code = StatusCode::kResourceExhausted;
  }
  return error;
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::bind_one(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind_one(int index, std::string_view value) {
  sqlite3_bind_text64(statement_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

void Statement::bind_one(int index, const std::optional<std::string>& value) {
  if (value) {
    bind_one(index, std::string_view(*value));
  } else {
    sqlite3_bind_null(statement_, index);
  }
}

Result<bool> Statement::step(std::string_view action) {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = to_error(handle_, action, path_);
  reset();
  return failure(std::move(error));
}

Result<int> Statement::run(std::string_view action) {
  UPSHIFT_ASSIGN(const bool row, step(action));
  const int changed = sqlite3_changes(handle_);
  // Without the reset the transaction of this statement would stay open.
  reset();
  return row ? 0 : changed;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string()
                          : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<std::string> Statement::stored(int column) const {
  if (is_null(column)) return {};
  return text(column);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access) {
  sqlite3* handle = nullptr;
  const int flags = access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const std::string name = path.empty() ? ":memory:" : path.string();
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return failure(to_error(handle, "open", path));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Result<std::unique_ptr<Database>> Database::copy_in_memory(const Database& source) {
  UPSHIFT_ASSIGN(auto copy, open({}, Access::kWrite));
  copy->path_ = source.path_;
  sqlite3_backup* const backup = sqlite3_backup_init(copy->handle_, "main", source.handle_, "main");
  if (backup == nullptr) return failure(to_error(copy->handle_, "read", source.path_));
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) == SQLITE_OK) return copy;
  return failure(to_error(copy->handle_, "read", source.path_));
}

Database::~Database() {
  statements_.clear();
  sqlite3_close(handle_);
}

bool Database::needs_recovery() {
  if (sqlite3_exec(handle_, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr) == SQLITE_OK) return false;
  const int code = sqlite3_extended_errcode(handle_);
  return code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY;
}

Status Database::execute(const char* sql, std::string_view action) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure(to_error(handle_, action, path_));
}

Result<Statement*> Database::statement(const char* sql) {
  auto& slot = statements_[sql];
  if (!slot) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) != SQLITE_OK) {
      Error error = to_error(handle_, "use", path_);
      // The SQL is ours: the file's tables are not what they should be.
      if (error.code == StatusCode::kUnknown) error.code = StatusCode::kFailedPrecondition;
      return failure(std::move(error));
    }
    slot = std::make_unique<Statement>(handle_, prepared, path_);
  }
  return slot.get();
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

Result<std::int64_t> Database::integer(const char* sql, std::string_view action) {
  UPSHIFT_ASSIGN(Statement* const query, statement(sql));
  query->bind();
  UPSHIFT_ASSIGN(const bool row, query->step(action));
  const std::int64_t value = row ? query->integer(0) : 0;
  query->reset();
  return value;
}

}  // namespace upshift::journal
