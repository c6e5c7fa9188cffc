#include "cli/journaled_upgrade.hpp"

#include <fmt/format.h>

#include "cli/common.hpp"
#include "cli/live_execution.hpp"
#include "cli/product_http.hpp"
#include "journal/target.hpp"

namespace upshift::cli {
namespace {

bool is_upgrade(const journal::Run& run) {
  return run.mode == "run";
}

Result<JournaledUpgrade> newest_upgrade(const std::filesystem::path& path, const LiveSession& session) {
  JournaledUpgrade out;
  out.path = path;
  std::error_code problem;
  if (!std::filesystem::exists(out.path, problem)) {
    return failure(StatusCode::kNotFound, fmt::format("there is no journal '{}'", out.path.string()),
                   "Name the one of the upgrade with --journal; `upshift run` begins one.", out.path.string());
  }
  UPSHIFT_ASSIGN(out.journal, journal::open_journal(out.path, session.keys));
  UPSHIFT_ASSIGN(const auto runs, out.journal->runs());
  const auto newest = std::find_if(runs.rbegin(), runs.rend(), is_upgrade);
  if (newest == runs.rend()) {
    return failure(StatusCode::kNotFound, fmt::format("the journal '{}' holds no upgrade", out.path.string()));
  }
  out.upgrade = *newest;
  UPSHIFT_TRY(journal::check_target(*out.journal, session.cluster.display()));
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

}  // namespace

void add_continuation_options(OptionSet& options) {
  add_access_options(options, "How it is reached; default: as kubectl does");
  add_gate_options(options);
  add_product_options(options);
  add_patience_option(options);
  add_lock_options(options);
  add_mirror_options(options, Goes::kOn);
  options.group("What is kept");
  add_log_options(options);
  add_general_options(options);
}

std::filesystem::path journal_path(const Arguments& arguments, const LiveCluster& cluster) {
  const std::filesystem::path named = arguments.get("journal");
  return named.empty() ? state_directory(cluster) / "journal.db" : named;
}

Result<JournaledUpgrade> open_journaled_upgrade(const Arguments& arguments, const LiveSession& session,
                                                report::Document& document) {
  const auto path = journal_path(arguments, session.cluster);
  if (arguments.has("from-cluster")) {
    engine::MirrorChunks chunks(*session.client);
    UPSHIFT_TRY(restore_from_cluster(path, chunks, document.diagnostics, session.keys));
  }
  UPSHIFT_ASSIGN(auto upgrade, newest_upgrade(path, session));
  document.journal = upgrade.path.string();
  document.backup = upgrade.backup.string();
  return upgrade;
}

}  // namespace upshift::cli
