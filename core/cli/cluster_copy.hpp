// The copy of the journal in the project, as commands use it: to go on from it, and to be sure of the one at hand.
#pragma once

#include <filesystem>
#include <vector>

#include "cli/live_session.hpp"
#include "engine/mirror_chunks.hpp"
#include "journal/journal.hpp"

namespace upshift::cli {

// --no-mirror, and for commands that go on with an upgrade --from-cluster.
enum class Goes { kAnew, kOn };
void add_mirror_options(OptionSet& options, Goes goes);

// Makes the journal file of the project's copy. Where there is one already, the longer of the two is used, and `told`
// says which; the shorter is kept beside it. NOT_FOUND: the project holds no copy. FAILED_PRECONDITION: the two
// contradict each other. UNAVAILABLE: the copy cannot be read.
Status restore_from_cluster(const std::filesystem::path& path, engine::MirrorChunks& chunks,
                            std::vector<Diagnostic>& told, std::shared_ptr<const journal::KeyRing> keys = {});

// That the journal is not behind its copy; FAILED_PRECONDITION tells from which record on. What is to be known of it
// goes to `told`.
Status check_copy(journal::Journal& local, engine::MirrorChunks& chunks, std::vector<Diagnostic>& told);

// Tells of upgrades that were begun elsewhere and have not ended well, before another is begun.
Status look_for_others(journal::Journal& local, engine::MirrorChunks& chunks, std::vector<Diagnostic>& told);

}  // namespace upshift::cli
