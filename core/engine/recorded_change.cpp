#include "engine/recorded_change.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "engine/same_object.hpp"

namespace upshift::engine {
namespace {

using journal::Verb;

std::string uid_of(const Json& object) {
  return string_at(object, "/metadata/uid");
}

bool is_going(const Json& object) {
  return !string_at(object, "/metadata/deletionTimestamp").empty();
}

// What `edited` and `wanted` differ in is in `live` as it is in `wanted`; `loose`: with what the server added to it.
enum class Match { kExact, kLoose };
bool is_already(const Json& edited, const Json& wanted, const Json& live, Match match) {
  const Merge merged = merge(with_live_fields(edited, live), with_live_fields(wanted, live), live);
  const auto fits = [match](const Conflict& place) {
    return match == Match::kLoose && !place.wanted.is_null() && contains(place.live, place.wanted);
  };
  return merged.object == live && std::all_of(merged.conflicts.begin(), merged.conflicts.end(), fits);
}

// Members that the server added to what the change added.
void add_defaults(Json& intended, const Json* old_value, const Json& live) {
  if (intended.is_object() && live.is_object()) {
    for (const auto& [key, value] : live.items()) {
      const Json* before =
          old_value != nullptr && old_value->is_object() && old_value->contains(key) ? &old_value->at(key) : nullptr;
      if (intended.contains(key)) {
        add_defaults(intended[key], before, value);
      } else if (old_value == nullptr) {
        intended[key] = value;
      }
    }
    // The server keeps the older name of this field the same.
    const auto account = string_at(intended, "/serviceAccountName");
    if (!account.empty() && string_at(live, "/serviceAccount") == account) intended["serviceAccount"] = account;
  } else if (intended.is_array() && live.is_array()) {
    if (old_value != nullptr && *old_value == intended) return;
    const bool is_named = std::all_of(intended.begin(), intended.end(),
                                      [](const Json& item) { return !string_at(item, "/name").empty(); });
    if (!is_named && contains(live, intended)) intended = live;
    for (auto& item : intended) {
      const auto name = string_at(item, "/name");
      const auto named = [&](const Json* list) -> const Json* {
        if (list == nullptr || !list->is_array() || name.empty()) return nullptr;
        for (const Json& other : *list) {
          if (string_at(other, "/name") == name) return &other;
        }
        return nullptr;
      };
      if (const Json* other = named(&live)) add_defaults(item, named(old_value), *other);
    }
  }
}

// What the server adds to the lists of an account is no edit of somebody.
void take_tokens(Json& account, const Json& live) {
  for (const char* list : {"secrets", "imagePullSecrets"}) {
    const auto& present = array_at(live, std::string("/") + list);
    const auto& made = array_at(account, std::string("/") + list);
    const bool all = std::all_of(made.begin(), made.end(), [&](const Json& item) {
      return std::find(present.begin(), present.end(), item) != present.end();
    });
    if (all && !present.empty()) account[list] = present;
  }
}

// What was to be made, with what controllers have put into it since.
Json as_taken_up(const journal::Change& change, const Json& live) {
  Json made = with_live_fields(without_server_fields(change.intended), live);
  if (change.kind == "ServiceAccount") take_tokens(made, live);
  return made;
}

Undo conflict(std::string reason) {
  return {Undo::Kind::kConflict, nullptr, {}, std::move(reason)};
}

// Of what the change made: nobody has edited it since, but for what controllers add.
Undo undo_create(const journal::Change& change, const std::optional<Json>& live, OnConflict on_conflict) {
  if (!live || is_going(*live)) return {};
  if (uid_of(*live) != uid_of(change.new_value)) return conflict("it was deleted and made anew by somebody else");
  Json made = with_live_fields(change.new_value, *live);
  if (change.kind == "ServiceAccount") take_tokens(made, *live);
  if (made == *live || on_conflict == OnConflict::kTakeWanted) return {Undo::Kind::kDelete};
  Undo undo{Undo::Kind::kConflict};
  undo.reason = "it was edited after the upgrade made it";
  undo.conflicts = differences(made, *live);
  return undo;
}

Undo undo_delete(const journal::Change& change, const std::optional<Json>& live) {
  if (!live) return {Undo::Kind::kCreate, as_new(change.old_value)};
  if (is_going(*live)) return conflict("it is being deleted");
  const Json wanted = with_live_fields(as_new(change.old_value), *live);
  if (contains(*live, as_new(change.old_value)) || wanted == *live) return {};
  return conflict("somebody else made it anew, and otherwise");
}

}  // namespace

bool is_of_object(const journal::Change& change) {
  return change.verb != Verb::kExec && change.verb != Verb::kHttp;
}

cluster::ObjectRef ref_of(const journal::Change& change) {
  // /api/v1/… or /apis/GROUP/VERSION/…, then namespaces/NS/ or nothing, then RESOURCE/NAME.
  const auto parts = split(change.object.substr(change.object.empty() ? 0 : 1), '/');
  const auto at = [&](std::size_t index) { return index < parts.size() ? parts[index] : std::string(); };
  const bool core = at(0) == "api";
  std::size_t next = core ? 2 : 3;
  cluster::ObjectRef ref{{core ? "" : at(1), core ? at(1) : at(2), "", change.kind, false}, "", change.name};
  if (at(next) == "namespaces" && parts.size() > next + 2) {
    ref.name_space = at(next + 1);
    ref.type.namespaced = true;
    next += 2;
  }
  ref.type.resource = at(next);
  return ref;
}

Fate fate_of(const journal::Change& change, const std::optional<Json>& live) {
  const bool created = change.old_value.is_null();
  if (!live) {
    if (change.verb == Verb::kDelete) return Fate::kArrived;
    return created ? Fate::kNotSent : Fate::kForeign;
  }
  if (change.verb == Verb::kDelete) {
    return uid_of(*live) != uid_of(change.old_value) || is_going(*live) ? Fate::kArrived : Fate::kNotSent;
  }
  if (created) return contains(*live, as_taken_up(change, *live)) ? Fate::kArrived : Fate::kForeign;
  if (uid_of(*live) != uid_of(change.old_value)) return Fate::kForeign;
  const Json intended = without_server_fields(change.intended);
  const auto version = string_at(*live, "/metadata/resourceVersion");
  if (version == string_at(change.old_value, "/metadata/resourceVersion")) return Fate::kNotSent;
  // Exactly as before comes first: what lacks something is contained in what still has it.
  if (is_already(change.intended, change.old_value, *live, Match::kExact)) return Fate::kNotSent;
  const bool arrived = contains(*live, intended) || is_already(change.old_value, change.intended, *live, Match::kLoose);
  return arrived ? Fate::kArrived : Fate::kForeign;
}

Json outcome_of(const journal::Change& change, const Json& live) {
  if (change.verb == Verb::kDelete) return nullptr;
  Json outcome = with_live_fields(change.intended, live);
  if (change.old_value.is_null()) return live;
  add_defaults(outcome, &change.old_value, live);
  return outcome;
}

Undo undo_of(const journal::Change& change, const std::optional<Json>& live, OnConflict on_conflict) {
  if (change.verb == Verb::kCreate) return undo_create(change, live, on_conflict);
  if (change.verb == Verb::kDelete) return undo_delete(change, live);
  if (!live || is_going(*live)) return conflict("somebody else deleted it");
  if (uid_of(*live) != uid_of(change.new_value)) return conflict("it was deleted and made anew by somebody else");
  Merge merged =
      merge(with_live_fields(change.new_value, *live), with_live_fields(change.old_value, *live), *live, on_conflict);
  if (!merged.conflicts.empty() && on_conflict == OnConflict::kKeepLive) {
    return {Undo::Kind::kConflict, nullptr, std::move(merged.conflicts)};
  }
  if (merged.object == *live) return {};
  return {Undo::Kind::kReplace, std::move(merged.object)};
}

}  // namespace upshift::engine
