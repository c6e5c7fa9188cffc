// The record of what upshift did and is about to do: durable before anything is sent. The file format is a contract,
// docs/journal-format.md.
//
// Threads: one thread uses a Journal. One process writes a journal file at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace upshift::journal {

using RunId = std::int64_t;
using StepRunId = std::int64_t;
using ChangeId = std::int64_t;

enum class RunState { kRunning, kDone, kFailed, kBlocked, kInterrupted };
enum class StepState { kRunning, kDone, kSkipped, kBlocked, kFailed };
// kIntended: durable, perhaps sent. kApplied: the server confirmed it. kRefused: the server refused it, nothing
// changed. kUnknown: no answer came; the live object must tell.
enum class ChangeState { kIntended, kApplied, kRefused, kUnknown };
enum class Verb { kCreate, kUpdate, kDelete, kExec, kHttp };

std::string_view to_string(RunState state);
std::string_view to_string(StepState state);
std::string_view to_string(ChangeState state);
std::string_view to_string(Verb verb);

struct Run {
  RunId id = 0;
  std::string mode;  // "rehearse", "run", "backup" or "rollback"
  std::string product, from_version, to_version;
  std::string target;  // server and namespace, or the emulator's origin: for people
  Json plan;           // the steps and parameters (secrets left out) as the engine was given them
  TimePoint started, finished;
  RunState state = RunState::kRunning;
  std::string files = {};  // the directory of its backup; "": none on disk
  RunId undoes = 0;        // of a rollback: the newest run that it undoes
};

struct StepRun {
  StepRunId id = 0;
  RunId run = 0;
  std::string step;  // "2.5-2.6/images/amp-system"
  int attempt = 1;
  StepState state = StepState::kRunning;
  std::string summary;
  Json reply;  // what the step's operations answered
  TimePoint started, finished;
};

// JSON values of an intent as compact text; "null" as well.
struct ChangeTexts {
  std::string request, old_value, intended;
};

struct Change {
  ChangeId id = 0;
  StepRunId step_run = 0;
  std::string step;
  Verb verb = Verb::kUpdate;
  std::string object;  // API path, or "POD/CONTAINER" for an exec, or the URL without its query
  std::string kind, name;
  Json request;    // what is sent: method, content type, body; or command; never a credential of upshift's own
  Json old_value;  // the whole object before; null: it did not exist
  Json intended;   // the whole object expected after; null: gone
  Json new_value;  // the whole object the server answered with; null: gone, or not applied
  ChangeState state = ChangeState::kIntended;
  int http_status = 0;
  std::string error;
  TimePoint intended_at, settled_at;
  ChangeId undoes = 0;  // the change that this one takes back; 0: none
  // The key that its values are encrypted with, which are left out here; "": they are here. See Sealed.
  std::string sealed_by = {};
  // Of an intent that several journals write: made once. Null: each makes its own.
  std::shared_ptr<const ChangeTexts> texts = {};
};

// A value that the steps of a run share.
struct Value {
  std::string name, step;
  Json value;
  bool secret = false;
  std::string sealed_by = {};  // as of a change
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Durable (SQLite, synchronous=FULL) when they return, with all that was written before: intend(), settle() of a
  // command or a call, end_run(), reopen_run() and flush(). Everything else is durable with the next of these: a crash
  // before it is as one before the write. RESOURCE_EXHAUSTED: disk full; PERMISSION_DENIED: read-only. After an error
  // nothing of that write is stored, what was not durable may be lost with it, and nothing may be sent.
  virtual Result<RunId> begin_run(const Run& run) = 0;
  virtual Status end_run(RunId run, RunState state, TimePoint at) = 0;
  // The run goes on: it is running again, and has no end.
  virtual Status reopen_run(RunId run) = 0;
  virtual Result<StepRunId> begin_step(RunId run, const std::string& step, int attempt, TimePoint at) = 0;
  // What the step's operations have answered up to now, so that a later attempt need not ask again.
  virtual Status note_reply(StepRunId step_run, const Json& reply) = 0;
  virtual Status end_step(StepRunId step_run, StepState state, const std::string& summary, const Json& reply,
                          TimePoint at) = 0;
  // `change.id` and `state` are ignored: it is stored as kIntended.
  virtual Result<ChangeId> intend(const Change& change) = 0;
  // Once; a change settled as kUnknown may be settled again. Else FAILED_PRECONDITION.
  virtual Status settle(ChangeId change, ChangeState state, int http_status, const Json& new_value,
                        const std::string& error, TimePoint at) = 0;
  // Values that steps share, by name, for the whole run. `secret` values are never shown.
  virtual Status set_value(RunId run, const std::string& step, const std::string& name, const Json& value,
                           bool secret) = 0;
  virtual Result<std::optional<Json>> value(RunId run, const std::string& name) = 0;
  // Makes all that was written durable, so that others see it as well: before whatever takes long.
  virtual Status flush() = 0;

  // Reading, oldest first.
  virtual Result<std::vector<Run>> runs() = 0;
  virtual Result<std::vector<StepRun>> steps(RunId run) = 0;
  virtual Result<std::vector<Change>> changes(RunId run) = 0;
  virtual Result<std::vector<Value>> values(RunId run) = 0;
};

class KeyRing;
// What becomes of values that are encrypted with a key that is not at hand: reading them fails, or they are left out
// and `sealed_by` names the key. Whoever acts on what he reads refuses.
enum class Sealed { kRefuse, kLeaveOut };

// Opens or creates the file with mode 0600. An empty path is a journal in memory (a rehearsal's).
// A file of an earlier format becomes one of the present.
// FAILED_PRECONDITION: not a journal, written by a newer version, or damaged; the summary says which.
// ABORTED: another process (or another Journal of this one) writes it.
// With keys (journal/keys.hpp) what may be secret is encrypted: values of Secrets and of what has a pod template,
// commands and calls with their answers, secret values of runs. FAILED_PRECONDITION also where the journal holds values
// of a key that is not among them.
Result<std::unique_ptr<Journal>> open_journal(const std::filesystem::path& path,
                                              std::shared_ptr<const KeyRing> keys = nullptr);
// For looking only, also while another process writes: every write is PERMISSION_DENIED. The file must exist. One of an
// earlier format is read as it is; the file is left alone.
Result<std::unique_ptr<Journal>> read_journal(const std::filesystem::path& path,
                                              std::shared_ptr<const KeyRing> keys = nullptr,
                                              Sealed sealed = Sealed::kRefuse);
// Likewise, but as the journal is at this moment, whatever is written later. It keeps no writer waiting.
Result<std::unique_ptr<Journal>> journal_snapshot(const std::filesystem::path& path,
                                                  std::shared_ptr<const KeyRing> keys = nullptr,
                                                  Sealed sealed = Sealed::kRefuse);

}  // namespace upshift::journal
