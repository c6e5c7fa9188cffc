#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "base/file.hpp"
#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/rehearsal.hpp"
#include "cli/rehearsal_options.hpp"
#include "report/document.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  add_rehearsal_options(set);
  set.group("What comes out")
      .flag("diff", "show every change of every step as a diff, secrets hidden")
      .value("save-state", "FILE", "write the project as it is at the end, a List (mode 0600: it holds Secrets)")
      .value("journal", "FILE", "keep the journal in a file; default: in memory");
  add_log_options(set);
  add_general_options(set);
  return set;
}

// That the state cannot be saved is found before anything is begun.
Status check_writable(const std::filesystem::path& file) {
  if (file.empty()) return {};
  std::error_code error;
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (std::filesystem::is_directory(file, error)) {
    return failure(StatusCode::kInvalidArgument, fmt::format("--save-state: '{}' is a directory", file.string()));
  }
  if (!std::filesystem::is_directory(parent, error)) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("--save-state: there is no directory '{}'", parent.string()));
  }
  if (::access(parent.c_str(), W_OK) != 0) {
    return failure(StatusCode::kPermissionDenied, fmt::format("--save-state: cannot write in '{}'", parent.string()));
  }
  return {};
}

std::string nothing_to_do(const VersionChoice& version) {
  return fmt::format("{} {} is installed, nothing to do", version.product, version.from);
}

class RehearseRun {
 public:
  explicit RehearseRun(const Arguments& arguments) : arguments_(arguments) {}

  Result<int> execute() {
    const std::filesystem::path save_state = arguments_.get("save-state");
    UPSHIFT_TRY(check_writable(save_state));
    UPSHIFT_ASSIGN(RehearsalRequest request, rehearsal_request(arguments_));
    request.journal = arguments_.get("journal");
    settings_ = request.settings;
    UPSHIFT_ASSIGN(const auto rehearsal, Rehearsal::prepare(std::move(request), nullptr));
    document_.command = "rehearse";
    document_.detection = rehearsal->version().detection;
    document_.diagnostics = rehearsal->warnings();
    if (!rehearsal->version().nothing_to_do) {
      UPSHIFT_ASSIGN(const auto missing, rehearsal->missing());
      if (!missing.empty()) refuse_selection(missing, document_);
      if (missing.empty()) UPSHIFT_TRY(run(*rehearsal));
    } else {
      document_.summary = nothing_to_do(rehearsal->version());
    }
    if (!save_state.empty()) {
      UPSHIFT_TRY(write_private_file(save_state, to_text(rehearsal->project(), 2) + "\n"));
      document_.saved_state = save_state.string();
    }
    print(rehearsal->version());
    return document_.exit_status;
  }

 private:
  Status run(Rehearsal& rehearsal) {
    catch_interrupts();
    UPSHIFT_ASSIGN(const auto log, make_log(settings_));
    auto progress = make_progress(settings_, arguments_.has("quiet"));
    EventFan events;
    events.add(&document_.run);
    events.add(progress.sink.get());
    events.add(log.get());
    UPSHIFT_ASSIGN(const engine::RunResult result, rehearsal.run(events));
    progress.sink.reset();
    document_.exit_status = result.exit_status();
    document_.stand_ins = rehearsal.stand_ins();
    if (!document_.run.started()) {
      return failure(StatusCode::kUnknown, result.summary);
    }
    document_.with_changes = arguments_.has("diff");
    if (document_.with_changes) {
      UPSHIFT_ASSIGN(document_.changes, rehearsal.changes());
    }
    return {};
  }

  void print(const VersionChoice& version) const {
    if (settings_.output == "json") {
      std::cout << to_text(report::to_json_report(document_), 2) << "\n";
      return;
    }
    if (version.nothing_to_do) std::cout << nothing_to_do(version) << "\n";
    std::cout << report::to_text_report(document_, look_of(STDOUT_FILENO, settings_.colour));
    if (version.nothing_to_do && !document_.saved_state.empty()) {
      std::cout << "The project's state is in " << document_.saved_state << ".\n";
    }
  }

  const Arguments& arguments_;
  config::Settings settings_;
  report::Document document_;
};

Result<int> run(const Arguments& arguments) {
  if (asks_for_samples(arguments)) {
    print_samples();
    return kExitDone;
  }
  return RehearseRun(arguments).execute();
}

}  // namespace

const Command& rehearse_command() {
  static const Command kCommand{
      "rehearse",
      "carries out the whole upgrade on an emulated project in memory",
      "[OPTION…]",
      "Loads an installation into an emulated OpenShift project, finds the installed version\n"
      "and carries out every step up to the wanted one, with the plugins that a real run\n"
      "would use. Time is virtual, nothing outside the program is touched. What only a real\n"
      "run needs is stood in for and listed at the end. Without a manifest the built-in\n"
      "sample is upgraded.\n",
      "  upshift rehearse\n"
      "  upshift rehearse --manifest amp.yml --param WILDCARD_DOMAIN=example.com --to 2.6\n"
      "  oc get dc,is,secret,cm,svc,route,sa,pvc -o json | upshift rehearse --manifest - --diff\n"
      "  upshift rehearse --manifest project/ --save-state after.json --output json\n"
      "  upshift rehearse --live -n 3scale --diff\n"
      "  upshift rehearse --until '2.5-2.6/images' --skip tag:backup\n"
      "  upshift rehearse --only 2.5-2.6/images/amp-zync --with-prerequisites\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
