#include "engine/mirrored_journal.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/random.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeId;
using journal::RunId;
using journal::RunState;
using journal::StepRunId;

bool is_whole(const MirrorStream& stream) {
  return std::any_of(stream.records.begin(), stream.records.end(),
                     [](const Json& record) { return string_at(record, "/do") == kTakenUp; });
}

std::string identity_in(const MirrorStream& stream) {
  return stream.records.empty() ? "" : string_at(stream.records.front(), "/identity");
}

std::int64_t generation(const MirrorStream& stream) {
  return stream.records.empty() ? 0 : int_at(stream.records.front(), "/generation");
}

std::int64_t started(const MirrorStream& stream) {
  return stream.records.empty() ? 0 : int_at(stream.records.front(), "/started");
}

bool ended_well(const MirrorStream& stream) {
  return !stream.records.empty() && string_at(stream.records.back(), "/do") == "end-run" &&
         string_at(stream.records.back(), "/state") == to_string(RunState::kDone);
}

}  // namespace

std::vector<MirrorStream> mirrored_runs(std::vector<MirrorStream> streams) {
  std::map<std::string, MirrorStream> newest;
  for (auto& stream : streams) {
    const auto identity = identity_in(stream);
    if (identity.empty() || !is_whole(stream)) continue;
    const auto known = newest.find(identity);
    if (known == newest.end()) {
      newest.emplace(identity, std::move(stream));
    } else if (generation(known->second) < generation(stream)) {
      known->second = std::move(stream);
    }
  }
  std::vector<MirrorStream> out;
  for (auto& [identity, stream] : newest) out.push_back(std::move(stream));
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& left, const auto& right) { return started(left) < started(right); });
  return out;
}

MirroredJournal::Stream* MirroredJournal::stream_of(RunId run) {
  const auto found = streams_.find(run);
  return found == streams_.end() ? nullptr : &found->second;
}

void MirroredJournal::warn(const Error& error) {
  events_.on_event({Event::Kind::kDiagnostic,
                    TimePoint(),
                    "",
                    {{"severity", "warning"},
                     {"summary", "the journal's mirror in the project stays behind: " + error.summary},
                     {"detail", "The journal on this machine is whole."},
                     {"path", ""}}});
}

Status MirroredJournal::send_pending(Stream& stream, bool over) {
  if (stream.torn) return write_anew(stream.run);
  if (stream.pending.empty() && !over) return {};
  UPSHIFT_TRY(chunks_.append(stream.tail, '[' + stream.pending + ']', over));
  stream.pending.clear();
  return {};
}

Result<std::string> MirroredJournal::identity_of(RunId run) {
  UPSHIFT_ASSIGN(const auto known, inner_.value(run, kRunIdentity));
  if (known && known->is_string()) return known->get<std::string>();
  UPSHIFT_ASSIGN(std::string fresh, random_hex(8));
  UPSHIFT_TRY(inner_.set_value(run, "", kRunIdentity, fresh, false));
  return fresh;
}

Result<MirroredJournal::Stream*> MirroredJournal::open_stream(RunId run, const std::string& identity) {
  UPSHIFT_ASSIGN(const std::string id, random_hex(4));
  Stream& stream = streams_[run];
  stream = Stream();
  stream.tail = MirrorChunks::Tail(id);
  stream.run = run;
  stream.identity = identity;
  return &stream;
}

void MirroredJournal::Stream::add(std::string_view record) {
  if (!pending.empty()) pending += ',';
  pending += record;
}

void MirroredJournal::know_places(const std::vector<journal::Change>& changes, const std::string& identity) {
  for (std::size_t i = 0; i < changes.size(); ++i) places_[changes[i].id] = {identity, i};
}

Result<std::vector<Json>> MirroredJournal::take_up(Stream& stream, const journal::Run& run) {
  UPSHIFT_ASSIGN(const auto changes, inner_.changes(run.id));
  know_places(changes, stream.identity);
  UPSHIFT_ASSIGN(auto all, records_of(inner_, run, changes, stream.identity, places_));
  UPSHIFT_ASSIGN(const auto steps, inner_.steps(run.id));
  for (const auto& step : steps) steps_[step.id] = {&stream, stream.steps++};
  for (const auto& change : changes) changes_[change.id] = {&stream, stream.changes++};
  return all;
}

Status MirroredJournal::remove_finished() {
  UPSHIFT_ASSIGN(const auto streams, chunks_.read());
  std::int64_t newest_done = -1;
  for (const auto& stream : streams) {
    if (ended_well(stream)) newest_done = std::max(newest_done, started(stream));
  }
  for (const auto& stream : streams) {
    if (started(stream) <= newest_done) UPSHIFT_TRY(chunks_.remove(stream));
  }
  return {};
}

// "" for a run that was never mirrored.
Result<std::string> MirroredJournal::known_identity(RunId run) {
  UPSHIFT_ASSIGN(const auto known, inner_.value(run, kRunIdentity));
  return known && known->is_string() ? known->get<std::string>() : std::string();
}

Status MirroredJournal::know_places_of(const std::vector<journal::Run>& runs) {
  for (const auto& run : runs) {
    UPSHIFT_ASSIGN(const auto identity, known_identity(run.id));
    if (identity.empty()) continue;
    UPSHIFT_ASSIGN(const auto changes, inner_.changes(run.id));
    know_places(changes, identity);
  }
  return {};
}

// As the next generation, and the former ones are removed once it is whole.
Status MirroredJournal::rewrite(const journal::Run& run, const std::vector<MirrorStream>& streams) {
  UPSHIFT_ASSIGN(const auto identity, identity_of(run.id));
  std::int64_t last = 0;
  for (const auto& stream : streams) {
    if (identity_in(stream) == identity) last = std::max(last, generation(stream));
  }
  UPSHIFT_ASSIGN(const auto undone, known_identity(run.undoes));
  UPSHIFT_ASSIGN(Stream* const stream, open_stream(run.id, identity));
  UPSHIFT_ASSIGN(auto records, take_up(*stream, run));
  records.front()["generation"] = last + 1;
  records.front()["undoes"] = undone;
  records.push_back({{"do", kTakenUp}});
  for (const auto& record : records) stream->add(to_text(record));
  // The project must not know a run by an identity that this journal might lose.
  UPSHIFT_TRY(flush());
  UPSHIFT_TRY(send_pending(*stream, run.state != RunState::kRunning));
  for (const auto& former : streams) {
    if (identity_in(former) == identity) UPSHIFT_TRY(chunks_.remove(former));
  }
  return {};
}

// What a rollback takes back must be there to the last record: the run that it undoes, and those before it that did not
// end well.
Status MirroredJournal::complete(RunId undone) {
  UPSHIFT_ASSIGN(const auto streams, chunks_.read());
  UPSHIFT_ASSIGN(const auto runs, inner_.runs());
  RunId first = 0;
  for (const auto& run : runs) {
    if (run.id < undone && run.mode == "run" && run.state == RunState::kDone) first = run.id;
  }
  for (const auto& run : runs) {
    if (run.id <= first || (run.mode != "run" && run.mode != "rollback")) continue;
    UPSHIFT_ASSIGN(const auto identity, known_identity(run.id));
    const bool is_there = std::any_of(streams.begin(), streams.end(), [&](const MirrorStream& stream) {
      return identity_in(stream) == identity && stream.over && stream.damage.empty();
    });
    if (!is_there) UPSHIFT_TRY(rewrite(run, streams));
  }
  return {};
}

Result<RunId> MirroredJournal::begin_run(const journal::Run& run) {
  if (on_) {
    UPSHIFT_ASSIGN(const auto former, inner_.runs());
    UPSHIFT_TRY(know_places_of(former));
    auto prepared = run.mode == "run" ? remove_finished() : complete(run.undoes);
    if (!prepared) return failure(std::move(prepared.error()).with_context("the journal's mirror in the project"));
  }
  UPSHIFT_ASSIGN(const RunId id, inner_.begin_run(run));
  if (!on_) return id;
  UPSHIFT_ASSIGN(const auto identity, identity_of(id));
  UPSHIFT_ASSIGN(const auto undone, known_identity(run.undoes));
  UPSHIFT_ASSIGN(Stream* const stream, open_stream(id, identity));
  Json first = records::run(identity, run);
  first["undoes"] = undone;
  stream->add(to_text(first));
  stream->add(to_text({{"do", kTakenUp}}));
  return id;
}

Status MirroredJournal::reopen_run(RunId run) {
  UPSHIFT_TRY(noted(inner_.reopen_run(run)));
  return on_ ? write_anew(run) : Status();
}

Status MirroredJournal::write_anew(RunId run) {
  UPSHIFT_ASSIGN(auto runs, inner_.runs());
  const auto own = std::find_if(runs.begin(), runs.end(), [run](const journal::Run& one) { return one.id == run; });
  if (own == runs.end()) return failure(StatusCode::kNotFound, fmt::format("the journal holds no run {}", run));
  const journal::Run known = std::move(*own);
  runs.erase(own);
  UPSHIFT_TRY(know_places_of(runs));
  UPSHIFT_ASSIGN(const auto streams, chunks_.read());
  return rewrite(known, streams);
}

void MirroredJournal::tear() {
  for (auto& [run, stream] : streams_) stream.torn = true;
}

Status MirroredJournal::flush() {
  return noted(inner_.flush());
}

Status MirroredJournal::end_run(RunId run, RunState state, TimePoint at) {
  UPSHIFT_TRY(noted(inner_.end_run(run, state, at)));
  Stream* const stream = stream_of(run);
  if (stream == nullptr) return {};
  stream->add(to_text(records::end_run(state, at)));
  if (auto flushed = send_pending(*stream, true); !flushed) warn(flushed.error());
  return {};
}

Result<StepRunId> MirroredJournal::begin_step(RunId run, const std::string& step, int attempt, TimePoint at) {
  UPSHIFT_ASSIGN(const StepRunId id, noted(inner_.begin_step(run, step, attempt, at)));
  if (Stream* const stream = stream_of(run)) {
    steps_[id] = {stream, stream->steps++};
    stream->add(to_text(records::begin_step(step, attempt, at)));
  }
  return id;
}

Status MirroredJournal::note_reply(StepRunId step_run, const Json& reply) {
  UPSHIFT_TRY(noted(inner_.note_reply(step_run, reply)));
  if (const auto found = steps_.find(step_run); found != steps_.end()) {
    found->second.stream->add(to_text(records::note_reply(found->second.at, reply)));
  }
  return {};
}

Status MirroredJournal::end_step(StepRunId step_run, journal::StepState state, const std::string& summary,
                                 const Json& reply, TimePoint at) {
  UPSHIFT_TRY(noted(inner_.end_step(step_run, state, summary, reply, at)));
  if (const auto found = steps_.find(step_run); found != steps_.end()) {
    found->second.stream->add(to_text(records::end_step(found->second.at, state, summary, reply, at)));
  }
  return {};
}

Result<ChangeId> MirroredJournal::intend(const journal::Change& change) {
  UPSHIFT_ASSIGN(const ChangeId id, noted(inner_.intend(change)));
  const auto step = steps_.find(change.step_run);
  if (step == steps_.end()) return id;
  Stream& stream = *step->second.stream;
  changes_[id] = {&stream, stream.changes};
  places_[id] = {stream.identity, stream.changes++};
  const auto undone = places_.find(change.undoes);
  const Json undoes =
      undone == places_.end() ? Json() : Json{{"run", undone->second.run}, {"change", undone->second.change}};
  stream.add(records::text_of_intent(step->second.at, change, undoes));
  auto flushed = send_pending(stream, false);
  if (flushed) return id;
  Error error = std::move(flushed.error());
  error.detail = "Nothing was sent. Mend the cause and resume, or resume with --no-mirror.";
  UPSHIFT_TRY(settle(id, journal::ChangeState::kRefused, 0, nullptr, "not sent: " + error.summary, change.intended_at));
  return failure(std::move(error));
}

Status MirroredJournal::settle(ChangeId change, journal::ChangeState state, int http_status, const Json& new_value,
                               const std::string& error, TimePoint at) {
  UPSHIFT_TRY(noted(inner_.settle(change, state, http_status, new_value, error, at)));
  if (const auto found = changes_.find(change); found != changes_.end()) {
    found->second.stream->add(records::text_of_settle(found->second.at, state, http_status, new_value, error, at));
  }
  return {};
}

Status MirroredJournal::set_value(RunId run, const std::string& step, const std::string& name, const Json& value,
                                  bool secret) {
  UPSHIFT_TRY(noted(inner_.set_value(run, step, name, value, secret)));
  if (Stream* const stream = stream_of(run)) {
    stream->add(to_text(records::set_value(step, name, value, secret)));
  }
  return {};
}

}  // namespace upshift::engine
