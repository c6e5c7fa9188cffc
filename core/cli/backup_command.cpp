#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/live_execution.hpp"
#include "cli/parameter_values.hpp"
#include "cli/progress.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is saved")
      .value("namespace,n", "NAME", "the project; default: the kubeconfig's")
      .list("set", "NAME=VALUE", "a parameter of the concern 'backup' (see `upshift plugin show`); repeatable");
  add_access_options(set, "How it is reached; default: as kubectl does");
  set.group("Where to").value("directory", "DIR", "default: backup-TIME beside the project's journal");
  add_log_options(set);
  add_general_options(set);
  return set;
}

std::string summary_of(const engine::RunResult& result) {
  return result.steps.empty() || result.outcome != journal::RunState::kDone ? result.summary
                                                                            : result.steps.back().summary;
}

void print(const config::Settings& settings, const engine::RunResult& result, const report::Document& document) {
  if (settings.output == "json") {
    Json diagnostics = Json::array();
    for (const auto& one : document.diagnostics) diagnostics.push_back(report::to_json(one));
    for (const auto& step : document.run.steps()) {
      for (const auto& one : step.diagnostics) diagnostics.push_back(report::to_json(one));
    }
    const Json page = {{"backup", 1},
                       {"state", std::string(journal::to_string(result.outcome))},
                       {"summary", summary_of(result)},
                       {"directory", document.backup},
                       {"exit_status", result.exit_status()},
                       {"diagnostics", std::move(diagnostics)}};
    std::cout << to_text(page, 2) << "\n";
    return;
  }
  // What is left out, for want of rights, is no detail of a backup.
  for (const auto& one : document.diagnostics) {
    std::cerr << fmt::format("{}: {}\n  {}\n", to_string(one.severity), one.summary, one.detail);
  }
  std::cout << fmt::format("{}\nThe backup is in {}\n", summary_of(result), document.backup);
}

Result<int> run(const Arguments& arguments) {
  catch_interrupts();
  UPSHIFT_ASSIGN(const auto settings, settings_of(arguments));
  UPSHIFT_ASSIGN(const auto log, make_log(settings));
  UPSHIFT_ASSIGN(const auto session, open_live_session(arguments, settings, log.get()));
  UPSHIFT_ASSIGN(const auto plan,
                 plan::make_concern_plan(session->catalog, "backup", plan_settings(settings, StandIns::kRefuse)));
  report::Document document;
  UPSHIFT_TRY(check_rights(*session, plan, document.diagnostics));
  std::filesystem::path directory = arguments.get("directory");
  if (directory.empty()) directory = state_directory(session->cluster) / ("backup-" + time_stamp(SystemClock().now()));
  document.backup = directory.string();
  const auto files = engine::make_directory_file_store(directory);
  UPSHIFT_ASSIGN(const auto journal, journal::open_journal(""));
  const Execution with{.session = *session,
                       .arguments = arguments,
                       .settings = settings,
                       .journal = *journal,
                       .files = *files,
                       .log = log.get(),
                       .mode = kChangesNothing};
  UPSHIFT_ASSIGN(const auto result, carry_out(plan, with, document));
  print(settings, result, document);
  return result.exit_status();
}

}  // namespace

const Command& backup_command() {
  static const Command kCommand{
      "backup",
      "saves the objects of a live project to files",
      "[OPTION…]",
      "Reads every object of the project that the user may read and writes them to files of\n"
      "mode 0600, with an index and checksums, and reads them back. Nothing in the project is\n"
      "changed. `upshift run` does the same before it changes anything. Databases and volumes\n"
      "are not in it.\n",
      "  upshift backup -n 3scale\n"
      "  upshift backup -n 3scale --directory before-the-window\n"
      "  upshift rehearse --manifest before-the-window/objects\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
