// What a run of the journal came to, counted from its steps and changes.
#pragma once

#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace upshift::cli {

struct RunSummary {
  journal::Run run;
  int planned = 0;  // steps
  int done = 0, skipped = 0, failed = 0, blocked = 0;
  int changes = 0;                   // applied
  int open_changes = 0;              // without a known outcome
  int attempts = 0;                  // the most that a step needed; more than 1: it was resumed
  journal::RunId taken_back_by = 0;  // the newest rollback of it
  int taken_back = 0;                // changes that rollbacks took back

  // The time from its begin to its end, however often it stood still between; zero while it has no end.
  Duration took() const;
};

// Oldest first.
Result<std::vector<RunSummary>> summarize_runs(journal::Journal& journal);
Json to_json(const RunSummary& summary);

// "3scale 2.5 → 2.6"; the product alone where there are no versions.
std::string versions_of(const journal::Run& run);

}  // namespace upshift::cli
