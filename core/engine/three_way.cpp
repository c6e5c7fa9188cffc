#include "engine/three_way.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace upshift::engine {
namespace {

// Members by which things in lists are told apart, the most telling first.
constexpr std::array kKeys = {"name", "mountPath", "containerPort", "port", "key", "uid", "ip", "topologyKey"};

// nullptr: absent.
struct Sides {
  const Json* edited;
  const Json* wanted;
  const Json* live;
};

bool same(const Json* one, const Json* other) {
  if (one == nullptr || other == nullptr) return one == other;
  return *one == *other;
}

Json value_of(const Json* value) {
  return value == nullptr ? Json() : *value;
}

std::string key_of(const Json& item, const char* member) {
  if (!item.is_object()) return "";
  const auto found = item.find(member);
  if (found == item.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->is_number() ? found->dump() : "";
}

std::vector<std::string> keys_of(const Json* list, const char* member) {
  std::vector<std::string> keys;
  if (list == nullptr) return keys;
  for (const Json& item : *list) keys.push_back(key_of(item, member));
  return keys;
}

bool tells_apart(const Json* list, const char* member) {
  const auto keys = keys_of(list, member);
  const std::set<std::string> distinct(keys.begin(), keys.end());
  return !distinct.contains("") && distinct.size() == keys.size();
}

const Json* item_of(const Json* list, const char* member, const std::string& key) {
  if (list == nullptr) return nullptr;
  for (const Json& item : *list) {
    if (key_of(item, member) == key) return &item;
  }
  return nullptr;
}

class Merger {
 public:
  Merger(OnConflict on_conflict, std::vector<Conflict>& conflicts) : on_conflict_(on_conflict), conflicts_(conflicts) {}

  // Nothing: absent.
  std::optional<Json> merge(const Sides& sides, const std::string& path) {
    if (same(sides.edited, sides.wanted) || same(sides.live, sides.wanted)) return some(sides.live);
    if (same(sides.live, sides.edited)) return some(sides.wanted);
    if (all(sides, &Json::is_object)) return merge_members(sides, path);
    if (all(sides, &Json::is_array)) {
      for (const char* member : kKeys) {
        if (tells_apart(sides.edited, member) && tells_apart(sides.wanted, member) && tells_apart(sides.live, member)) {
          return merge_items(sides, member, path);
        }
      }
    }
    conflicts_.push_back({path, value_of(sides.wanted), value_of(sides.edited), value_of(sides.live)});
    return some(on_conflict_ == OnConflict::kTakeWanted ? sides.wanted : sides.live);
  }

 private:
  static std::optional<Json> some(const Json* value) {
    return value == nullptr ? std::nullopt : std::optional<Json>(*value);
  }

  // What is absent on one side counts as an empty one of the others' kind; the live one must be there.
  static bool all(const Sides& sides, bool (Json::*is)() const noexcept) {
    const auto fits = [is](const Json* side) { return side == nullptr || (side->*is)(); };
    return sides.live != nullptr && fits(sides.edited) && fits(sides.wanted) && fits(sides.live);
  }

  static const Json* member_of(const Json* object, const std::string& key) {
    if (object == nullptr) return nullptr;
    const auto found = object->find(key);
    return found == object->end() ? nullptr : &*found;
  }

  std::optional<Json> merge_members(const Sides& sides, const std::string& path) {
    std::set<std::string> keys;
    for (const Json* side : {sides.edited, sides.wanted, sides.live}) {
      if (side == nullptr) continue;
      for (const auto& item : side->items()) keys.insert(item.key());
    }
    Json merged = Json::object();
    for (const auto& key : keys) {
      auto value = merge({member_of(sides.edited, key), member_of(sides.wanted, key), member_of(sides.live, key)},
                         path.empty() ? key : path + "." + key);
      if (value) merged[key] = std::move(*value);
    }
    if (merged.empty() && sides.wanted == nullptr) return std::nullopt;
    return merged;
  }

  std::optional<Json> merge_items(const Sides& sides, const char* member, const std::string& path) {
    const auto edited = keys_of(sides.edited, member);
    const auto wanted = keys_of(sides.wanted, member);
    const auto live = keys_of(sides.live, member);
    Json merged = Json::array();
    for (const auto& key : order(edited, wanted, live)) {
      auto item = merge(
          {item_of(sides.edited, member, key), item_of(sides.wanted, member, key), item_of(sides.live, member, key)},
          fmt::format("{}[{}]", path, key));
      if (item) merged.push_back(std::move(*item));
    }
    if (merged.empty() && sides.wanted == nullptr) return std::nullopt;
    return merged;
  }

  // All keys: in the live order, those that only `wanted` has after the one that they follow there. Where nobody moved
  // anything, the order of `wanted`.
  static std::vector<std::string> order(const std::vector<std::string>& edited, const std::vector<std::string>& wanted,
                                        const std::vector<std::string>& live) {
    const auto has = [](const std::vector<std::string>& keys, const std::string& key) {
      return std::find(keys.begin(), keys.end(), key) != keys.end();
    };
    std::vector<std::string> keys = live == edited ? wanted : live;
    const auto& others = live == edited ? live : wanted;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (has(keys, others[i])) continue;
      auto place = keys.begin();
      for (std::size_t before = i; before-- > 0;) {
        const auto found = std::find(keys.begin(), keys.end(), others[before]);
        if (found == keys.end()) continue;
        place = std::next(found);
        break;
      }
      keys.insert(place, others[i]);
    }
    return keys;
  }

  OnConflict on_conflict_;
  std::vector<Conflict>& conflicts_;
};

void find_differences(const Json* edited, const Json* live, const std::string& path, std::vector<Conflict>& out) {
  if (same(edited, live)) return;
  const bool objects = edited != nullptr && live != nullptr && edited->is_object() && live->is_object();
  if (!objects) {
    out.push_back({path, nullptr, value_of(edited), value_of(live)});
    return;
  }
  const auto member = [](const Json& object, const std::string& key) {
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
  };
  Json all = *edited;
  all.update(*live);
  for (const auto& item : all.items()) {
    find_differences(member(*edited, item.key()), member(*live, item.key()),
                     path.empty() ? item.key() : path + "." + item.key(), out);
  }
}

}  // namespace

std::vector<Conflict> differences(const Json& edited, const Json& live) {
  std::vector<Conflict> out;
  find_differences(&edited, &live, "", out);
  return out;
}

Merge merge(const Json& edited, const Json& wanted, const Json& live, OnConflict on_conflict) {
  const auto side = [](const Json& value) { return value.is_null() ? nullptr : &value; };
  Merge result;
  auto object = Merger(on_conflict, result.conflicts).merge({side(edited), side(wanted), side(live)}, "");
  if (object) result.object = std::move(*object);
  return result;
}

}  // namespace upshift::engine
