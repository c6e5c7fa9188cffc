// SQLite with errors as values and statements that are prepared once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace upshift::journal {

// How a failed call of SQLite is told: disk full is RESOURCE_EXHAUSTED, read-only PERMISSION_DENIED, a damaged file
// FAILED_PRECONDITION, a lock ABORTED.
Error to_error(sqlite3* handle, std::string_view action, const std::filesystem::path& path);

class Statement {
 public:
  Statement(sqlite3* handle, sqlite3_stmt* statement, const std::filesystem::path& path)
      : handle_(handle), statement_(statement), path_(path) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Parameters from the left. An optional without a value is stored as NULL.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  // Runs to the end. The number of rows that were changed.
  Result<int> run(std::string_view action);
  // True where there is a row.
  Result<bool> step(std::string_view action);
  void reset();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;
  TimePoint time(int column) const { return TimePoint{Duration{integer(column)}}; }
  // Nothing for NULL.
  std::optional<std::string> stored(int column) const;

 private:
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, TimePoint value) { bind_one(index, std::int64_t{value.time_since_epoch().count()}); }
  void bind_one(int index, const std::optional<std::string>& value);

  sqlite3* handle_;
  sqlite3_stmt* statement_;
  const std::filesystem::path& path_;
};

enum class Access { kRead, kWrite };

class Database {
 public:
  // "" is a database in memory. The file must exist.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Access access);
  // All of `source`, whose path it keeps for messages.
  static Result<std::unique_ptr<Database>> copy_in_memory(const Database& source);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // True where somebody was killed in the middle of a write and this connection may not take that back.
  bool needs_recovery();
  // Any number of statements without parameters.
  Status execute(const char* sql, std::string_view action);
  // Prepared at the first use and kept. `sql` is a literal. Borrowed; reset before each use by bind().
  Result<Statement*> statement(const char* sql);
  std::int64_t last_id() const;
  // The first column of the first row.
  Result<std::int64_t> integer(const char* sql, std::string_view action);

 private:
  Database(sqlite3* handle, std::filesystem::path path) : handle_(handle), path_(std::move(path)) {}

  sqlite3* handle_;
  std::filesystem::path path_;
  std::map<const char*, std::unique_ptr<Statement>> statements_;
};

}  // namespace upshift::journal
