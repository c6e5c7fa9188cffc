#include <fmt/format.h>

#include "base/file.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/gatekeeper.hpp"
#include "cli/installed_version.hpp"
#include "cli/interrupt.hpp"
#include "cli/live_execution.hpp"
#include "cli/parameter_values.hpp"
#include "cli/product_http.hpp"
#include "cli/progress.hpp"
#include "cli/selection_options.hpp"
#include "journal/target.hpp"
#include "report/document.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is upgraded").value("namespace,n", "NAME", "the project; default: the kubeconfig's");
  add_access_options(set, "How it is reached; default: as kubectl does");
  add_patience_option(set);
  add_version_options(set);
  add_selection_options(set);
  add_gate_options(set);
  add_product_options(set);
  add_lock_options(set);
  add_mirror_options(set, Goes::kAnew);
  set.group("What is kept")
      .value("journal", "FILE", "default: the project's own, under $XDG_STATE_HOME")
      .value("backup-dir", "DIR", "for this run's backup; default: backup-TIME beside the journal");
  add_log_options(set);
  add_general_options(set);
  return set;
}

class LiveRun {
 public:
  explicit LiveRun(const Arguments& arguments) : arguments_(arguments) {}

  Result<int> execute() {
    catch_interrupts();
    UPSHIFT_ASSIGN(settings_, settings_of(arguments_));
    UPSHIFT_ASSIGN(patience_, patience_of(arguments_));
    UPSHIFT_ASSIGN(log_, make_log(settings_));
    UPSHIFT_ASSIGN(session_, open_live_session(arguments_, settings_, log_.get()));
    UPSHIFT_TRY(find_version());
    if (!version_.nothing_to_do) UPSHIFT_TRY(run());
    print_report(document_, settings_);
    return document_.exit_status;
  }

 private:
  Status find_version() {
    UPSHIFT_TRY(cluster_says(
        choose_version(version_request(arguments_), session_->catalog, session_->registry, *session_->client)));
    document_.command = "run";
    document_.detection = version_.detection;
    document_.diagnostics = version_.warnings;
    if (version_.nothing_to_do) {
      document_.summary = fmt::format("{} {} is installed, nothing to do", version_.product, version_.from);
    }
    return {};
  }

  Status cluster_says(Result<VersionChoice> version) {
    if (!version && is_of_cluster(version.error())) {
      return failure(as_unreachable(std::move(version.error()), session_->cluster));
    }
    UPSHIFT_ASSIGN(version_, std::move(version));
    return {};
  }

  Status run() {
    auto settings = plan_settings(settings_, StandIns::kRefuse);
    settings.via = version_request(arguments_).via;
    step_choice(arguments_).apply_to(settings);
    UPSHIFT_ASSIGN(plan_, plan::make_plan(session_->catalog, version_.product, version_.from, version_.to, settings));
    for (const auto& text : plan_.warnings) document_.diagnostics.push_back({Severity::kWarning, text, "", ""});
    UPSHIFT_ASSIGN(const auto product, make_product_http(arguments_, log_.get()));
    UPSHIFT_TRY(check_rights(*session_, plan_, document_.diagnostics));
    UPSHIFT_TRY(open_files());
    const Execution with{.session = *session_,
                         .arguments = arguments_,
                         .settings = settings_,
                         .journal = *journal_,
                         .files = *files_,
                         .http = product.get(),
                         .log = log_.get(),
                         .backup = document_.backup,
                         .patience = patience_};
    UPSHIFT_ASSIGN(const auto missing, missing_steps(plan_, with));
    if (!missing.empty()) {
      refuse_selection(missing, document_);
      return {};
    }
    UPSHIFT_ASSIGN(const auto result, carry_out(plan_, with, document_));
    document_.exit_status = result.exit_status();
    return document_.run.started() ? Status() : failure(StatusCode::kUnknown, result.summary);
  }

  Status open_files() {
    const std::filesystem::path directory = state_directory(session_->cluster);
    std::filesystem::path journal = arguments_.get("journal");
    if (journal.empty()) {
      UPSHIFT_TRY(make_private_directory(directory));
      journal = directory / "journal.db";
    }
    UPSHIFT_ASSIGN(journal_, journal::open_journal(journal, session_->keys));
    UPSHIFT_TRY(journal::check_target(*journal_, session_->cluster.display()));
    std::filesystem::path backup = arguments_.get("backup-dir");
    if (backup.empty()) backup = journal.parent_path() / ("backup-" + time_stamp(SystemClock().now()));
    files_ = engine::make_directory_file_store(backup);
    document_.journal = journal.string();
    document_.backup = backup.string();
    return {};
  }

  const Arguments& arguments_;
  config::Settings settings_;
  Duration patience_{};
  std::unique_ptr<EventSink> log_;
  std::unique_ptr<LiveSession> session_;
  VersionChoice version_;
  plan::Plan plan_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<engine::FileStore> files_;
  report::Document document_;
};

Result<int> run(const Arguments& arguments) {
  return LiveRun(arguments).execute();
}

}  // namespace

const Command& run_command() {
  static const Command kCommand{
      "run",
      "carries out the upgrade on a live project",
      "[OPTION…]",
      "Finds the version that is installed in the project, checks that the user may do all\n"
      "that the plan needs, and carries out every step up to the wanted version. Each change\n"
      "stands in the journal with the old value before it is sent. Rehearse first:\n"
      "`upshift rehearse --live`. Ctrl-C stops between two changes; `upshift resume` goes on.\n",
      "  upshift run -n 3scale --set registry.credentials-file=config.json\n"
      "  upshift run -n 3scale --until 2.5-2.6/objects\n"
      "  upshift run -n 3scale --to 2.6 --yes-to '*/manual-routes' --log-file upgrade.log\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
