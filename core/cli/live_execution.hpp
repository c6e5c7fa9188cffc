// Carrying out a plan on a live project: the engine with the session's cluster, progress on stderr, gates at the
// terminal.
#pragma once

#include "cli/live_session.hpp"
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
};

// What happens is in the document's record as well.
engine::RunResult carry_out(const plan::Plan& plan, const Execution& with, report::Document& document);

}  // namespace upshift::cli
