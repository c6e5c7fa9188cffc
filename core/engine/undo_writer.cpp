#include "engine/undo_writer.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/wait_for.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeState;
using journal::Verb;

constexpr int kAttempts = 5;

std::string uid_of(const Json& object) {
  return string_at(object, "/metadata/uid");
}

// The uid by which the change knew the object.
std::string known_uid(const journal::Change& change) {
  return uid_of(change.new_value.is_null() ? change.old_value : change.new_value);
}

Json with_uid(Json object, const std::string& uid) {
  if (object.is_object() && object.contains("metadata")) object["metadata"]["uid"] = uid;
  return object;
}

}  // namespace

Status UndoWriter::know(journal::RunId rollback) {
  UPSHIFT_ASSIGN(const auto changes, with_.journal.changes(rollback));
  for (const auto& change : changes) {
    if (change.verb == Verb::kCreate && change.undoes != 0 && change.state == ChangeState::kApplied) {
      reborn_[change.object].insert(uid_of(change.new_value));
    }
  }
  return {};
}

Result<UndoWriter::End> UndoWriter::undo(const journal::Change& change, StepScope& scope) {
  if (conflicting_.contains(change.object)) return End::kSkipped;
  Error last{StatusCode::kAborted, "", "", "", {}};
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(const auto found, with_.client.get(ref_of(change)));
    const Json live = found.value_or(Json());
    if (change.verb == Verb::kDelete && found && !string_at(live, "/metadata/deletionTimestamp").empty()) {
      UPSHIFT_TRY(await_absence(change, scope));
      continue;
    }
    const bool reborn = reborn_[change.object].contains(uid_of(live));
    const auto seen = found && reborn ? std::optional<Json>(with_uid(live, known_uid(change))) : found;
    Undo undo = undo_of(change, seen, on_conflict_);
    if (reborn) undo.object = with_uid(std::move(undo.object), uid_of(live));
    auto end = act(change, live, std::move(undo), scope);
    if (end) return end;
    const bool again = end.error().code == StatusCode::kAborted || end.error().code == StatusCode::kAlreadyExists;
    if (!again) return end;
    last = std::move(end.error());
  }
  return failure(std::move(last).with_context(
      fmt::format("{}/{} kept changing while it was to be taken back", change.kind, change.name)));
}

Result<UndoWriter::End> UndoWriter::act(const journal::Change& change, const Json& live, Undo undo, StepScope& scope) {
  if (undo.kind == Undo::Kind::kNothing) return End::kNothing;
  if (undo.kind == Undo::Kind::kConflict) {
    conflicting_.insert(change.object);
    conflicts_.push_back({change, std::move(undo.reason), std::move(undo.conflicts)});
    return End::kConflict;
  }
  if (change.kind == "DeploymentConfig") deployments_.insert(change.name);
  if (change.kind == "ImageStream") streams_.insert(change.name);
  scope.undoes = change.id;
  ChangeWriter writer(scope);
  Result<End> end = End::kUndone;
  if (undo.kind == Undo::Kind::kDelete) {
    auto removed = writer.remove_exactly(ref_of(change), uid_of(live));
    if (!removed) end = failure(std::move(removed.error()));
  } else if (undo.kind == Undo::Kind::kCreate) {
    end = create(change, std::move(undo.object), scope);
  } else {
    auto replaced = writer.replace(ref_of(change), undo.object);
    if (!replaced) end = failure(std::move(replaced.error()));
  }
  scope.undoes = 0;
  return end;
}

Result<UndoWriter::End> UndoWriter::create(const journal::Change& change, Json object, StepScope& scope) {
  const auto ref = ref_of(change);
  UPSHIFT_ASSIGN(object, mend_owners(std::move(object), ref.name_space));
  ChangeWriter writer(scope);
  auto created = writer.create(ref, object);
  const auto address = string_at(object, "/spec/clusterIP");
  if (!created && created.error().code == StatusCode::kInvalidArgument && change.kind == "Service" &&
      !address.empty() && address != "None") {
    // The address went to another service meanwhile.
    object["spec"].erase("clusterIP");
    object["spec"].erase("clusterIPs");
    created = writer.create(ref, object);
  }
  if (!created) return failure(std::move(created.error()));
  reborn_[change.object].insert(uid_of(created->object));
  return End::kUndone;
}

// Owners that were made anew have another uid; those that are gone own nothing.
Result<Json> UndoWriter::mend_owners(Json object, const std::string& name_space) {
  const Json owners = array_at(object, "/metadata/ownerReferences");
  if (owners.empty()) return object;
  Json mended = Json::array();
  for (Json owner : owners) {
    const auto* type = cluster::find_type(string_at(owner, "/apiVersion"), string_at(owner, "/kind"));
    if (type == nullptr) continue;
    UPSHIFT_ASSIGN(const auto live, with_.client.get({*type, name_space, string_at(owner, "/name")}));
    if (!live) continue;
    owner["uid"] = uid_of(*live);
    mended.push_back(std::move(owner));
  }
  object["metadata"]["ownerReferences"] = std::move(mended);
  return object;
}

Status UndoWriter::await_absence(const journal::Change& change, const StepScope& scope) {
  const Json condition = {{"condition", "absent"}, {"kind", change.kind}, {"name", change.name}};
  UPSHIFT_ASSIGN(const auto outcome, wait_for(with_, scope.step.id, {condition}, std::chrono::minutes(5)));
  if (outcome.cancelled) return failure(StatusCode::kCancelled, "interrupted; safe to resume");
  if (outcome.failures.empty()) return {};
  return failure(StatusCode::kDeadlineExceeded, outcome.failures.front());
}

Result<std::vector<Json>> UndoWriter::rollouts() const {
  const auto* type = cluster::find_kind("DeploymentConfig");
  std::vector<Json> conditions;
  if (deployments_.empty() && streams_.empty()) return conditions;
  UPSHIFT_ASSIGN(const auto configs, with_.client.list(*type));
  for (const Json& config : configs.items) {
    const auto name = string_at(config, "/metadata/name");
    bool touched = deployments_.contains(name);
    for (const Json& trigger : array_at(config, "/spec/triggers")) {
      const auto tag = string_at(trigger, "/imageChangeParams/from/name");
      touched = touched || streams_.contains(tag.substr(0, tag.find(':')));
    }
    if (touched) conditions.push_back({{"condition", "rollout"}, {"deployment_config", name}});
  }
  return conditions;
}

}  // namespace upshift::engine
