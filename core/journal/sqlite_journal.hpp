// The journal on SQLite. A write is whole or absent. What nobody waits for stays in an open transaction, which the next
// write that must be durable ends: a crash in between leaves the journal as it was at some earlier write.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/database.hpp"
#include "journal/journal.hpp"
#include "journal/keys.hpp"
#include "journal/rows.hpp"
#include "journal/writer_lock.hpp"

namespace upshift::journal {

class SqliteJournal final : public Journal {
 public:
  // `keys` null: nothing is sealed, and nothing sealed can be read.
  SqliteJournal(std::unique_ptr<Database> database, WriterLock lock, std::shared_ptr<const KeyRing> keys,
                Sealed sealed = Sealed::kRefuse)
      : lock_(std::move(lock)), database_(std::move(database)), keys_(std::move(keys)), sealed_(sealed) {}

  ~SqliteJournal() override;

  Result<RunId> begin_run(const Run& run) override;
  Status end_run(RunId run, RunState state, TimePoint at) override;
  Status reopen_run(RunId run) override;
  Result<StepRunId> begin_step(RunId run, const std::string& step, int attempt, TimePoint at) override;
  Status note_reply(StepRunId step_run, const Json& reply) override;
  Status end_step(StepRunId step_run, StepState state, const std::string& summary, const Json& reply,
                  TimePoint at) override;
  Result<ChangeId> intend(const Change& change) override;
  Status settle(ChangeId change, ChangeState state, int http_status, const Json& new_value, const std::string& error,
                TimePoint at) override;
  Status set_value(RunId run, const std::string& step, const std::string& name, const Json& value,
                   bool secret) override;
  Result<std::optional<Json>> value(RunId run, const std::string& name) override;
  Status flush() override;
  Result<std::vector<Run>> runs() override;
  Result<std::vector<StepRun>> steps(RunId run) override;
  Result<std::vector<Change>> changes(RunId run) override;
  Result<std::vector<Value>> values(RunId run) override;

  // What a kill at this moment would do: all that is not durable is gone.
  void drop_unflushed();

 private:
  tl::unexpected<Error> missing(std::string_view what, std::int64_t id) const;
  tl::unexpected<Error> damaged(std::string_view what) const;
  // Only a row that fits its checksum is carried on. NOT_FOUND: there is none.
  Result<RunRow> run_row(RunId id);
  Result<StepRow> step_row(StepRunId id);
  // From here on reads and writes are one transaction, until the next write_now() or flush().
  Status begin_batch();
  // Runs the statement, bound, in the batch. The number of rows that were changed. An error ends the batch and takes
  // all of it back.
  Result<int> write_later(Statement& statement);
  // The same, and the batch is durable.
  Result<int> write_now(Statement& statement);
  Status store_end(const RunRow& row);
  // In the batch.
  Status store_step(const StepRow& row);

  Result<Json> parsed(const std::string& text) const;
  Result<Json> opened(const StoredJson& value) const;
  // Of what may be sealed. Left out, `sealed_by` names the key.
  Result<Json> opened(const StoredJson& value, const std::string& place, std::string& sealed_by) const;
  // The JSON, whose text may be known, as it is to be stored: sealed where there is a key and `secret`.
  Result<StoredJson> closed(const Json& value, const std::string* text, const std::string& place, bool secret);
  Result<StepRunId> next_step_id();
  // What the place of a change's new value is made of, and its verb and kind. NOT_FOUND: there is no such change.
  Result<Change> intended(ChangeId change);
  Result<Run> read_run(const Statement& row) const;
  Result<StepRun> read_step(const Statement& row) const;
  Result<Value> read_value(const Statement& row) const;
  Result<Change> read_change(const Statement& row) const;

  // Declared first: released after the database is closed.
  WriterLock lock_;
  std::unique_ptr<Database> database_;
  std::shared_ptr<const KeyRing> keys_;
  Sealed sealed_;
  bool key_is_noted_ = false;
  bool batch_is_open_ = false;
  StepRunId last_step_ = 0;  // also of steps that were taken back: an id is given once; 0: not looked up yet
};

}  // namespace upshift::journal
