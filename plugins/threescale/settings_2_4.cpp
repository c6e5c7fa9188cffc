#include "threescale/settings_2_4.hpp"

#include <algorithm>

#include "threescale/deployments.hpp"
#include "threescale/installation.hpp"

namespace upshift::threescale {
namespace {

std::optional<std::string> value_in(const Json* object, std::string_view kind, std::string_view key) {
  if (object == nullptr) return std::nullopt;
  if (kind == "Secret") return sdk::secret_value(*object, key);
  const Json& data = sdk::object_at(*object, "/data");
  const auto found = data.find(std::string(key));
  return found != data.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

// What a container sees in the variable: the literal, or through a reference.
std::optional<std::string> seen_value(Snapshot& objects, const Json& variable) {
  if (const Json* literal = sdk::find(variable, "/value")) {
    return literal->is_string() ? std::optional(literal->get<std::string>()) : std::nullopt;
  }
  for (const auto& [reference, kind] :
       {std::pair{"/valueFrom/secretKeyRef", "Secret"}, std::pair{"/valueFrom/configMapKeyRef", "ConfigMap"}}) {
    const Json* from = sdk::find(variable, reference);
    if (from == nullptr) continue;
    return value_in(objects.get(kind, sdk::string_at(*from, "/name")), kind, sdk::string_at(*from, "/key"));
  }
  // A variable without any source is empty; the server leaves out an empty literal.
  return sdk::find(variable, "/valueFrom") == nullptr ? std::optional<std::string>("") : std::nullopt;
}

bool is_literal(const Json& variable) {
  return sdk::find(variable, "/valueFrom") == nullptr;
}

// Calls look(place, its owner, variables, whether they are carried) for each row of the table whose place exists.
template <typename Look>
void for_each_place(const Json& dc, const DeploymentChange& change, Look&& look) {
  for (const auto& [additions, is_carried] : {std::pair{change.environment, false}, std::pair{change.carried, true}}) {
    for (const Addition& addition : additions) {
      for (const Place& place : addition.places) {
        if (const auto owner = owner_of(dc, place)) look(place, *owner, addition.variables, is_carried);
      }
    }
  }
}

bool is_of(const Env& variable, const SettingsObject& object, std::string_view key) {
  return variable.object == object.name && variable.key == key &&
         (variable.source == Source::kSecret) == (object.kind == "Secret");
}

// What the first container that reads the setting runs with.
std::optional<std::string> running_value(Snapshot& objects, const SettingsObject& object, std::string_view key) {
  std::optional<std::string> value;
  for (const DeploymentChange& change : changes_of_2_4()) {
    const Json* dc = objects.get("DeploymentConfig", change.name);
    if (dc == nullptr) continue;
    for_each_place(*dc, change, [&](const Place&, const Owner& owner, std::span<const Env> variables, bool) {
      for (const Env& variable : variables) {
        if (value || !is_of(variable, object, key)) continue;
        const Json* present = sdk::named(sdk::array_at(*owner.object, "/env"), variable.name);
        if (present != nullptr && !is_as_wanted(*present, variable)) value = seen_value(objects, *present);
      }
    });
  }
  return value;
}

bool refers_to(const Json& env, const SettingsObject& object, std::string_view key) {
  const std::string reference = object.kind == "Secret" ? "/valueFrom/secretKeyRef" : "/valueFrom/configMapKeyRef";
  return std::any_of(env.begin(), env.end(), [&](const Json& variable) {
    return sdk::string_at(variable, reference + "/name") == object.name &&
           sdk::string_at(variable, reference + "/key") == key;
  });
}

bool is_referenced(Snapshot& objects, const SettingsObject& object, std::string_view key) {
  for (const Deployment& row : kDeployments) {
    const Json* dc = objects.get("DeploymentConfig", row.name);
    if (dc == nullptr) continue;
    for (const std::string_view list : {kContainers, kInitContainers}) {
      for (const Json& each : sdk::array_at(*dc, list)) {
        if (refers_to(sdk::array_at(each, "/env"), object, key)) return true;
      }
    }
    if (refers_to(sdk::array_at(*dc, std::string(kPreHook) + "/env"), object, key)) return true;
  }
  return false;
}

// Two of the settings are made of the token and of hosts that are the same in every installation.
std::optional<std::string> composed_value(Snapshot& objects, const SettingsObject& object, std::string_view key) {
  if (object.name != "system-master-apicast" || key == "ACCESS_TOKEN") return std::nullopt;
  const auto token = running_value(objects, object, "ACCESS_TOKEN");
  if (!token || token->empty()) return std::nullopt;
  return "http://" + *token + "@system-master:3000" + (key == "BASE_URL" ? "" : "/master/api/proxy/configs");
}

ObjectLack lack_of(Snapshot& objects, const SettingsObject& object) {
  ObjectLack lack;
  lack.object = &object;
  const Json* present = objects.get(object.kind, object.name);
  lack.exists = present != nullptr;
  for (const SettingKey& setting : object.keys) {
    const std::string key(setting.key);
    const auto there = value_in(present, object.kind, key);
    const auto running = running_value(objects, object, key);
    if (setting.key == kRelease.key) {
      // Stated here and not taken over: the containers get it with the images.
      if (!there || is_newer(setting.fallback, *there)) lack.data[key] = setting.fallback;
    } else if (there) {
      if (!running || *running == *there || is_referenced(objects, object, key)) continue;
      lack.data[key] = *running;
      lack.replaced.push_back(key);
    } else if (running) {
      lack.data[key] = *running;
    } else if (const auto composed = composed_value(objects, object, key)) {
      lack.data[key] = *composed;
    } else if (setting.fallback != nullptr) {
      lack.data[key] = setting.fallback;
      lack.assumed.push_back(key);
    } else if (!setting.is_carried) {
      lack.unknown.push_back(key);
    }
  }
  return lack;
}

// The literal is what the reference will give, once the objects are whole.
bool is_replaceable(Snapshot& objects, const Json& present, const Env& variable) {
  if (!is_literal(present)) return false;
  if (variable.name == kRelease.name) return true;
  const std::string_view kind = variable.source == Source::kSecret ? "Secret" : "ConfigMap";
  const auto there = value_in(objects.get(kind, variable.object), kind, variable.key);
  return there && there == seen_value(objects, present);
}

Json replace_operation(const Owner& owner, std::size_t index, const Env& variable) {
  const std::string pointer = owner.pointer + "/env/" + std::to_string(index);
  return Json::array({{{"op", "test"}, {"path", pointer + "/name"}, {"value", variable.name}},
                      {{"op", "replace"}, {"path", pointer}, {"value", body(variable)}}});
}

void append(Json& list, const Json& more) {
  for (const Json& each : more) list.push_back(each);
}

Json environment_operations(Snapshot& objects, const Json& dc, const DeploymentChange& change) {
  Json operations = Json::array();
  for_each_place(dc, change, [&](const Place&, const Owner& owner, std::span<const Env> variables, bool is_carried) {
    Json here = Json::array();
    const Json& env = sdk::array_at(*owner.object, "/env");
    for (const Env& variable : variables) {
      const auto index = sdk::index_of(env, variable.name);
      if (index && is_replaceable(objects, env[*index], variable)) {
        append(here, replace_operation(owner, *index, variable));
      }
    }
    if (!is_carried) append(here, missing_variables(owner, variables));
    if (here.empty()) return;
    append(operations, owner.guard);
    append(operations, here);
  });
  return operations;
}

Json command_operations(const Json& dc, const DeploymentChange& change) {
  Json operations = Json::array();
  for (const CommandChange& each : change.commands) {
    const auto owner = owner_of(dc, each.place);
    const Json before = Json(std::vector<std::string>(each.before.begin(), each.before.end()));
    if (!owner || sdk::array_at(*owner->object, "/command") != before) continue;
    append(operations, owner->guard);
    operations.push_back({{"op", "replace"},
                          {"path", owner->pointer + "/command"},
                          {"value", std::vector<std::string>(each.after.begin(), each.after.end())}});
  }
  for (const ValueChange& each : change.values) {
    const auto owner = owner_of(dc, each.place);
    const auto index = owner ? sdk::index_of(sdk::array_at(*owner->object, "/env"), each.variable) : std::nullopt;
    if (!index) continue;
    const std::string pointer = owner->pointer + "/env/" + std::to_string(*index) + "/value";
    if (sdk::string_at(dc, pointer) != each.before) continue;
    append(operations, owner->guard);
    operations.push_back({{"op", "test"}, {"path", pointer}, {"value", each.before}});
    operations.push_back({{"op", "replace"}, {"path", pointer}, {"value", each.after}});
  }
  return operations;
}

// The item by which the volume shows the new file; none where the volume shows all files, or is the user's own.
Json volume_operations(const Json& dc, const DeploymentChange& change) {
  Json operations = Json::array();
  const Json& volumes = sdk::array_at(dc, "/spec/template/spec/volumes");
  const auto index = sdk::index_of(volumes, "system-config");
  if (!change.has_service_discovery || !index) return operations;
  const Json& items = sdk::array_at(volumes[*index], "/configMap/items");
  if (items.empty() || sdk::named(items, "service_discovery.yml", "key") != nullptr) return operations;
  const std::string pointer = "/spec/template/spec/volumes/" + std::to_string(*index);
  operations.push_back({{"op", "test"}, {"path", pointer + "/name"}, {"value", "system-config"}});
  operations.push_back({{"op", "add"},
                        {"path", pointer + "/configMap/items/-"},
                        {"value", {{"key", "service_discovery.yml"}, {"path", "service_discovery.yml"}}}});
  return operations;
}

}  // namespace

bool is_wholly_carried(const SettingsObject& object) {
  return std::all_of(object.keys.begin(), object.keys.end(), [](const SettingKey& key) { return key.is_carried; });
}

std::vector<ObjectLack> lacking_settings(Snapshot& objects) {
  std::vector<ObjectLack> out;
  for (const SettingsObject& object : settings_objects()) {
    ObjectLack lack = lack_of(objects, object);
    const bool is_missed = !lack.exists && !is_wholly_carried(object);
    if (is_missed || !lack.data.empty() || !lack.unknown.empty()) out.push_back(std::move(lack));
  }
  return out;
}

Json operations_of_2_4(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change) {
  Json operations = environment_operations(objects, deployment_config, change);
  append(operations, command_operations(deployment_config, change));
  append(operations, volume_operations(deployment_config, change));
  return operations;
}

std::vector<std::string> own_values(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change) {
  std::vector<std::string> out;
  for_each_place(
      deployment_config, change, [&](const Place& place, const Owner& owner, std::span<const Env> variables, bool) {
        for (const Env& variable : variables) {
          const Json* present = sdk::named(sdk::array_at(*owner.object, "/env"), variable.name);
          if (present == nullptr || is_as_wanted(*present, variable) || is_replaceable(objects, *present, variable)) {
            continue;
          }
          out.push_back(std::string(variable.name) + " of " + describe(place));
        }
      });
  return out;
}

std::vector<std::string> own_commands(const Json& deployment_config, const DeploymentChange& change) {
  std::vector<std::string> out;
  const auto is = [](const Json& command, std::span<const std::string_view> words) {
    return command == Json(std::vector<std::string>(words.begin(), words.end()));
  };
  for (const CommandChange& each : change.commands) {
    const auto owner = owner_of(deployment_config, each.place);
    if (!owner) continue;
    const Json& command = sdk::array_at(*owner->object, "/command");
    if (!is(command, each.before) && !is(command, each.after)) out.push_back(describe(each.place));
  }
  return out;
}

bool has_literals_of_2_3(Snapshot& objects, const Json& deployment_config, const DeploymentChange& change) {
  for (const Addition& addition : change.environment) {
    for (const Place& place : addition.places) {
      const auto owner = owner_of(deployment_config, place);
      if (!owner) continue;
      for (const Env& variable : addition.variables) {
        // A literal release is what later guides wrote, whatever the origin.
        if (variable.name == kRelease.name) continue;
        const Json* present = sdk::named(sdk::array_at(*owner->object, "/env"), variable.name);
        if (present == nullptr || !is_literal(*present)) continue;
        const std::string_view kind = variable.source == Source::kSecret ? "Secret" : "ConfigMap";
        const auto there = value_in(objects.get(kind, variable.object), kind, variable.key);
        const SettingsObject target{kind, variable.object, "", {}};
        if (!there || *there == seen_value(objects, *present) || !is_referenced(objects, target, variable.key)) {
          return true;
        }
      }
    }
  }
  return false;
}

bool has_commands_of_2_3(const Json& deployment_config, const DeploymentChange& change) {
  return !command_operations(deployment_config, change).empty();
}

}  // namespace upshift::threescale
