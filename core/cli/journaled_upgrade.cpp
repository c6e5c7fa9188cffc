#include "cli/journaled_upgrade.hpp"

#include <fmt/format.h>

namespace upshift::cli {
namespace {

bool is_upgrade(const journal::Run& run) {
  return run.mode == "run";
}

}  // namespace

std::filesystem::path journal_path(const Arguments& arguments, const LiveCluster& cluster) {
  const std::filesystem::path named = arguments.get("journal");
  return named.empty() ? state_directory(cluster) / "journal.db" : named;
}

Result<JournaledUpgrade> open_journaled_upgrade(const Arguments& arguments, const LiveSession& session) {
  JournaledUpgrade out;
  out.path = journal_path(arguments, session.cluster);
  std::error_code problem;
  if (!std::filesystem::exists(out.path, problem)) {
    return failure(StatusCode::kNotFound, fmt::format("there is no journal '{}'", out.path.string()),
                   "Name the one of the upgrade with --journal; `upshift run` begins one.", out.path.string());
  }
  UPSHIFT_ASSIGN(out.journal, journal::open_journal(out.path));
  UPSHIFT_ASSIGN(const auto runs, out.journal->runs());
  const auto newest = std::find_if(runs.rbegin(), runs.rend(), is_upgrade);
  if (newest == runs.rend()) {
    return failure(StatusCode::kNotFound, fmt::format("the journal '{}' holds no upgrade", out.path.string()));
  }
  out.upgrade = *newest;
  const auto here = session.cluster.display();
  if (out.upgrade.target != here) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("the journal '{}' is of {}, not of {}", out.path.string(), out.upgrade.target, here),
                   "Name the journal of this project, or reach the project that the journal is of. Nothing was sent.");
  }
  const auto& last = runs.back();
  if (last.mode == "rollback") {
    const bool whole = last.state == journal::RunState::kDone && string_at(last.plan, "/to").empty();
    out.rolled_back = whole;
    if (last.state != journal::RunState::kDone) out.rollback = last;
  }
  out.backup = out.upgrade.files;
  if (out.backup.empty()) out.backup = out.path.parent_path() / ("backup-" + time_stamp(out.upgrade.started));
  out.files = engine::make_directory_file_store(out.backup);
  return out;
}

}  // namespace upshift::cli
