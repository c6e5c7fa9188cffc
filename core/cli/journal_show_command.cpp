#include <charconv>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/journal_choice.hpp"
#include "cli/journal_document.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_journal_choice(set);
  set.group("What is shown")
      .value("run", "ID", "only this run; `upshift history` lists them, `latest` is the newest")
      .value("step", "GLOB", "only steps whose id matches, as '*/images/*'")
      .flag("changes", "the changes of each step")
      .flag("diff", "what each change changed; secrets are hidden");
  add_general_options(set);
  return set;
}

Result<JournalFilter> filter_of(const Arguments& arguments, journal::Journal& journal) {
  JournalFilter filter;
  filter.step = arguments.get("step", "*");
  filter.diffs = arguments.has("diff");
  filter.changes = filter.diffs || arguments.has("changes");
  if (!arguments.has("run")) return filter;
  const std::string text = arguments.get("run");
  if (text == "latest") {
    UPSHIFT_ASSIGN(const auto runs, journal.runs());
    if (!runs.empty()) filter.run = runs.back().id;
    return filter;
  }
  journal::RunId id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc() || end != text.data() + text.size() || id < 1) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("--run expects a run's number or 'latest', not '{}'", text),
                   "`upshift history` lists the runs.");
  }
  filter.run = id;
  return filter;
}

Result<int> run(const Arguments& arguments) {
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto choice, choose_journal(arguments));
  UPSHIFT_ASSIGN(const auto journal, look_into(choice, settings));
  UPSHIFT_ASSIGN(const auto filter, filter_of(arguments, *journal));
  UPSHIFT_ASSIGN(const auto runs, shown_runs(*journal, filter));
  if (settings.output == "json") {
    const Json document{{"journal", 1}, {"path", choice.path.string()}, {"runs", to_json(runs, filter)}};
    std::cout << upshift::to_text(document, 2) << "\n";
  } else {
    std::cout << to_text(runs, filter, look_of(STDOUT_FILENO, settings.colour));
  }
  return kExitDone;
}

}  // namespace

const Command& journal_show_command() {
  static const Command kCommand{"journal show",
                                "shows what stands in a journal: runs, steps, changes",
                                "[OPTION…]",
                                "Shows the runs of a journal with the steps of each, and the changes of each step,\n"
                                "also while an upgrade is writing it. Secrets are never shown.\n",
                                "  upshift journal show -n 3scale --run latest\n"
                                "  upshift journal show -n 3scale --step '*/images/*' --diff\n"
                                "  upshift journal show --journal journal.db --changes --output json\n",
                                options,
                                run};
  return kCommand;
}

}  // namespace upshift::cli
