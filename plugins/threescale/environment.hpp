// Environment variables of a DeploymentConfig's containers and of its pre hook.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "threescale/objects.hpp"

namespace upshift::threescale {

enum class Source { kSecret, kConfigMap, kField };

// name reads `key` of Secret or ConfigMap `object`, or the pod's own field `key`.
struct Env {
  std::string_view name;
  Source source;
  std::string_view object, key;
};

// Whose environment it is. container: empty for the pre hook, which has no containers.
struct Place {
  std::string_view list, container;
};

// A set of variables for a set of places of one DeploymentConfig.
struct Addition {
  std::span<const Place> places;
  std::span<const Env> variables;
};

// The object of a place with its JSON pointer, and the patch operation that makes sure of it: lists are addressed by
// index, and somebody may have changed them since they were read. Borrows from the DeploymentConfig.
struct Owner {
  const Json* object = nullptr;
  std::string pointer;
  Json guard = Json::array();
};
std::optional<Owner> owner_of(const Json& deployment_config, const Place& place);
// "the pre hook" or "container zync".
std::string describe(const Place& place);

// The variable as it stands in an env list.
Json body(const Env& variable);
bool is_as_wanted(const Json& present, const Env& variable);
// JSON patch operations that add the variables which the place lacks; empty where there is nothing to add.
Json missing_variables(const Owner& owner, std::span<const Env> variables);
// JSON patch operations that turn a literal AMP_RELEASE of `place` into the reference; empty where there is none.
Json unliteral_release(const Json& deployment_config, const Place& place);

inline constexpr Env kRelease = {"AMP_RELEASE", Source::kConfigMap, "system-environment", "AMP_RELEASE"};

// One place with every variable it is to have.
struct Target {
  Place place;
  std::vector<Env> variables;
};

// Adds the variables that are missing, and nothing else: one that is there with another source is the user's and is
// kept with a warning. An AMP_RELEASE that was written as a literal is turned back into what the template has, a
// reference to ConfigMap/system-environment: here, because these steps roll the same pods out anyway, so that stating
// the release costs no rollout of its own.
class AddEnvironment : public sdk::Step {
 public:
  // version: the one that brought the variables, for people.
  AddEnvironment(std::string deployment_config, std::span<const Addition> additions, std::string_view version);

  sdk::CheckResult check(sdk::Context& c) override;
  sdk::ApplyResult apply(sdk::Context& c) override;
  sdk::VerifyResult verify(sdk::Context& c) override;

 private:
  // The hook's environment is outside the pod template: changing it rolls nothing out.
  bool rolls_out() const { return targets_.front().place.list != kPreHook; }

  std::string deployment_config_, version_;
  std::vector<Target> targets_;
};

}  // namespace upshift::threescale
