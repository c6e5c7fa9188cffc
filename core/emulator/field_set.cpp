#include "emulator/field_set.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/schema.hpp"

namespace upshift::emulator {
namespace {

using cluster::FieldType;
using cluster::Shape;

bool is_servers_own(const FieldPath& path) {
  static constexpr std::string_view kMetadata[] = {
      "f:name",        "f:namespace", "f:uid",           "f:resourceVersion",   "f:creationTimestamp",
      "f:generation",  "f:selfLink",  "f:managedFields", "f:deletionTimestamp", "f:deletionGracePeriodSeconds",
      "f:generateName"};
  if (path.size() == 1) return path[0] == "f:apiVersion" || path[0] == "f:kind" || path[0] == "f:status";
  if (path.size() != 2 || path[0] != "f:metadata") return false;
  return std::find(std::begin(kMetadata), std::end(kMetadata), path[1]) != std::end(kMetadata);
}

// The keys of a list's items; empty where the list is taken whole. Ports are known by number and protocol.
std::vector<std::string> keys_of(const FieldType& type) {
  if (type.shape != Shape::kList || type.merge_key.empty()) return {};
  if (type.merge_key == "port" || type.merge_key == "containerPort") return {type.merge_key, "protocol"};
  return {type.merge_key};
}

std::string key_step(const std::vector<std::string>& keys, const Json& item) {
  Json key = Json::object();
  for (const std::string& name : keys) {
    const auto found = item.find(name);
    if (found != item.end()) {
      key[name] = *found;
    } else if (name == "protocol") {
      key[name] = "TCP";
    }
  }
  return "k:" + to_text(key);
}

bool same_item(const Json& key, const Json& item) {
  return std::all_of(key.items().begin(), key.items().end(), [&](const auto& part) {
    const auto found = item.find(part.key());
    return found == item.end() ? part.key() == "protocol" && part.value() == "TCP" : *found == part.value();
  });
}

void collect(const FieldType* type, const Json& value, FieldPath& path, FieldSet& out);

void collect_members(const cluster::Structure* structure, const FieldType* element, const Json& value, FieldPath& path,
                     FieldSet& out) {
  for (const auto& [name, member] : value.items()) {
    path.push_back("f:" + name);
    const FieldType* type = element;
    if (structure != nullptr) {
      const auto found = structure->find(name);
      type = found == structure->end() ? nullptr : &found->second;
    }
    if (!is_servers_own(path) && !member.is_null()) collect(type, member, path, out);
    path.pop_back();
  }
}

void collect(const FieldType* type, const Json& value, FieldPath& path, FieldSet& out) {
  const bool structure = type != nullptr && type->shape == Shape::kStructure;
  const bool map = type != nullptr && type->shape == Shape::kMap;
  if (value.is_object() && !value.empty() && (structure || map)) {
    return collect_members(structure ? cluster::find_structure(type->structure) : nullptr,
                           map ? type->element.get() : nullptr, value, path, out);
  }
  const std::vector<std::string> keys = type == nullptr ? std::vector<std::string>{} : keys_of(*type);
  if (value.is_array() && !keys.empty()) {
    for (const Json& item : value) {
      path.push_back(key_step(keys, item));
      path.emplace_back(".");
      out.insert(path);
      path.pop_back();
      if (item.is_object())
        collect_members(cluster::find_structure(type->element->structure), nullptr, item, path, out);
      path.pop_back();
    }
    return;
  }
  if (value.is_array() && type != nullptr && type->merges) {
    for (const Json& item : value) {
      path.push_back("v:" + to_text(item));
      out.insert(path);
      path.pop_back();
    }
    return;
  }
  out.insert(path);
}

// The member or item that a step leads to.
Json* step_into(Json& value, const std::string& step) {
  const std::string rest = step.substr(std::min<std::size_t>(2, step.size()));
  if (step.starts_with("f:")) {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(rest);
    return found == value.end() ? nullptr : &*found;
  }
  if (step == ".") return &value;
  if (!value.is_array()) return nullptr;
  const Json wanted = Json::parse(rest, nullptr, false);
  for (Json& item : value) {
    if (step.starts_with("v:") ? item == wanted : item.is_object() && same_item(wanted, item)) return &item;
  }
  return nullptr;
}

Json* walk(Json& object, const FieldPath& path, std::size_t steps) {
  Json* at = &object;
  for (std::size_t i = 0; i < steps && at != nullptr; ++i) at = step_into(*at, path[i]);
  return at;
}

void merge_value(const FieldType* type, Json& into, const Json& applied);

void merge_members(const cluster::Structure* structure, const FieldType* element, Json& into, const Json& applied) {
  for (const auto& [name, member] : applied.items()) {
    const FieldType* type = element;
    if (structure != nullptr) {
      const auto found = structure->find(name);
      type = found == structure->end() ? nullptr : &found->second;
    }
    if (into.contains(name)) {
      merge_value(type, into[name], member);
    } else {
      into[name] = member;
    }
  }
}

void merge_value(const FieldType* type, Json& into, const Json& applied) {
  const bool nested = type != nullptr && (type->shape == Shape::kStructure || type->shape == Shape::kMap);
  if (nested && into.is_object() && applied.is_object()) {
    const bool map = type->shape == Shape::kMap;
    return merge_members(map ? nullptr : cluster::find_structure(type->structure), map ? type->element.get() : nullptr,
                         into, applied);
  }
  const std::vector<std::string> keys = type == nullptr ? std::vector<std::string>{} : keys_of(*type);
  if (!keys.empty() && into.is_array() && applied.is_array()) {
    for (const Json& item : applied) {
      Json* known = item.is_object() ? step_into(into, key_step(keys, item)) : nullptr;
      if (known == nullptr) {
        into.push_back(item);
      } else {
        merge_members(cluster::find_structure(type->element->structure), nullptr, *known, item);
      }
    }
    return;
  }
  if (type != nullptr && type->shape == Shape::kList && type->merges && into.is_array() && applied.is_array()) {
    for (const Json& item : applied) {
      if (std::find(into.begin(), into.end(), item) == into.end()) into.push_back(item);
    }
    return;
  }
  into = applied;
}

void read_fields(const Json& node, FieldPath& path, FieldSet& out) {
  if (!node.is_object() || node.empty()) {
    if (!path.empty()) out.insert(path);
    return;
  }
  for (const auto& [step, below] : node.items()) {
    path.push_back(step);
    read_fields(below, path, out);
    path.pop_back();
  }
}

}  // namespace

FieldSet fields_of_object(const std::string& kind, const Json& object) {
  FieldSet out;
  FieldPath path;
  const FieldType type{Shape::kStructure, {}, kind, nullptr, {}, false};
  collect(&type, object, path, out);
  return out;
}

const Json* field_value(const Json& object, const FieldPath& path) {
  // Only looks, though the walk is made for writing too.
  return walk(const_cast<Json&>(object), path, path.size());
}

void remove_field(Json& object, const FieldPath& path) {
  const bool item = path.back() == ".";
  const std::size_t last = path.size() - (item ? 2 : 1);
  Json* parent = walk(object, path, last);
  if (parent == nullptr) return;
  if (path[last].starts_with("f:")) {
    if (parent->is_object()) parent->erase(path[last].substr(2));
    return;
  }
  const Json* gone = step_into(*parent, path[last]);
  if (gone != nullptr) parent->erase(parent->begin() + (gone - &parent->front()));
}

std::string field_text(const FieldPath& path) {
  std::string out;
  for (const std::string& step : path) {
    const std::string rest = step.substr(std::min<std::size_t>(2, step.size()));
    if (step.starts_with("f:")) {
      out += "." + rest;
    } else if (step.starts_with("v:")) {
      out += fmt::format("[={}]", rest);
    } else if (step.starts_with("k:")) {
      std::string keys;
      const Json key = Json::parse(rest, nullptr, false);
      for (const auto& [name, value] : key.items()) {
        keys += fmt::format("{}{}={}", keys.empty() ? "" : ",", name, to_text(value));
      }
      out += "[" + keys + "]";
    }
  }
  return out;
}

FieldSet fields_from_json(const Json& fields_v1) {
  FieldSet out;
  FieldPath path;
  read_fields(fields_v1, path, out);
  return out;
}

Json fields_to_json(const FieldSet& fields) {
  Json out = Json::object();
  for (const FieldPath& path : fields) {
    Json* node = &out;
    for (const std::string& step : path) {
      Json& next = (*node)[step];
      if (!next.is_object()) next = Json::object();
      node = &next;
    }
  }
  return out;
}

Json merge_applied(const std::string& kind, Json object, const Json& applied) {
  const FieldType type{Shape::kStructure, {}, kind, nullptr, {}, false};
  merge_value(&type, object, applied);
  return object;
}

}  // namespace upshift::emulator
