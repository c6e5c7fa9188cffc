#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/journal_choice.hpp"
#include "cli/upgrade_status.hpp"
#include "journal/writer_lock.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_journal_choice(set);
  add_general_options(set);
  return set;
}

Result<UpgradeStatus> find_status(const JournalChoice& choice, const config::Settings& settings) {
  // First the writer: one that ends meanwhile has written its end.
  const std::string writer = journal::writer_of(choice.path).value_or("");
  const auto journal = look_into(choice, settings);
  // A project that nothing was done to is no mistake.
  if (!journal && journal.error().code == StatusCode::kNotFound && !choice.project.empty()) return UpgradeStatus{};
  if (!journal) return failure(journal.error());
  return status_of(**journal, writer);
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto choice, choose_journal(arguments));
  UPSHIFT_ASSIGN(const auto status, find_status(choice, settings));
  if (settings.output == "json") {
    std::cout << upshift::to_text(to_json(status), 2) << "\n";
    return kExitDone;
  }
  if (status.upgrade) {
    std::cout << to_text(status, look_of(STDOUT_FILENO, settings.colour));
  } else {
    std::cout << "no upgrade" << (choice.project.empty() ? "" : " of " + choice.project)
              << " was begun on this machine; the journal would be " << choice.path.string() << "\n";
  }
  return kExitDone;
}

}  // namespace

const Command& status_command() {
  static const Command kCommand{
      "status",
      "tells how the newest upgrade of a project stands, and what can be done",
      "[OPTION…]",
      "Reads the project's journal, also while an upgrade runs: the state, where it stands,\n"
      "what the last step did, changes without a known outcome, points of no return that were\n"
      "passed, and what can be done next. The cluster is not asked.\n",
      "  upshift status -n 3scale\n"
      "  upshift status --journal journal.db --output json\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
