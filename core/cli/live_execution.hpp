// Carrying out a plan on a live project: the engine with the session's cluster, progress on stderr, gates at the
// terminal.
#pragma once

#include "cli/cluster_copy.hpp"
#include "cli/gatekeeper.hpp"
#include "cli/live_lock.hpp"
#include "cli/live_session.hpp"
#include "cli/progress.hpp"
#include "cluster/cache.hpp"
#include "engine/mirrored_journal.hpp"
#include "engine/proof.hpp"
#include "engine/run.hpp"
#include "report/document.hpp"

namespace upshift::cli {

// The mode of a plan that only reads.
inline constexpr const char* kChangesNothing = "backup";

// Everything is borrowed.
struct Execution {
  LiveSession& session;
  const Arguments& arguments;  // gates, --quiet
  const config::Settings& settings;
  journal::Journal& journal;
  engine::FileStore& files;
  engine::HttpService* http = nullptr;  // the product's own API
  EventSink* log = nullptr;
  std::string mode = "run";
  std::string backup = {};                      // where `files` are
  std::optional<journal::RunId> resumed = {};   // the run that is carried on
  Duration patience = std::chrono::minutes(5);  // with a cluster that is out of reach
};

// --patience, for commands that carry something out.
void add_patience_option(OptionSet& options);
// INVALID_ARGUMENT: it is no duration.
Result<Duration> patience_of(const Arguments& arguments);

// The engine on a live project: progress on stderr, gates at the terminal, everything into the document's record. It
// sends changes only while the project's lock is held, from lock() until it ends.
class LiveEngine {
 public:
  // Everything is borrowed.
  LiveEngine(const Execution& with, report::Document& document);
  LiveEngine(const LiveEngine&) = delete;
  LiveEngine& operator=(const LiveEngine&) = delete;

  ~LiveEngine();

  // Before anything that is sent is decided. ABORTED: another upgrade holds it. FAILED_PRECONDITION: the journal is
  // behind its mirror in the project, or contradicts it. `run` is for people.
  Status lock(const std::string& run);
  // Somebody took it, so that no more was sent.
  bool lock_lost() const { return lock_.lost(); }
  const engine::Dependencies& dependencies() const { return dependencies_; }

 private:
  Progress progress_;
  const Execution& with_;
  report::Document& document_;
  EventFan events_;
  engine::MirrorChunks chunks_;
  engine::MirroredJournal mirrored_;
  LiveLock lock_;
  cluster::Cache cache_;
  Gatekeeper gates_;
  engine::Dependencies dependencies_;
};

// What the plan's selection leaves out, needs, and is not so in the project. UNAVAILABLE: it cannot be asked.
Result<std::vector<engine::Missing>> missing_steps(const plan::Plan& plan, const Execution& with);

// What happens is in the document's record as well. ABORTED: another upgrade holds the project's lock.
Result<engine::RunResult> carry_out(const plan::Plan& plan, const Execution& with, report::Document& document);

// The report on stdout, as the settings want it. Of a command that had nothing to do, why.
void print_report(const report::Document& document, const config::Settings& settings);

}  // namespace upshift::cli
