#include "cli/cluster_copy.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/file.hpp"
#include "engine/holder_journal.hpp"
#include "engine/mirror_difference.hpp"
#include "engine/mirrored_journal.hpp"

namespace upshift::cli {
namespace {

namespace fs = std::filesystem;
using Ahead = engine::MirrorDifference::Ahead;

Diagnostic note(std::string text) {
  return {Severity::kInfo, std::move(text), "", ""};
}

struct Copy {
  std::vector<engine::MirrorStream> streams;
  std::vector<std::vector<Json>> runs;
};

Result<Copy> read_copy(engine::MirrorChunks& chunks, std::vector<Diagnostic>& told) {
  UPSHIFT_ASSIGN(auto streams, chunks.read());
  Copy copy;
  copy.streams = engine::mirrored_runs(std::move(streams));
  for (const auto& stream : copy.streams) {
    copy.runs.push_back(stream.records);
    if (stream.damage.empty()) continue;
    told.push_back({Severity::kWarning,
                    fmt::format("the journal's mirror {} is whole only up to chunk {}: {}", stream.id, stream.chunks,
                                stream.damage),
                    "What was recorded after that is looked up in the project where that is possible.", ""});
  }
  return copy;
}

Result<std::unique_ptr<journal::Journal>> journal_of(const Copy& copy, const fs::path& path,
                                                     std::shared_ptr<const journal::KeyRing> keys = {}) {
  UPSHIFT_ASSIGN(auto journal, journal::open_journal(path, std::move(keys)));
  UPSHIFT_TRY(engine::replay(copy.runs, *journal));
  return journal;
}

// Of another machine's process, which may live: its lock is not taken over at once.
Status forget_holder(journal::Journal& journal) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (const auto& run : runs) UPSHIFT_TRY(journal.set_value(run.id, "", engine::kLockHolder, "", false));
  return journal.flush();
}

// With what SQLite and the lock keep beside it.
void remove_whole(const fs::path& path) {
  std::error_code problem;
  for (const char* suffix : {"", "-journal", ".lock"}) {
    fs::remove(path.string() + suffix, problem);
  }
}

// Whole or not at all.
Status write_journal(const Copy& copy, const fs::path& path, std::shared_ptr<const journal::KeyRing> keys) {
  const fs::path part = path.string() + ".part";
  std::error_code problem;
  remove_whole(part);
  {
    UPSHIFT_ASSIGN(const auto journal, journal_of(copy, part, std::move(keys)));
    UPSHIFT_TRY(forget_holder(*journal));
  }
  fs::rename(part, path, problem);
  remove_whole(part);
  if (!problem) return {};
  return failure(StatusCode::kUnknown, fmt::format("cannot write '{}': {}", path.string(), problem.message()));
}

Status put_aside(const fs::path& path, std::vector<Diagnostic>& told) {
  const fs::path aside = path.string() + ".before-" + time_stamp(SystemClock().now());
  std::error_code problem;
  fs::rename(path, aside, problem);
  if (problem) {
    return failure(StatusCode::kUnknown, fmt::format("cannot rename '{}': {}", path.string(), problem.message()));
  }
  told.push_back(note(fmt::format("the journal that was here is kept as '{}'", aside.string())));
  return {};
}

Result<engine::MirrorDifference> difference(journal::Journal& local, const Copy& copy) {
  UPSHIFT_ASSIGN(const auto mirror, journal_of(copy, ""));
  return engine::compare_journals(local, *mirror);
}

Error contradiction(const engine::MirrorDifference& found) {
  return {StatusCode::kFailedPrecondition,
          found.text,
          "Nothing was sent. Find out which of the two is right: move the journal on this machine away and resume with "
          "--from-cluster to go by the mirror, or resume with --no-mirror to go by this machine's.",
          "",
          {}};
}

}  // namespace

void add_mirror_options(OptionSet& options, Goes goes) {
  options.group("Where the journal is kept as well");
  if (goes == Goes::kOn) {
    options.flag("from-cluster", "go by the copy of the journal in the project, as another machine has left it");
  }
  options.flag("no-mirror", "keep no copy of the journal in the project");
}

Status restore_from_cluster(const fs::path& path, engine::MirrorChunks& chunks, std::vector<Diagnostic>& told,
                            std::shared_ptr<const journal::KeyRing> keys) {
  auto copy = read_copy(chunks, told);
  if (!copy) {
    Error error = std::move(copy.error()).with_context("the copy of the journal in the project cannot be read");
    error.code = StatusCode::kUnavailable;
    return failure(std::move(error));
  }
  if (copy->runs.empty()) {
    return failure(StatusCode::kNotFound, "the project holds no copy of a journal",
                   "An upgrade that was run with --no-mirror leaves none; go on where its journal is.");
  }
  std::error_code problem;
  if (!fs::exists(path, problem)) {
    if (!path.parent_path().empty()) UPSHIFT_TRY(make_private_directory(path.parent_path()));
    told.push_back(note(fmt::format("the journal was made of its mirror in the project: {} runs", copy->runs.size())));
    return write_journal(*copy, path, std::move(keys));
  }
  engine::MirrorDifference found;
  {
    UPSHIFT_ASSIGN(const auto local, journal::open_journal(path, keys));
    UPSHIFT_ASSIGN(found, difference(*local, *copy));
  }
  if (found.ahead == Ahead::kBoth) return failure(contradiction(found));
  if (found.ahead == Ahead::kNone) return {};
  told.push_back(note(found.text + (found.ahead == Ahead::kLocal ? "; it is used" : "; the mirror is used")));
  if (found.ahead == Ahead::kLocal) return {};
  UPSHIFT_TRY(put_aside(path, told));
  return write_journal(*copy, path, std::move(keys));
}

Status check_copy(journal::Journal& local, engine::MirrorChunks& chunks, std::vector<Diagnostic>& told) {
  UPSHIFT_ASSIGN(const auto copy, read_copy(chunks, told));
  if (copy.runs.empty()) return {};
  UPSHIFT_ASSIGN(const auto found, difference(local, copy));
  switch (found.ahead) {
    case Ahead::kNone:
      return {};
    case Ahead::kLocal:
      told.push_back(note(found.text + "; the mirror is brought up to it"));
      return {};
    case Ahead::kMirror:
      return failure(StatusCode::kFailedPrecondition, found.text,
                     "Nothing was sent. Another machine went on with this upgrade, or this journal is an older copy: "
                     "--from-cluster goes by the mirror.");
    case Ahead::kBoth:
      break;
  }
  return failure(contradiction(found));
}

Status look_for_others(journal::Journal& local, engine::MirrorChunks& chunks, std::vector<Diagnostic>& told) {
  UPSHIFT_ASSIGN(const auto copy, read_copy(chunks, told));
  std::set<std::string> known;
  UPSHIFT_ASSIGN(const auto runs, local.runs());
  for (const auto& run : runs) {
    UPSHIFT_ASSIGN(const auto identity, local.value(run.id, engine::kRunIdentity));
    if (identity && identity->is_string()) known.insert(identity->get<std::string>());
  }
  for (const auto& stream : copy.streams) {
    const Json& first = stream.records.front();
    const bool done = string_at(stream.records.back(), "/state") == journal::to_string(journal::RunState::kDone) &&
                      string_at(stream.records.back(), "/do") == "end-run";
    if (done || known.contains(string_at(first, "/identity"))) continue;
    told.push_back({Severity::kWarning,
                    fmt::format("a {} that another journal tells of has not ended well: {} {} → {}, begun {}",
                                string_at(first, "/mode"), string_at(first, "/product"), string_at(first, "/from"),
                                string_at(first, "/to"), to_rfc3339(TimePoint(Duration(int_at(first, "/started"))))),
                    "`upshift resume --from-cluster` goes on with it instead of beginning anew.", ""});
  }
  return {};
}

}  // namespace upshift::cli
