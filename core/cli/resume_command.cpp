#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/common.hpp"
#include "cli/interrupt.hpp"
#include "cli/journaled_upgrade.hpp"
#include "cli/live_execution.hpp"
#include "cli/parameter_values.hpp"
#include "cli/product_http.hpp"
#include "plan/record.hpp"

namespace upshift::cli {
namespace {

OptionSet options() {
  OptionSet set;
  set.group("What is carried on").value("namespace,n", "NAME", "the project; default: the kubeconfig's");
  set.value("journal", "FILE", "default: the project's own, under $XDG_STATE_HOME");
  set.list("set", "NAME=VALUE", "a secret parameter that a journal of an earlier upshift did not keep; repeatable");
  add_continuation_options(set);
  return set;
}

// Why there is nothing to resume, or "".
Result<std::string> nothing_to_do(const JournaledUpgrade& journaled) {
  if (journaled.rollback) {
    return failure(StatusCode::kFailedPrecondition, "a rollback of this upgrade was begun and has not ended well",
                   "`upshift rollback` goes on with it; `upshift run` begins the upgrade anew. Nothing was sent.");
  }
  if (journaled.rolled_back) return std::string("the upgrade was rolled back; `upshift run` begins it anew");
  if (journaled.upgrade.state != journal::RunState::kDone) return std::string();
  UPSHIFT_ASSIGN(const auto runs, journaled.journal->runs());
  // Taken back in part.
  if (runs.back().mode == "rollback") return std::string();
  return fmt::format("{} {} was reached, nothing to resume", journaled.upgrade.product, journaled.upgrade.to_version);
}

class Resumption {
 public:
  explicit Resumption(const Arguments& arguments) : arguments_(arguments) {}

  Result<int> execute() {
    catch_interrupts();
    UPSHIFT_ASSIGN(settings_, settings_of(arguments_));
    UPSHIFT_ASSIGN(log_, make_log(settings_));
    UPSHIFT_ASSIGN(session_, open_live_session(arguments_, settings_, log_.get()));
    document_.command = "resume";
    UPSHIFT_ASSIGN(const JournaledUpgrade journaled, open_journaled_upgrade(arguments_, *session_, document_));
    UPSHIFT_ASSIGN(document_.summary, nothing_to_do(journaled));
    if (document_.summary.empty()) UPSHIFT_TRY(resume(journaled));
    print_report(document_, settings_);
    return document_.exit_status;
  }

 private:
  // As it was recorded; made anew, with the recorded parameters, where an earlier upshift did not record all of it.
  Result<plan::Plan> plan_of(const JournaledUpgrade& journaled) {
    const auto& run = journaled.upgrade;
    if (!plan::is_whole(run.plan)) {
      document_.diagnostics.push_back({Severity::kWarning,
                                       "an earlier upshift wrote this journal: the plan was made anew",
                                       "What is over stays so; parameters are those of the run.", ""});
      UPSHIFT_ASSIGN(auto anew, plan::make_plan(session_->catalog, run.product, run.from_version, run.to_version,
                                                plan_settings(settings_, StandIns::kRefuse)));
      return plan::with_recorded_parameters(std::move(anew), run.plan);
    }
    if (arguments_.has("set")) {
      return failure(StatusCode::kInvalidArgument, "--set: the parameters are those that the run was begun with");
    }
    UPSHIFT_ASSIGN(auto secrets, journaled.journal->value(run.id, plan::kSecretParameters));
    return plan::plan_of_record(run.plan, secrets.value_or(Json::object()));
  }

  Status resume(const JournaledUpgrade& journaled) {
    UPSHIFT_ASSIGN(const plan::Plan plan, plan_of(journaled));
    UPSHIFT_ASSIGN(const auto product, make_product_http(arguments_, log_.get()));
    UPSHIFT_TRY(check_rights(*session_, plan, document_.diagnostics));
    UPSHIFT_ASSIGN(const Duration patience, patience_of(arguments_));
    const Execution with{.session = *session_,
                         .arguments = arguments_,
                         .settings = settings_,
                         .journal = *journaled.journal,
                         .files = *journaled.files,
                         .http = product.get(),
                         .log = log_.get(),
                         .backup = document_.backup,
                         .resumed = journaled.upgrade.id,
                         .patience = patience};
    UPSHIFT_ASSIGN(const auto result, carry_out(plan, with, document_));
    document_.exit_status = result.exit_status();
    return document_.run.started() ? Status() : failure(StatusCode::kUnknown, result.summary);
  }

  const Arguments& arguments_;
  config::Settings settings_;
  std::unique_ptr<EventSink> log_;
  std::unique_ptr<LiveSession> session_;
  report::Document document_;
};

Result<int> run(const Arguments& arguments) {
  return Resumption(arguments).execute();
}

}  // namespace

const Command& resume_command() {
  static const Command kCommand{
      "resume",
      "carries on an upgrade that was stopped",
      "[OPTION…]",
      "Goes on where the newest run in the journal was killed, interrupted, blocked or failed,\n"
      "with the plan and parameters that it was begun with. What was sent without an answer is\n"
      "looked up first; where somebody else has changed the same, a gate asks (--yes-to STEP).\n"
      "Steps that are over stay so.\n",
      "  upshift resume -n 3scale\n"
      "  upshift resume -n 3scale --yes-to '*/manual-routes' --log-file upgrade.log\n",
      options,
      run};
  return kCommand;
}

}  // namespace upshift::cli
