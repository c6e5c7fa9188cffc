#include "threescale/environment.hpp"

#include <algorithm>

namespace upshift::threescale {

std::optional<Owner> owner_of(const Json& deployment_config, const Place& place) {
  Owner owner;
  owner.pointer = place.list;
  if (!place.container.empty()) {
    const auto index = sdk::index_of(sdk::array_at(deployment_config, place.list), place.container);
    if (!index) return std::nullopt;
    owner.pointer += "/" + std::to_string(*index);
    owner.guard.push_back({{"op", "test"}, {"path", owner.pointer + "/name"}, {"value", place.container}});
  }
  owner.object = sdk::find(deployment_config, owner.pointer);
  if (owner.object == nullptr) return std::nullopt;
  return owner;
}

Json body(const Env& variable) {
  Json from;
  if (variable.source == Source::kField) {
    from = {{"fieldRef", {{"fieldPath", variable.key}}}};
  } else {
    const char* reference = variable.source == Source::kSecret ? "secretKeyRef" : "configMapKeyRef";
    from = {{reference, {{"name", variable.object}, {"key", variable.key}}}};
  }
  return {{"name", variable.name}, {"valueFrom", std::move(from)}};
}

bool is_as_wanted(const Json& present, const Env& variable) {
  if (variable.source == Source::kField) {
    return sdk::string_at(present, "/valueFrom/fieldRef/fieldPath") == variable.key;
  }
  const std::string reference =
      variable.source == Source::kSecret ? "/valueFrom/secretKeyRef" : "/valueFrom/configMapKeyRef";
  return sdk::string_at(present, reference + "/name") == variable.object &&
         sdk::string_at(present, reference + "/key") == variable.key;
}

Json missing_variables(const Owner& owner, std::span<const Env> variables) {
  Json operations = Json::array();
  const Json& env = sdk::array_at(*owner.object, "/env");
  if (env.empty()) operations.push_back({{"op", "add"}, {"path", owner.pointer + "/env"}, {"value", Json::array()}});
  for (const Env& variable : variables) {
    if (sdk::named(env, variable.name) != nullptr) continue;
    operations.push_back({{"op", "add"}, {"path", owner.pointer + "/env/-"}, {"value", body(variable)}});
  }
  const bool only_the_list = env.empty() && operations.size() == 1;
  return only_the_list ? Json::array() : operations;
}

std::string describe(const Place& place) {
  return place.container.empty() ? "the pre hook" : "container " + std::string(place.container);
}

namespace {

Json append(Json list, const Json& more) {
  for (const Json& each : more) list.push_back(each);
  return list;
}

Json operations_for(const Json& deployment_config, std::span<const Target> targets) {
  Json operations = Json::array();
  for (const Target& target : targets) {
    const auto owner = owner_of(deployment_config, target.place);
    if (!owner) continue;
    if (const Json added = missing_variables(*owner, target.variables); !added.empty()) {
      operations = append(append(std::move(operations), owner->guard), added);
    }
    operations = append(std::move(operations), unliteral_release(deployment_config, target.place));
  }
  return operations;
}

void warn_of_own_values(sdk::Context& c, const std::string& name, const Json& dc, const Target& target,
                        const std::string& version) {
  const auto owner = owner_of(dc, target.place);
  if (!owner) {
    c.warn("DeploymentConfig/" + name + " has no " + describe(target.place) + "; it gets no new environment there", {},
           name);
    return;
  }
  for (const Env& variable : target.variables) {
    const Json* present = sdk::named(sdk::array_at(*owner->object, "/env"), variable.name);
    if (present == nullptr || is_as_wanted(*present, variable)) continue;
    const std::string key(variable.key);
    c.warn(std::string(variable.name) + " of " + describe(target.place) + " in DeploymentConfig/" + name +
               " is set to something of its own and is kept",
           "Version " + version + " reads it from " +
               (variable.object.empty() ? key : std::string(variable.object) + ", key " + key) +
               ". See whether the own value still is right.",
           name);
  }
}

}  // namespace

Json unliteral_release(const Json& deployment_config, const Place& place) {
  Json operations = Json::array();
  const auto owner = owner_of(deployment_config, place);
  if (!owner) return operations;
  const auto index = sdk::index_of(sdk::array_at(*owner->object, "/env"), "AMP_RELEASE");
  if (!index) return operations;
  const Json& present = (*owner->object)["env"][*index];
  if (sdk::find(present, "/value") == nullptr) return operations;
  const std::string pointer = owner->pointer + "/env/" + std::to_string(*index);
  operations.push_back({{"op", "test"}, {"path", pointer + "/name"}, {"value", "AMP_RELEASE"}});
  operations.push_back({{"op", "replace"}, {"path", pointer}, {"value", body(kRelease)}});
  return operations;
}

AddEnvironment::AddEnvironment(std::string deployment_config, std::span<const Addition> additions,
                               std::string_view version)
    : deployment_config_(std::move(deployment_config)), version_(version) {
  for (const Addition& addition : additions) {
    for (const Place& place : addition.places) {
      auto target = std::find_if(targets_.begin(), targets_.end(), [&](const Target& each) {
        return each.place.list == place.list && each.place.container == place.container;
      });
      if (target == targets_.end()) target = targets_.insert(targets_.end(), {place, {}});
      target->variables.insert(target->variables.end(), addition.variables.begin(), addition.variables.end());
    }
  }
}

sdk::CheckResult AddEnvironment::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", deployment_config_);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/" + deployment_config_);
  for (const Target& target : targets_) warn_of_own_values(c, deployment_config_, *dc, target, version_);
  if (!operations_for(*dc, targets_).empty()) {
    return sdk::pending("DeploymentConfig/" + deployment_config_ + " lacks environment variables of " + version_);
  }
  if (rolls_out() && !is_settled(*dc)) return sdk::pending(deployment_config_ + " is still rolling out");
  return sdk::done("the environment of DeploymentConfig/" + deployment_config_ + " is complete");
}

sdk::ApplyResult AddEnvironment::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", deployment_config_);
  const Json operations = operations_for(dc, targets_);
  std::size_t added = 0;
  for (const Json& each : operations) {
    if (sdk::string_at(each, "/op") == "add" && sdk::string_at(each, "/path").ends_with("/env/-")) ++added;
  }
  if (!operations.empty()) c.patch_json("DeploymentConfig", deployment_config_, operations);
  sdk::ApplyResult result = sdk::applied("added " + std::to_string(added) +
                                         " environment variables to DeploymentConfig/" + deployment_config_);
  if (rolls_out()) result.await(sdk::rollout(deployment_config_));
  return result;
}

sdk::VerifyResult AddEnvironment::verify(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", deployment_config_);
  if (!operations_for(dc, targets_).empty()) {
    throw sdk::Failure(sdk::Status::kFailedPrecondition,
                       "DeploymentConfig/" + deployment_config_ + " lacks environment variables that were just added",
                       "Somebody else writes this DeploymentConfig; find out who, then run the step again.");
  }
  return sdk::verified("every variable is there once");
}

}  // namespace upshift::threescale
