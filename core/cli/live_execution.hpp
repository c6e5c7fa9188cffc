// Carrying out a plan on a live project: the engine with the session's cluster, progress on stderr, gates at the
// terminal.
#pragma once

#include "cli/gatekeeper.hpp"
#include "cli/live_session.hpp"
#include "cli/progress.hpp"
#include "cluster/cache.hpp"
#include "engine/proof.hpp"
#include "engine/run.hpp"
#include "report/document.hpp"

namespace upshift::cli {

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
  std::string backup = {};                          // where `files` are
  std::optional<journal::RunId> resumed = {};       // the run that is carried on
};

// The engine on a live project: progress on stderr, gates at the terminal, everything into the document's record.
class LiveEngine {
 public:
  // Everything is borrowed.
  LiveEngine(const Execution& with, report::Document& document);
  LiveEngine(const LiveEngine&) = delete;
  LiveEngine& operator=(const LiveEngine&) = delete;

  const engine::Dependencies& dependencies() const { return dependencies_; }

 private:
  Progress progress_;
  EventFan events_;
  cluster::Cache cache_;
  Gatekeeper gates_;
  engine::Dependencies dependencies_;
};

// What the plan's selection leaves out, needs, and is not so in the project. UNAVAILABLE: it cannot be asked.
Result<std::vector<engine::Missing>> missing_steps(const plan::Plan& plan, const Execution& with);

// What happens is in the document's record as well.
engine::RunResult carry_out(const plan::Plan& plan, const Execution& with, report::Document& document);

}  // namespace upshift::cli
