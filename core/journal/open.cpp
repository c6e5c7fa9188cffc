#include "journal/open.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/format.hpp"
#include "journal/sqlite_journal.hpp"

namespace upshift::journal {
namespace {

// A rollback journal that is truncated at each commit: durable with synchronous=FULL (the truncation is synced), one
// file at rest, and it works on network file systems, where WAL's shared memory does not.
constexpr const char* kSettings =
    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
    "PRAGMA cell_size_check = ON;";

constexpr std::string_view kMagic = {"SQLite format 3\0", 16};

tl::unexpected<Error> cannot_open(const std::filesystem::path& path, int problem) {
  const StatusCode code = problem == ENOENT                        ? StatusCode::kNotFound
                          : problem == ENOSPC || problem == EDQUOT ? StatusCode::kResourceExhausted
                                                                   : StatusCode::kPermissionDenied;
  return failure(code, fmt::format("cannot open the journal '{}': {}", path.string(), std::strerror(problem)),
                 "Check the path, and that this account may read and write the file.", path.string());
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Without this a power loss could take the file's name with it.
void sync_directory_of(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const File directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
}

// The file exists with mode 0600, is empty or begins as an SQLite database does. True where it is empty.
Result<bool> prepare_file(const std::filesystem::path& path, Access access) {
  const int flags = access == Access::kWrite ? O_RDWR | O_CREAT : O_RDONLY;
  const File file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (file.get() < 0) return cannot_open(path, errno);
  struct stat facts = {};
  if (::fstat(file.get(), &facts) != 0) return cannot_open(path, errno);
  std::array<char, kMagic.size()> begin{};
  const ssize_t count = S_ISREG(facts.st_mode) ? ::pread(file.get(), begin.data(), begin.size(), 0) : -1;
  if (count != 0 && (count < 0 || std::string_view(begin.data(), static_cast<std::size_t>(count)) != kMagic)) {
    return failure(StatusCode::kFailedPrecondition, fmt::format("'{}' is not a journal of upshift", path.string()),
                   "Name the journal, or a file that does not exist yet.", path.string());
  }
  if (access == Access::kRead) return count == 0;
  // Old values of Secrets stand in it.
  if ((facts.st_mode & 0777U) != 0600U && ::fchmod(file.get(), 0600) != 0) return cannot_open(path, errno);
  if (count == 0) sync_directory_of(path);
  return count == 0;
}

// Each key that something of the journal is sealed with must be at hand.
Status check_keys(Database& database, const KeyRing* keys) {
  UPSHIFT_ASSIGN(Statement* const query, database.statement("SELECT id FROM seal_keys ORDER BY id"));
  query->bind();
  std::string lacking;
  while (lacking.empty()) {
    UPSHIFT_ASSIGN(const bool more, query->step("read"));
    if (!more) break;
    if (keys == nullptr || !keys->has(query->text(0))) lacking = query->text(0);
  }
  query->reset();
  if (lacking.empty()) return {};
  return failure(without_key(database.path(), lacking, keys));
}

Result<std::unique_ptr<Journal>> open_file(const std::filesystem::path& path, std::shared_ptr<const KeyRing> keys) {
  UPSHIFT_ASSIGN(WriterLock lock, WriterLock::acquire(path));
  UPSHIFT_ASSIGN(const bool empty, prepare_file(path, Access::kWrite));
  UPSHIFT_ASSIGN(auto database, Database::open(path, Access::kWrite));
  UPSHIFT_TRY(database->execute(kSettings, "open"));
  if (empty) UPSHIFT_TRY(create_tables(*database));
  UPSHIFT_ASSIGN(const std::int64_t format, check_format(*database));
  UPSHIFT_TRY(migrate(*database, format));
  UPSHIFT_TRY(check_keys(*database, keys.get()));
  return std::make_unique<SqliteJournal>(std::move(database), std::move(lock), std::move(keys));
}

}  // namespace

Error without_key(const std::filesystem::path& journal, const std::string& id, const KeyRing* keys) {
  const std::string name = journal.empty() ? "in memory" : fmt::format("'{}'", journal.string());
  return {
      StatusCode::kFailedPrecondition,
      keys == nullptr
          ? fmt::format("secrets in the journal {} are encrypted with the key {}, and no key is configured", name, id)
          : fmt::format("secrets in the journal {} are encrypted with the key {}, and the key file holds {}", name, id,
                        keys->id()),
      "Name the file that holds this key with --journal-key-file, UPSHIFT_JOURNAL_KEY_FILE or journal_key_file in "
      "the settings; it may hold several keys, one a line. Nothing was sent.",
      journal.string(),
      {}};
}

Result<std::unique_ptr<Journal>> open_journal(const std::filesystem::path& path, std::shared_ptr<const KeyRing> keys) {
  if (!path.empty()) return open_file(path, std::move(keys));
  UPSHIFT_ASSIGN(auto database, Database::open(path, Access::kWrite));
  UPSHIFT_TRY(database->execute("PRAGMA foreign_keys = ON;", "open"));
  UPSHIFT_TRY(create_tables(*database));
  return std::make_unique<SqliteJournal>(std::move(database), WriterLock(), std::move(keys));
}

// A writer that was killed in the middle of a write left it to the next one to take that back, which reading alone
// cannot.
Result<std::unique_ptr<Database>> open_to_read(const std::filesystem::path& path) {
  UPSHIFT_ASSIGN(const bool empty, prepare_file(path, Access::kRead));
  if (empty) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("'{}' is empty, not a journal of upshift", path.string()), {}, path.string());
  }
  UPSHIFT_ASSIGN(auto database, Database::open(path, Access::kRead));
  if (database->needs_recovery()) {
    UPSHIFT_ASSIGN(database, Database::open(path, Access::kWrite));
    UPSHIFT_TRY(database->integer("SELECT count(*) FROM sqlite_schema", "recover"));
    UPSHIFT_TRY(database->execute("PRAGMA query_only = ON;", "open"));
  }
  return database;
}

namespace {

// In memory it may be brought to the present format.
Status prepare_copy(Database& copy, std::int64_t format) {
  UPSHIFT_TRY(migrate(copy, format));
  return copy.execute("PRAGMA query_only = ON;", "open");
}

}  // namespace

Result<std::unique_ptr<Journal>> read_journal(const std::filesystem::path& path, std::shared_ptr<const KeyRing> keys,
                                              Sealed sealed) {
  UPSHIFT_ASSIGN(auto database, open_to_read(path));
  UPSHIFT_ASSIGN(const std::int64_t format, check_format(*database));
  if (format < kFormatVersion) {
    UPSHIFT_ASSIGN(database, Database::copy_in_memory(*database));
    UPSHIFT_TRY(prepare_copy(*database, format));
  }
  return std::make_unique<SqliteJournal>(std::move(database), WriterLock(), std::move(keys), sealed);
}

Result<std::unique_ptr<Journal>> journal_snapshot(const std::filesystem::path& path,
                                                  std::shared_ptr<const KeyRing> keys, Sealed sealed) {
  UPSHIFT_ASSIGN(const auto file, open_to_read(path));
  UPSHIFT_ASSIGN(auto copy, Database::copy_in_memory(*file));
  UPSHIFT_ASSIGN(const std::int64_t format, check_format(*copy));
  UPSHIFT_TRY(prepare_copy(*copy, format));
  return std::make_unique<SqliteJournal>(std::move(copy), WriterLock(), std::move(keys), sealed);
}

}  // namespace upshift::journal
