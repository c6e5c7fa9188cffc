// The upgrade of a live project that its journal tells of: what resume and rollback begin with.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/live_session.hpp"
#include "engine/file_store.hpp"
#include "journal/journal.hpp"
#include "report/document.hpp"

namespace upshift::cli {

struct JournaledUpgrade {
  std::filesystem::path path;
  std::unique_ptr<journal::Journal> journal;
  journal::Run upgrade;                  // the newest run that is no rollback
  std::optional<journal::Run> rollback;  // of it, where one was begun and not ended well
  bool rolled_back = false;              // a rollback took the whole of it back
  std::unique_ptr<engine::FileStore> files;
  std::filesystem::path backup;
};

// How it is reached, who is asked and what is kept: the options that both have.
void add_continuation_options(OptionSet& options);

// --journal, or the one of the session's project, for writing; with --from-cluster, what its copy in the project knows.
// The document is told of it. NOT_FOUND: there is none, or it holds no upgrade. FAILED_PRECONDITION: it is another
// project's.
Result<JournaledUpgrade> open_journaled_upgrade(const Arguments& arguments, const LiveSession& session,
                                                report::Document& document);

// Where a run keeps its journal when none is named.
std::filesystem::path journal_path(const Arguments& arguments, const LiveCluster& cluster);

}  // namespace upshift::cli
