#include "engine/settling.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "engine/conflict_text.hpp"
#include "engine/recorded_change.hpp"
#include "engine/same_object.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeState;

Status settle(const Dependencies& with, const journal::Change& change, ChangeState state, const Json& new_value,
              const std::string& why) {
  const TimePoint now = with.client.clock().now();
  UPSHIFT_TRY(with.journal.settle(change.id, state, 0, new_value, why, now));
  const auto object = is_of_object(change) ? change.kind + "/" + change.name : change.object;
  with.events.on_event({Event::Kind::kDiagnostic,
                        now,
                        change.step,
                        {{"severity", "info"},
                         {"summary", fmt::format("the outcome of the {} of {} was open: {}",
                                                 journal::to_string(change.verb), object, journal::to_string(state))},
                         {"detail", ""},
                         {"path", ""}}});
  return {};
}

// True where only a person can tell.
Result<bool> settle_one(const Dependencies& with, const journal::Change& change, std::optional<Json>& live) {
  if (!is_of_object(change)) {
    if (change.state == ChangeState::kUnknown) return false;
    UPSHIFT_TRY(settle(with, change, ChangeState::kUnknown, nullptr, "upshift was stopped while it ran"));
    return false;
  }
  UPSHIFT_ASSIGN(live, with.client.get(ref_of(change)));
  switch (fate_of(change, live)) {
    case Fate::kArrived:
      UPSHIFT_TRY(settle(with, change, ChangeState::kApplied, outcome_of(change, live.value_or(Json())), ""));
      return false;
    case Fate::kNotSent:
      UPSHIFT_TRY(settle(with, change, ChangeState::kRefused, nullptr, "it had not arrived"));
      return false;
    case Fate::kForeign:
      break;
  }
  if (change.state == ChangeState::kIntended) {
    UPSHIFT_TRY(settle(with, change, ChangeState::kUnknown, live.value_or(Json()), "somebody else changed the same"));
  }
  return true;
}

}  // namespace

std::string Foreign::text() const {
  const auto name = change.kind + "/" + change.name;
  if (!live) return fmt::format("{} was there, and is gone", name);
  if (change.old_value.is_null()) return fmt::format("{} was to be made, and somebody else made it otherwise", name);
  const auto merged = merge(with_live_fields(change.old_value, *live), with_live_fields(change.intended, *live), *live);
  const auto places =
      conflict_text(change.kind, merged.conflicts, {.wanted = "was to become", .edited = "was", .live = "is"});
  return fmt::format("{} was being changed when upshift was stopped, and somebody else has changed the same: {}", name,
                     places.empty() ? "it is another object now" : join(places, "; "));
}

Result<std::vector<Foreign>> settle_open_changes(const Dependencies& with, journal::RunId since) {
  UPSHIFT_ASSIGN(const auto runs, with.journal.runs());
  std::vector<Foreign> foreign;
  for (const auto& run : runs) {
    if (run.target != with.target) continue;
    UPSHIFT_ASSIGN(const auto changes, with.journal.changes(run.id));
    for (const auto& change : changes) {
      const bool again = change.state == ChangeState::kUnknown && run.id >= since;
      if (change.state != ChangeState::kIntended && !again) continue;
      std::optional<Json> live;
      UPSHIFT_ASSIGN(const bool open, settle_one(with, change, live));
      if (open) foreign.push_back({change, std::move(live)});
    }
  }
  // A person may be asked next.
  UPSHIFT_TRY(with.journal.flush());
  return foreign;
}

}  // namespace upshift::engine
