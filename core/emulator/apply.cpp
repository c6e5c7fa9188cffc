#include "emulator/apply.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "cluster/schema.hpp"
#include "emulator/api.hpp"
#include "emulator/field_set.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

// Who has written an object before anybody applied something to it.
constexpr const char* kBefore = "before-first-apply";

struct ManagerName {
  std::string name;
  std::string operation;  // "Apply", "Update"
  auto operator<=>(const ManagerName&) const = default;
};
using Managers = std::map<ManagerName, FieldSet>;

Managers managers_of(const std::string& kind, const Json& object) {
  Managers out;
  for (const Json& entry : array_at(object, "/metadata/managedFields")) {
    out[{string_at(entry, "/manager"), string_at(entry, "/operation")}] =
        fields_from_json(object_at(entry, "/fieldsV1"));
  }
  if (out.empty() && !object.is_null()) out[{kBefore, "Update"}] = fields_of_object(kind, object);
  return out;
}

Json to_json(const Managers& managers, const std::string& api_version, const std::string& now) {
  Json out = Json::array();
  for (const auto& [manager, fields] : managers) {
    if (fields.empty()) continue;
    out.push_back({{"manager", manager.name},
                   {"operation", manager.operation},
                   {"apiVersion", api_version},
                   {"time", now},
                   {"fieldsType", "FieldsV1"},
                   {"fieldsV1", fields_to_json(fields)}});
  }
  return out;
}

bool differs(const Json& left, const Json& right, const FieldPath& path) {
  if (path.back() == ".") return false;
  const Json* one = field_value(left, path);
  const Json* other = field_value(right, path);
  return one == nullptr || other == nullptr ? one != other : *one != *other;
}

struct Conflict {
  ManagerName manager;
  FieldPath field;
};

std::vector<Conflict> conflicts_of(const Managers& managers, const ManagerName& self, const Json& live,
                                   const Json& applied, const FieldSet& wanted) {
  std::vector<Conflict> out;
  for (const auto& [manager, fields] : managers) {
    if (manager == self) continue;
    for (const FieldPath& field : fields) {
      if (wanted.contains(field) && differs(live, applied, field)) out.push_back({manager, field});
    }
  }
  return out;
}

Response refused(const std::vector<Conflict>& conflicts) {
  Json causes = Json::array();
  for (const Conflict& conflict : conflicts) {
    causes.push_back({{"reason", "FieldManagerConflict"},
                      {"message", fmt::format("conflict with \"{}\"", conflict.manager.name)},
                      {"field", field_text(conflict.field)}});
  }
  const std::string count = fmt::format("{} conflict{}", conflicts.size(), conflicts.size() == 1 ? "" : "s");
  return status_failure(409, "Conflict", "Apply failed with " + count, {{"causes", std::move(causes)}});
}

// What the manager had applied before and no longer does is gone, unless it is somebody else's as well.
void give_up(const Managers& managers, const ManagerName& self, const FieldSet& wanted, Json& object) {
  const auto own = managers.find(self);
  if (own == managers.end()) return;
  // A map that was applied as empty before now has members.
  const auto is_opened = [&](const FieldPath& field) {
    const auto next = wanted.upper_bound(field);
    return next != wanted.end() && next->size() > field.size() && std::equal(field.begin(), field.end(), next->begin());
  };
  std::vector<FieldPath> gone;
  for (const FieldPath& field : own->second) {
    const bool shared = std::any_of(managers.begin(), managers.end(), [&](const auto& other) {
      return other.first != self && other.second.contains(field);
    });
    if (!wanted.contains(field) && !shared && !is_opened(field)) gone.push_back(field);
  }
  // Items before what is in them, since whoever drops an item drops it whole.
  for (const FieldPath& field : gone) {
    if (field_value(object, field) != nullptr) remove_field(object, field);
  }
}

std::optional<Response> check_applied(const ObjectRef& ref, const Json& body) {
  if (!body.is_object()) return bad_request("error decoding YAML: an object is expected");
  if (string_at(body, "/apiVersion").empty() || string_at(body, "/kind").empty()) {
    return bad_request("couldn't get version/kind; Object 'Kind' and 'apiVersion' must be given");
  }
  if (!array_at(body, "/metadata/managedFields").empty()) return bad_request("metadata.managedFields must be nil");
  const std::string kind = string_at(body, "/kind");
  if (kind != ref.type.kind) {
    return bad_request(fmt::format("invalid object type: {}, expected {}", kind, ref.type.kind));
  }
  const std::string name = string_at(body, "/metadata/name", ref.name);
  if (name != ref.name) {
    return bad_request(fmt::format("name in URL does not match name in the body: {}, {}", ref.name, name));
  }
  return std::nullopt;
}

Response create_applied(Store& store, const ObjectRef& ref, Json body, const ManagerName& self,
                        const WriteOptions& options) {
  body["metadata"]["name"] = ref.name;
  if (!string_at(body, "/metadata/uid").empty()) {
    return conflict(ref.type, ref.name,
                    "uid mismatch: the provided object specified a uid, and no existing object was "
                    "found");
  }
  const FieldSet wanted = fields_of_object(ref.type.kind, body);
  Response made = create_object(store, ref.type, ref.name_space, body, options);
  if (!made.ok()) return made;
  const std::string now = to_rfc3339(store.clock().now());
  made.body["metadata"]["managedFields"] = to_json({{self, wanted}}, ref.type.api_version(), now);
  if (!options.dry_run) {
    const Json* stored = store.get(ref);
    if (stored != nullptr) {
      Json next = *stored;
      next["metadata"]["managedFields"] = made.body["metadata"]["managedFields"];
      made.body = store.update(ref, std::move(next));
    }
  }
  return made;
}

}  // namespace

Response apply_object(Store& store, const ObjectRef& ref, const cluster::Request& request,
                      const WriteOptions& options) {
  const Json& body = request.body;
  const std::string& kind = ref.type.kind;
  if (auto wrong = check_applied(ref, body)) return *wrong;
  auto decoded = cluster::conform(kind, body);
  if (!decoded) {
    return status_failure(500, {}, "failed to create typed patch object: " + decoded.error().summary);
  }
  const ManagerName self{request.query_value("fieldManager"), "Apply"};
  const Json* found = store.get(ref);
  if (found == nullptr) return create_applied(store, ref, body, self, options);
  const Json live = *found;
  Json applied = body;
  if (applied.contains("metadata")) applied["metadata"].erase("resourceVersion");
  const std::string version = string_at(body, "/metadata/resourceVersion");
  if (!version.empty() && version != string_at(live, "/metadata/resourceVersion")) {
    return modified_since(ref.type, ref.name);
  }
  const FieldSet wanted = fields_of_object(kind, applied);
  Managers managers = managers_of(kind, live);
  const auto conflicts = conflicts_of(managers, self, live, applied, wanted);
  const bool force = request.query_value("force") == "true";
  if (!conflicts.empty() && !force) return refused(conflicts);
  for (const Conflict& lost : conflicts) managers[lost.manager].erase(lost.field);
  Json next = merge_applied(kind, live, applied);
  give_up(managers, self, wanted, next);
  managers[self] = wanted;
  next["metadata"].erase("managedFields");
  const WriteOptions counted{options.dry_run, options.status_only,
                             to_json(managers, ref.type.api_version(), to_rfc3339(store.clock().now()))};
  return replace_object(store, ref, next, counted);
}

Json managers_after_write(const std::string& kind, const Json& before, const Json& after, const std::string& manager,
                          const std::string& now) {
  if (array_at(before, "/metadata/managedFields").empty()) return nullptr;
  Managers managers = managers_of(kind, before);
  FieldSet changed;
  for (const FieldPath& field : fields_of_object(kind, after)) {
    const bool item = field.back() == ".";
    if (item ? field_value(before, field) == nullptr : differs(before, after, field)) changed.insert(field);
  }
  for (auto& [name, fields] : managers) {
    std::erase_if(fields, [&](const FieldPath& field) {
      return changed.contains(field) || field_value(after, field) == nullptr;
    });
  }
  managers[{manager, "Update"}].insert(changed.begin(), changed.end());
  return to_json(managers, string_at(after, "/apiVersion"), now);
}

}  // namespace upshift::emulator
