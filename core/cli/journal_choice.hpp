// Which journal a command looks at: the one it is told, or the project's own, found without asking the cluster.
#pragma once

#include <filesystem>
#include <memory>

#include "cli/option_set.hpp"
#include "config/settings.hpp"
#include "journal/journal.hpp"
#include "journal/keys.hpp"

namespace upshift::cli {

// --journal, and what leads to a project: --namespace, --context, --server.
void add_journal_choice(OptionSet& options);

struct JournalChoice {
  std::filesystem::path path;
  std::string project;  // "project 'NS' at SERVER"; "" where the file was named
};

// Errors as for finding a cluster in kubeconfig and options. The file need not exist.
Result<JournalChoice> choose_journal(const Arguments& arguments);

// The keys that secrets in journals are encrypted with; null where none is configured.
Result<std::shared_ptr<const journal::KeyRing>> journal_keys(const config::Settings& settings);

// The journal as it is at this moment, also while a run writes it; what is encrypted with a key that is not at hand is
// left out. NOT_FOUND tells where it was looked for.
Result<std::unique_ptr<journal::Journal>> look_into(const JournalChoice& choice, const config::Settings& settings);

}  // namespace upshift::cli
