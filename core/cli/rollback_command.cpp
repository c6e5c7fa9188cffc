#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/journaled_upgrade.hpp"
#include "cli/live_execution.hpp"
#include "cli/product_http.hpp"
#include "cli/rollback_page.hpp"
#include "cli/selection_options.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is taken back")
      .value("namespace,n", "NAME", "the project; default: the kubeconfig's")
      .value("journal", "FILE", "default: the project's own, under $XDG_STATE_HOME")
      .value("to", "STEP", "the last step that stays; default: none does")
      .flag("dry-run", "tell what would be done, and send nothing")
      .value("on-conflict", "keep|ours",
             "what somebody else has changed since: keep leaves the object alone (default), ours takes it back all the "
             "same")
      .value("timeout", "DURATION", "for the rollouts that this causes; default: 60m");
  add_selector_options(set);
  add_continuation_options(set);
  return set;
}

Result<engine::RollbackRequest> request_of(const Arguments& arguments) {
  engine::RollbackRequest request;
  request.scope.to = arguments.get("to");
  request.scope.selection = step_choice(arguments).selection;
  const auto conflict = arguments.get("on-conflict");
  if (conflict == "ours") {
    request.scope.on_conflict = engine::OnConflict::kTakeWanted;
  } else if (!conflict.empty() && conflict != "keep") {
    return failure(StatusCode::kInvalidArgument, fmt::format("--on-conflict is '{}'", conflict), "it is keep or ours");
  }
  if (arguments.has("timeout")) {
    const auto budget = parse_duration(arguments.get("timeout"));
    if (!budget || budget->count() <= 0) {
      return failure(StatusCode::kInvalidArgument, fmt::format("--timeout is '{}'", arguments.get("timeout")),
                     "it is a duration such as 90s, 20m or 1h30m");
    }
    request.budget = *budget;
  }
  return request;
}

class LiveRollback {
 public:
  explicit LiveRollback(const Arguments& arguments) : arguments_(arguments) {}

  Result<int> execute() {
    catch_interrupts();
    UPSHIFT_ASSIGN(const auto request, request_of(arguments_));
    UPSHIFT_ASSIGN(settings_, settings_of(arguments_));
    UPSHIFT_ASSIGN(log_, make_log(settings_));
    UPSHIFT_ASSIGN(session_, open_live_session(arguments_, settings_, log_.get()));
    document_.command = "rollback";
    UPSHIFT_ASSIGN(const JournaledUpgrade journaled, open_journaled_upgrade(arguments_, *session_, document_));
    UPSHIFT_ASSIGN(const auto product, make_product_http(arguments_, log_.get()));
    UPSHIFT_ASSIGN(const Duration patience, patience_of(arguments_));
    const Execution with{.session = *session_,
                         .arguments = arguments_,
                         .settings = settings_,
                         .journal = *journaled.journal,
                         .files = *journaled.files,
                         .http = product.get(),
                         .log = log_.get(),
                         .mode = "rollback",
                         .backup = document_.backup,
                         .patience = patience};
    LiveEngine live(with, document_);
    if (!arguments_.has("dry-run")) UPSHIFT_TRY(live.lock("rollback of " + journaled.upgrade.product));
    UPSHIFT_ASSIGN(const auto plan, planned(live.dependencies(), request.scope));
    if (arguments_.has("dry-run")) return tell(plan);
    return roll_back(plan, live, request);
  }

 private:
  Result<engine::RollbackPlan> planned(const engine::Dependencies& with, const engine::RollbackScope& scope) {
    auto plan = engine::plan_rollback(with, scope);
    const bool refused =
        !plan && (plan.error().code == StatusCode::kNotFound || plan.error().code == StatusCode::kInvalidArgument);
    if (plan || refused) return plan;
    return failure(as_unreachable(std::move(plan.error()), session_->cluster));
  }

  bool wants_json() const { return settings_.output == "json"; }

  int tell(const engine::RollbackPlan& plan) const {
    std::cout << (wants_json() ? to_text(rollback_json(plan), 2) + "\n"
                               : rollback_text(plan, look_of(STDOUT_FILENO, settings_.colour)));
    return plan.conflicts.empty() ? kExitDone : kExitRollbackConflict;
  }

  Result<int> roll_back(const engine::RollbackPlan& plan, const LiveEngine& live,
                        const engine::RollbackRequest& request) {
    if (plan.steps.empty()) {
      document_.summary = "nothing is left to be taken back";
    } else {
      announce(plan);
      const auto result = engine::rollback(plan, live.dependencies(), request);
      document_.exit_status = live.lock_lost() ? kExitLocked : result.exit_status();
      for (auto& diagnostic : rollback_diagnostics(result)) document_.diagnostics.push_back(std::move(diagnostic));
      if (!document_.run.started()) return failure(StatusCode::kUnknown, result.summary);
    }
    print_report(document_, settings_);
    return document_.exit_status;
  }

  // Before anything is sent.
  void announce(const engine::RollbackPlan& plan) const {
    if (arguments_.has("quiet")) return;
    for (const auto& step : plan.points_of_no_return) {
      std::cerr << report::printable(fmt::format("point of no return: {}: {}", step.id, step.irreversible)) << "\n";
    }
    for (const auto& text : plan.left) std::cerr << report::printable("cannot be taken back: " + text) << "\n";
  }

  const Arguments& arguments_;
  config::Settings settings_;
  std::unique_ptr<EventSink> log_;
  std::unique_ptr<LiveSession> session_;
  report::Document document_;
};

Result<int> run(const Arguments& arguments) {
  return LiveRollback(arguments).execute();
}

}  // namespace

const Command& rollback_command() {
  static const Command kCommand{
      "rollback",
      "takes an upgrade back",
      "[OPTION…]",
      "Takes the changes of the newest upgrade in the journal back, the newest first. What\n"
      "somebody else has changed elsewhere in an object since stays; where the same was changed,\n"
      "the object is left alone and told, with status 4. Points of no return are listed before\n"
      "anything is sent, and each needs a word (--yes-to STEP). Stopped, it goes on when it is\n"
      "called again.\n",
      "  upshift rollback -n 3scale --dry-run\n"
      "  upshift rollback -n 3scale --to 2.5-2.6/backup/archive\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
