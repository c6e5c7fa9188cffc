// The ConfigMaps and Secrets that 2.4 introduced for what 2.3 has as literals in its DeploymentConfigs, and the
// references that took the literals' place.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "threescale/environment.hpp"
#include "threescale/snapshot.hpp"

namespace upshift::threescale {

// A key of such an object. fallback: what the product's template has where nothing in the project tells the value;
// nullptr where only the installation itself can tell. is_carried: a key of some variants alone, file storage in S3 for
// instance: made where a container runs with it, and missed nowhere.
struct SettingKey {
  std::string_view key;
  const char* fallback;
  bool is_carried = false;
};
struct SettingsObject {
  std::string_view kind, name, component;
  std::span<const SettingKey> keys;
};
std::span<const SettingsObject> settings_objects();
// No installation misses the object: some variants have it.
bool is_wholly_carried(const SettingsObject& object);

// A command of a container as the template of 2.3 has it, and as that of 2.4 has it.
struct CommandChange {
  Place place;
  std::span<const std::string_view> before, after;
};
struct ValueChange {
  Place place;
  std::string_view variable, before, after;
};
// What 2.4 changed in one DeploymentConfig.
struct DeploymentChange {
  std::string_view name;
  std::span<const Addition> environment;
  std::span<const CommandChange> commands = {};
  std::span<const ValueChange> values = {};
  // Turned into references where a container has them, added nowhere.
  std::span<const Addition> carried = {};
  // Its volume system-config has the item service_discovery.yml.
  bool has_service_discovery = false;
};
std::span<const DeploymentChange> changes_of_2_4();
const DeploymentChange& change_of_2_4(std::string_view deployment_config);

// What an object lacks. data: texts by key, already without what is there.
struct ObjectLack {
  const SettingsObject* object = nullptr;
  bool exists = false;
  Json data = Json::object();
  std::vector<std::string> replaced;  // keys whose value nothing read and which differ from what runs
  std::vector<std::string> unknown;   // keys of which nothing tells the value
  std::vector<std::string> assumed;   // keys whose value is the template's, as nothing tells another
};
// The objects that lack something, by what the containers run with. A value that something refers to already is left
// alone; one that nothing refers to and that differs from what runs is a generated one, which would lock the
// application out of its own data.
std::vector<ObjectLack> lacking_settings(Snapshot& objects);

// The JSON patch that turns the literals of a DeploymentConfig into references, adds what 2.4 added, and takes over the
// commands of 2.4; empty where nothing is to do. A literal that differs from what its reference would give is the
// user's and stays.
Json operations_of_2_4(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change);
// The variables that are kept because they are the user's own: "THREESCALE_SUPERDOMAIN of container system-sidekiq".
std::vector<std::string> own_values(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change);
// The places whose command is neither that of 2.3 nor that of 2.4, and is kept: "container check-svc".
std::vector<std::string> own_commands(const Json& deployment_config, const DeploymentChange& change);
// True where a literal of 2.3 is left that a reference is to replace.
bool has_literals_of_2_3(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change);
// True where a command or a value is left that is the template's of 2.3.
bool has_commands_of_2_3(const Json& deployment_config, const DeploymentChange& change);

}  // namespace upshift::threescale
