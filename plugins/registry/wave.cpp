#include "wave.hpp"

namespace upshift::registry {
namespace {

using sdk::Json;

std::string name_of(const Json& object) {
  return sdk::string_at(object, "/metadata/name");
}

std::string account_of(const Json& deployment_config) {
  const std::string name = sdk::string_at(deployment_config, "/spec/template/spec/serviceAccountName");
  return name.empty() ? sdk::string_at(deployment_config, "/spec/template/spec/serviceAccount", "default") : name;
}

bool is_settled(const Json& dc) {
  const auto wanted = sdk::int_at(dc, "/spec/replicas");
  return sdk::int_at(dc, "/status/observedGeneration") >= sdk::int_at(dc, "/metadata/generation") &&
         sdk::int_at(dc, "/status/updatedReplicas") >= wanted && sdk::int_at(dc, "/status/availableReplicas") >= wanted;
}

// A volume that does not outlive its pod although the pod writes to it as a database does.
void warn_of_volatile_data(sdk::Context& c, const Json& dc) {
  for (const Json& volume : sdk::array_at(dc, "/spec/template/spec/volumes")) {
    if (sdk::find(volume, "/emptyDir") == nullptr) continue;
    c.warn("DeploymentConfig/" + name_of(dc) + " keeps data in the emptyDir volume " + sdk::string_at(volume, "/name") +
               ": its rollout empties it",
           "Save what is in it first if nothing else can bring it back.", name_of(dc));
  }
}

}  // namespace

Wave::Members Wave::members(sdk::Context& c) const {
  Members out;
  for (const Json& name : c.parameter(parameter_)) {
    auto dc = c.get("DeploymentConfig", name.get<std::string>());
    if (!dc) continue;
    const std::string account = account_of(*dc);
    if (account == c.string_parameter("service-account")) {
      if (!is_settled(*dc)) out.unsettled.push_back(name_of(*dc));
      out.moved.push_back(name_of(*dc));
    } else if (account == "default") {
      out.to_move.push_back(*std::move(dc));
    } else {
      out.foreign.push_back(*std::move(dc));
    }
  }
  return out;
}

sdk::CheckResult Wave::check(sdk::Context& c) {
  const Members found = members(c);
  for (const Json& dc : found.foreign) {
    c.warn("DeploymentConfig/" + name_of(dc) + " runs as " + account_of(dc) + ", which is kept",
           "See to it that this account can pull with Secret/" + c.string_parameter("secret-name") +
               ": oc secrets link " + account_of(dc) + " " + c.string_parameter("secret-name") + " --for=pull",
           name_of(dc));
  }
  if (!found.to_move.empty()) {
    if (parameter_ == "databases") {
      for (const Json& dc : found.to_move) warn_of_volatile_data(c, dc);
    }
    return sdk::pending(std::to_string(found.to_move.size()) + " DeploymentConfig(s) run as the default account");
  }
  if (!found.unsettled.empty()) return sdk::pending(found.unsettled.front() + " is still rolling out");
  if (found.moved.empty() && found.foreign.empty()) return sdk::not_applicable("none of them is in the project");
  return sdk::done("all run as " + c.string_parameter("service-account") +
                   (found.foreign.empty() ? "" : " or as an account of their own"));
}

sdk::ApplyResult Wave::apply(sdk::Context& c) {
  const Members found = members(c);
  const std::string account = c.string_parameter("service-account");
  sdk::ApplyResult result = sdk::applied("");
  std::string names;
  for (const Json& dc : found.to_move) {
    // The server mirrors it to the deprecated field serviceAccount.
    c.patch_strategic("DeploymentConfig", name_of(dc),
                      {{"spec", {{"template", {{"spec", {{"serviceAccountName", account}}}}}}}});
    result.await(sdk::rollout(name_of(dc)));
    names += (names.empty() ? "" : ", ") + name_of(dc);
  }
  for (const std::string& name : found.unsettled) result.await(sdk::rollout(name));
  result.summary = names.empty() ? "wait for the rollouts that are under way" : account + " runs " + names;
  return result;
}

sdk::VerifyResult Wave::verify(sdk::Context& c) {
  const Members found = members(c);
  if (!found.to_move.empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       "DeploymentConfig/" + name_of(found.to_move.front()) + " still runs as the default account",
                       "Somebody has taken the change back; find out who, then run the step again.");
  }
  return sdk::verified("all of them run as " + c.string_parameter("service-account"));
}

}  // namespace upshift::registry
