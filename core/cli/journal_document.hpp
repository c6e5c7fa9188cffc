// A journal as JSON, for programs, and as text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/journal_secrets.hpp"
#include "cli/run_summary.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

// What of a journal is shown.
struct JournalFilter {
  std::optional<journal::RunId> run;
  std::string step = "*";  // a glob
  bool changes = false;
  bool diffs = false;  // of changes

  bool takes(journal::RunId id) const { return !run || *run == id; }
};

// What runs hold, filtered and without secrets, oldest first.
struct ShownRun {
  RunSummary summary;
  struct Attempt {
    journal::StepRun attempt;
    std::vector<journal::Change> changes;
  };
  std::vector<Attempt> attempts;
};

// NOT_FOUND: there is no such run.
Result<std::vector<ShownRun>> shown_runs(journal::Journal& journal, const JournalFilter& filter);

// Commands and calls have no object, and no diff.
bool is_of_object(const journal::Change& change);
// What the change made of the object, or would have.
std::vector<std::string> diff_of(const journal::Change& change);

Json to_json(const std::vector<ShownRun>& runs, const JournalFilter& filter);
std::string to_text(const std::vector<ShownRun>& runs, const JournalFilter& filter, const report::Look& look);

// Every row of the journal as one record, {"record": "run" | "step_run" | "change" | "value", …}, in an order in which
// what a record refers to came before. `secrets` null: nothing is hidden.
Status each_record(journal::Journal& journal, const JournalSecrets* secrets, const std::function<void(Json)>& take);

}  // namespace upshift::cli
