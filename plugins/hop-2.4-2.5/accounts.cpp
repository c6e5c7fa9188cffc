#include "accounts.hpp"

#include <string>

#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::hop_2_4_2_5 {
namespace {

using sdk::Json;

// The accounts that the task could not update: it says so and ends as if all were well.
std::string failed_accounts(const std::string& output) {
  constexpr std::string_view kWords = "Failed update of first_admin_id for Account #";
  std::string ids;
  for (std::size_t at = output.find(kWords); at != std::string::npos; at = output.find(kWords, at + 1)) {
    const std::size_t first = at + kWords.size();
    const std::size_t end = output.find_first_not_of("0123456789", first);
    ids += (ids.empty() ? "" : ", ") + output.substr(first, end == std::string::npos ? end : end - first);
  }
  return ids;
}

}  // namespace

sdk::CheckResult UpdateAccounts::check(sdk::Context& c) {
  const Json app = c.require("DeploymentConfig", "system-app");
  const Json system = c.require("ImageStream", "amp-system");
  const Json* latest = threescale::tag(system, "latest");
  const std::string followed = latest != nullptr ? sdk::string_at(*latest, "/from/name") : "";
  // The column is there once the hook of 2.5 has migrated the database.
  if (!threescale::uses_oracle(c) && !threescale::is_newer(followed, "2.4")) {
    return sdk::blocked("amp-system:latest follows " + followed + "; the task is there from 2.5 on");
  }
  if (!threescale::runs(app, system, "latest")) return sdk::blocked("system-app does not run amp-system:latest yet");
  if (sdk::int_at(app, "/status/availableReplicas") == 0) {
    return sdk::blocked("no pod of DeploymentConfig/system-app is available to run the task in; scale it up first");
  }
  // Only the application's database knows; doing it again updates nothing.
  return sdk::pending("accounts may lack the id of their first administrator");
}

sdk::ApplyResult UpdateAccounts::apply(sdk::Context& c) {
  const auto result = c.exec_in_deployment("system-app", "system-master",
                                           {"bash", "-c", "bundle exec rake user:update_all_first_admin_id"});
  const std::string failed = failed_accounts(result.standard_output + "\n" + result.standard_error);
  if (result.exit_code != 0 || !failed.empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       failed.empty() ? "the maintenance of the accounts ended with " + std::to_string(result.exit_code)
                                      : "the first administrator was not found of the accounts " + failed,
                       failed.empty() ? "What it wrote is in the log. Run the step again once the cause is mended."
                                      : "See to it that each has an active administrator, then run the step again.",
                       "system-app");
  }
  return sdk::applied("each account knows its first administrator");
}

sdk::UndoResult UpdateAccounts::undo(sdk::Context&) {
  return sdk::undone("the ids stay: 2.4 does not read them");
}

}  // namespace upshift::hop_2_4_2_5
