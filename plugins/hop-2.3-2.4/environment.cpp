#include "environment.hpp"

#include "threescale/settings_2_4.hpp"

namespace upshift::hop_2_3_2_4 {

using sdk::Json;
using threescale::Snapshot;

sdk::CheckResult ReferToSettings::check(sdk::Context& c) {
  Snapshot objects(c);
  const Json* dc = objects.get("DeploymentConfig", name_);
  if (dc == nullptr) return sdk::not_applicable("there is no DeploymentConfig/" + name_);
  const auto& change = threescale::change_of_2_4(name_);
  const Json operations = threescale::operations_of_2_4(objects, *dc, change);
  if (operations.empty()) {
    if (!threescale::is_settled(*dc)) return sdk::pending(name_ + " is still rolling out");
    return sdk::done("DeploymentConfig/" + name_ + " refers to the settings of 2.4");
  }
  // A pod whose reference leads nowhere never starts.
  for (const auto& lack : threescale::lacking_settings(objects)) {
    return sdk::blocked(std::string(lack.object->kind) + "/" + std::string(lack.object->name) +
                        " is missing or incomplete; run the stage 2.3-2.4/settings first");
  }
  for (const std::string& own : threescale::own_values(objects, *dc, change)) {
    c.warn(own + " in DeploymentConfig/" + name_ + " is a value of its own and is kept",
           "It differs from what the other containers run with, which is what the new reference would give.", name_);
  }
  for (const std::string& own : threescale::own_commands(*dc, change)) {
    c.warn(
        "the command of " + own + " in DeploymentConfig/" + name_ + " is the user's own and is kept",
        "2.4 waits for databases by the application's own means, wherever they are. See whether the own command still "
        "is right.",
        name_);
  }
  return sdk::pending("DeploymentConfig/" + name_ + " has settings of its own that 2.4 keeps in objects");
}

sdk::ApplyResult ReferToSettings::apply(sdk::Context& c) {
  Snapshot objects(c);
  const Json dc = c.require("DeploymentConfig", name_);
  const Json operations = threescale::operations_of_2_4(objects, dc, threescale::change_of_2_4(name_));
  std::size_t replaced = 0;
  for (const Json& each : operations) replaced += sdk::string_at(each, "/op") == "replace" ? 1U : 0U;
  if (!operations.empty()) c.patch_json("DeploymentConfig", name_, operations);
  return sdk::applied("DeploymentConfig/" + name_ + " refers to the settings of 2.4: " + std::to_string(replaced) +
                      " values replaced")
      .await(sdk::rollout(name_));
}

sdk::VerifyResult ReferToSettings::verify(sdk::Context& c) {
  Snapshot objects(c);
  const Json dc = c.require("DeploymentConfig", name_);
  if (!threescale::operations_of_2_4(objects, dc, threescale::change_of_2_4(name_)).empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       "DeploymentConfig/" + name_ + " has settings of its own again that were just replaced",
                       "Somebody else writes this DeploymentConfig; find out who, then run the step again.");
  }
  return sdk::verified("every setting of " + name_ + " comes from an object");
}

}  // namespace upshift::hop_2_3_2_4
