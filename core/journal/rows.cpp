#include "journal/rows.hpp"

#include "journal/names.hpp"

namespace upshift::journal {
namespace {

// Not yet ended is stored as NULL, here as the clock's zero.
RowDigest& add_end(RowDigest& digest, TimePoint at) {
  return at == TimePoint{} ? digest.null() : digest.add(std::int64_t{at.time_since_epoch().count()});
}

std::int64_t ms(TimePoint at) {
  return at.time_since_epoch().count();
}

RowDigest& add_reference(RowDigest& digest, std::int64_t id) {
  return id == 0 ? digest.null() : digest.add(id);
}

}  // namespace

StoredJson stored(const Json& value) {
  if (value.is_null()) return {};
  return to_text(value);
}

RunRow RunRow::read(const Statement& row) {
  RunRow out;
  Run& run = out.run;
  run.id = row.integer(0);
  run.mode = row.text(1);
  run.product = row.text(2);
  run.from_version = row.text(3);
  run.to_version = row.text(4);
  run.target = row.text(5);
  out.plan = row.stored(6);
  run.started = row.time(7);
  run.finished = row.time(8);
  const auto state = parse_run_state(row.text(9));
  out.known = state.has_value();
  run.state = state.value_or(RunState::kFailed);
  run.files = row.text(10);
  run.undoes = row.integer(11);
  out.digest = row.text(12);
  return out;
}

std::string RunRow::digest_of() const {
  RowDigest sum;
  sum.add(run.id).add(run.mode).add(run.product).add(run.from_version).add(run.to_version).add(run.target);
  sum.add_json(plan).add(ms(run.started));
  add_end(sum, run.finished).add(to_string(run.state)).add(run.files);
  return add_reference(sum, run.undoes).hex();
}

StepRow StepRow::read(const Statement& row) {
  StepRow out;
  StepRun& step = out.step;
  step.id = row.integer(0);
  step.run = row.integer(1);
  step.step = row.text(2);
  step.attempt = static_cast<int>(row.integer(3));
  const auto state = parse_step_state(row.text(4));
  out.known = state.has_value();
  step.state = state.value_or(StepState::kFailed);
  step.summary = row.text(5);
  out.reply = row.stored(6);
  step.started = row.time(7);
  step.finished = row.time(8);
  out.digest = row.text(9);
  return out;
}

std::string StepRow::digest_of() const {
  RowDigest sum;
  sum.add(step.id).add(step.run).add(step.step).add(std::int64_t{step.attempt}).add(to_string(step.state));
  sum.add(step.summary).add_json(reply).add(ms(step.started));
  return add_end(sum, step.finished).hex();
}

ChangeRow ChangeRow::read(const Statement& row) {
  ChangeRow out;
  Change& change = out.change;
  change.id = row.integer(0);
  change.step_run = row.integer(1);
  change.step = row.text(2);
  const auto verb = parse_verb(row.text(3));
  const auto state = parse_change_state(row.text(12));
  out.known = verb && state;
  change.verb = verb.value_or(Verb::kUpdate);
  change.state = state.value_or(ChangeState::kUnknown);
  change.object = row.text(4);
  change.kind = row.text(5);
  change.name = row.text(6);
  out.request = row.stored(7);
  out.old_value = row.stored(8);
  out.intended = row.stored(9);
  change.intended_at = row.time(10);
  out.intent_digest = row.text(11);
  change.http_status = static_cast<int>(row.integer(13));
  out.new_value = row.stored(14);
  change.error = row.text(15);
  change.settled_at = row.time(16);
  out.outcome_digest = row.stored(17);
  change.undoes = row.integer(18);
  return out;
}

std::string ChangeRow::intent_digest_of() const {
  RowDigest sum;
  sum.add(change.step_run).add(change.step).add(to_string(change.verb)).add(change.object);
  sum.add(change.kind).add(change.name).add_json(request).add_json(old_value).add_json(intended);
  sum.add(ms(change.intended_at));
  // Rows of format 1 have none.
  if (change.undoes != 0) sum.add(change.undoes);
  return sum.hex();
}

std::string ChangeRow::outcome_digest_of() const {
  RowDigest sum;
  sum.add(change.id).add(to_string(change.state)).add(std::int64_t{change.http_status}).add_json(new_value);
  return sum.add(change.error).add(ms(change.settled_at)).hex();
}

// An open change says nothing of an outcome.
bool ChangeRow::outcome_intact() const {
  if (!known) return false;
  if (change.state != ChangeState::kIntended) return outcome_digest && *outcome_digest == outcome_digest_of();
  return !outcome_digest && !new_value && change.error.empty() && change.http_status == 0 &&
         change.settled_at == TimePoint{};
}

ValueRow ValueRow::read(const Statement& row) {
  return {row.integer(0), row.text(1), row.text(2), row.integer(4) != 0, row.stored(3), row.text(5)};
}

std::string ValueRow::digest_of() const {
  return RowDigest().add(run).add(name).add(step).add_json(value).add(secret).hex();
}

}  // namespace upshift::journal
