// A journal whose writes are in the project as well, so that another machine can take over. An intent is there before
// the change is sent; everything else follows with the next intent, or with the end of the run.
#pragma once

#include <map>

#include "base/event.hpp"
#include "engine/mirror_chunks.hpp"
#include "engine/mirror_records.hpp"
#include "journal/forwarding_journal.hpp"

namespace upshift::engine {

class MirroredJournal final : public journal::ForwardingJournal {
 public:
  // All are borrowed. `events` is told where the mirror stays behind at the end of a run.
  MirroredJournal(journal::Journal& inner, MirrorChunks& chunks, EventSink& events)
      : ForwardingJournal(inner), chunks_(chunks), events_(events) {}

  // Off: everything goes through to the inner journal alone.
  void mirror(bool on) { on_ = on; }

  // A run of an upgrade removes what former upgrades that ended well have left in the project; a rollback sees to it
  // that what it takes back is mirrored.
  Result<journal::RunId> begin_run(const journal::Run& run) override;
  Status end_run(journal::RunId run, journal::RunState state, TimePoint at) override;
  // Writes the whole run anew, as it stands in the inner journal.
  Status reopen_run(journal::RunId run) override;
  Result<journal::StepRunId> begin_step(journal::RunId run, const std::string& step, int attempt,
                                        TimePoint at) override;
  Status note_reply(journal::StepRunId step_run, const Json& reply) override;
  Status end_step(journal::StepRunId step_run, journal::StepState state, const std::string& summary, const Json& reply,
                  TimePoint at) override;
  // Where the mirror cannot be written the change counts as refused, and the error says so.
  Result<journal::ChangeId> intend(const journal::Change& change) override;
  Status settle(journal::ChangeId change, journal::ChangeState state, int http_status, const Json& new_value,
                const std::string& error, TimePoint at) override;
  Status set_value(journal::RunId run, const std::string& step, const std::string& name, const Json& value,
                   bool secret) override;
  Status flush() override;

 private:
  struct Stream {
    journal::RunId run = 0;
    MirrorChunks::Tail tail;
    std::string identity;
    std::string pending;  // JSON texts of records, with commas between
    std::size_t steps = 0, changes = 0;
    bool torn = false;  // what was written down here is not what the inner journal holds

    void add(std::string_view record);
  };
  struct Place {
    Stream* stream = nullptr;
    std::size_t at = 0;
  };

  Stream* stream_of(journal::RunId run);
  Status send_pending(Stream& stream, bool over);
  Result<Stream*> open_stream(journal::RunId run, const std::string& identity);
  // After an error the inner journal may have lost what was not durable. Where it goes on, the mirror begins anew with
  // what it holds.
  template <typename T>
  T noted(T result) {
    if (!result) tear();
    return result;
  }
  void tear();
  Status write_anew(journal::RunId run);
  // The run's records up to now, and where its steps and changes stand.
  Result<std::vector<Json>> take_up(Stream& stream, const journal::Run& run);
  // Streams of upgrades that ended well, and those before them.
  Status remove_finished();
  Status rewrite(const journal::Run& run, const std::vector<MirrorStream>& streams);
  Status complete(journal::RunId undone);
  Status know_places_of(const std::vector<journal::Run>& runs);
  Result<std::string> identity_of(journal::RunId run);
  Result<std::string> known_identity(journal::RunId run);
  void know_places(const std::vector<journal::Change>& changes, const std::string& identity);
  void warn(const Error& error);

  MirrorChunks& chunks_;
  EventSink& events_;
  bool on_ = true;
  std::map<journal::RunId, Stream> streams_;
  std::map<journal::StepRunId, Place> steps_;
  std::map<journal::ChangeId, Place> changes_;
  ChangePlaces places_;
};

// The runs that the mirror holds, oldest first, one stream for each: the newest that is whole.
std::vector<MirrorStream> mirrored_runs(std::vector<MirrorStream> streams);

}  // namespace upshift::engine
