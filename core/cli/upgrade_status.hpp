// How the newest upgrade of a journal stands, and what can be done next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/run_summary.hpp"
#include "report/text_layout.hpp"

namespace upshift::cli {

struct UpgradeStatus {
  // none, running, killed, done, failed, blocked, interrupted; after a rollback was begun: rolling_back,
  // rollback_stopped, partly_rolled_back, rolled_back.
  std::string state = "none";
  std::optional<RunSummary> upgrade, rollback;
  std::string writer;  // the process that writes the journal now
  // Where the upgrade stands: the first step that is not over, counted from 1; all of them where it is done.
  int position = 0, total = 0;
  int done = 0, skipped = 0;  // without what was taken back
  struct Step {
    std::string id, title, state, summary;
    TimePoint at;
  };
  std::optional<Step> last_step;
  std::optional<journal::Change> last_change;
  std::vector<journal::Change> open_changes;  // without a known outcome
  struct Point {
    std::string step, why;
  };
  std::vector<Point> passed;  // points of no return
  struct Next {
    std::string command, why;
  };
  std::vector<Next> next;
};

// `writer`: the process that holds the journal, or "". Texts and changes are fit to be shown.
Result<UpgradeStatus> status_of(journal::Journal& journal, const std::string& writer);
Json to_json(const UpgradeStatus& status);
std::string to_text(const UpgradeStatus& status, const report::Look& look);

}  // namespace upshift::cli
