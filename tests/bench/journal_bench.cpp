// What the journal costs. A journaled change, which is two durable writes, against two bare durable inserts of the same
// text into a plain SQLite table with the same settings, taken in turn in one run; and whether the ten thousandth
// change costs what the first did, on a disk in memory, where nothing hides the journal's own work.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/file.hpp"
#include "journal/journal.hpp"
#include "journal/keys.hpp"

namespace {

namespace fs = std::filesystem;
using upshift::Json;
using upshift::TimePoint;
using upshift::journal::Change;
using upshift::journal::ChangeState;
using upshift::journal::Journal;
using upshift::journal::KeyRing;

constexpr double kAtMost = 1.3;
constexpr int kPairs = 400;
constexpr int kMany = 10000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

class Folder {
 public:
  explicit Folder(const fs::path& parent) {
    std::string name = (parent / "upshift-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail("cannot make a directory in " + parent.string());
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

// As large as a DeploymentConfig of the sample with its status.
Json object() {
  Json environment = Json::array();
  for (int i = 0; i < 60; ++i) {
    environment.push_back({{"name", "VARIABLE_" + std::to_string(i)}, {"value", std::string(40, 'v')}});
  }
  return {{"kind", "DeploymentConfig"}, {"spec", {{"template", {{"env", environment}}}}}};
}

Change change_of(upshift::journal::StepRunId step) {
  Change change;
  change.step_run = step;
  change.step = "2.5-2.6/images/amp-system";
  change.object = "/apis/apps.openshift.io/v1/namespaces/3scale/deploymentconfigs/system-app";
  change.kind = "DeploymentConfig";
  change.name = "system-app";
  change.request = {{"method", "PATCH"}, {"body", {{"spec", {{"replicas", 1}}}}}};
  change.old_value = change.intended = object();
  return change;
}

class JournaledChanges {
 public:
  explicit JournaledChanges(const std::string& path, std::shared_ptr<const KeyRing> keys = {}) {
    auto journal = upshift::journal::open_journal(path, std::move(keys));
    if (!journal) fail(journal.error().summary);
    journal_ = std::move(*journal);
    const auto run = journal_->begin_run({});
    if (!run) fail(run.error().summary);
    const auto step = journal_->begin_step(*run, "2.5-2.6/images/amp-system", 1, TimePoint{});
    if (!step) fail(step.error().summary);
    change_ = change_of(*step);
  }
  void one() {
    const auto id = journal_->intend(change_);
    if (!id) fail(id.error().summary);
    const auto settled = journal_->settle(*id, ChangeState::kApplied, 200, change_.intended, "", TimePoint{});
    if (!settled) fail(settled.error().summary);
  }

 private:
  std::unique_ptr<Journal> journal_;
  Change change_;
};

class BareInserts {
 public:
  explicit BareInserts(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) fail("cannot open " + path);
    const char* const sql =
        "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)";
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(handle_));
    sqlite3_prepare_v2(handle_, "INSERT INTO t (text) VALUES (?1)", -1, &insert_, nullptr);
    const Change change = change_of(1);
    intent_ = change.object + upshift::to_text(change.request) + upshift::to_text(change.old_value) +
              upshift::to_text(change.intended);
    outcome_ = upshift::to_text(change.intended);
  }
  ~BareInserts() {
    sqlite3_finalize(insert_);
    sqlite3_close(handle_);
  }
  BareInserts(const BareInserts&) = delete;
  BareInserts& operator=(const BareInserts&) = delete;
  void two() {
    for (const std::string* text : {&intent_, &outcome_}) {
      sqlite3_bind_text(insert_, 1, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
      if (sqlite3_step(insert_) != SQLITE_DONE) fail(sqlite3_errmsg(handle_));
      sqlite3_reset(insert_);
    }
  }

 private:
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::string intent_, outcome_;
};

double milliseconds(const auto& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::shared_ptr<const KeyRing> some_key(const Folder& folder) {
  const auto path = folder.file("key");
  if (!upshift::write_private_file(path, std::string(64, '7'))) fail("cannot write a key");
  auto keys = KeyRing::read(path);
  if (!keys) fail(keys.error().summary);
  return *keys;
}

// Without a key, and with one that encrypts all values of the change.
bool against_bare_inserts(const fs::path& parent) {
  const Folder folder(parent);
  JournaledChanges journal(folder.file("journal.db")), sealed(folder.file("sealed.db"), some_key(folder));
  BareInserts bare(folder.file("bare.db"));
  std::vector<double> journaled, encrypted, inserted;
  for (int i = 0; i < kPairs; ++i) {
    journaled.push_back(milliseconds([&] { journal.one(); }));
    encrypted.push_back(milliseconds([&] { sealed.one(); }));
    inserted.push_back(milliseconds([&] { bare.two(); }));
  }
  const double ratio = median(journaled) / median(inserted), with_key = median(encrypted) / median(inserted);
  std::printf(
      "journaled change: median %.2f ms, encrypted %.2f ms, two bare durable inserts: %.2f ms, ratio %.2f and "
      "%.2f (at most %.1f)\n",
      median(journaled), median(encrypted), median(inserted), ratio, with_key, kAtMost);
  return ratio <= kAtMost && with_key <= kAtMost;
}

bool flat(const fs::path& parent) {
  const Folder folder(parent);
  std::vector<double> took;
  {
    JournaledChanges journal(folder.file("journal.db"));
    for (int i = 0; i < kMany; ++i) took.push_back(milliseconds([&] { journal.one(); }));
  }
  const double first = median({took.begin(), took.begin() + 1000});
  const double last = median({took.end() - 1000, took.end()});
  std::printf("%d changes: the first 1000 %.3f ms each, the last 1000 %.3f ms, ratio %.2f (at most %.1f)\n", kMany,
              first, last, last / first, kAtMost);
  const auto size = fs::file_size(folder.file("journal.db"));
  const double opened = milliseconds([&] {
    if (!upshift::journal::open_journal(folder.file("journal.db"))) fail("it cannot be opened again");
  });
  std::printf("opening that journal of %.0f MiB, with the check of all of it: %.0f ms\n",
              static_cast<double>(size) / (1 << 20), opened);
  return last / first <= kAtMost;
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path disk = argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path();
  std::error_code ignored;
  const fs::path memory = fs::is_directory("/dev/shm", ignored) ? fs::path("/dev/shm") : disk;
  const bool cheap = against_bare_inserts(disk);
  const bool steady = flat(memory);
  return cheap && steady ? 0 : 1;
}
