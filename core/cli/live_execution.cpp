#include "cli/live_execution.hpp"

#include "cli/gatekeeper.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cluster/cache.hpp"

namespace upshift::cli {

engine::RunResult carry_out(const plan::Plan& plan, const Execution& with, report::Document& document) {
  LiveSession& session = with.session;
  const auto progress = make_progress(with.settings, with.arguments.has("quiet"));
  EventFan events;
  events.add(&document.run);
  events.add(progress.sink.get());
  events.add(with.log);
  cluster::Cache cache(*session.client);
  const Gatekeeper gates = make_gatekeeper(with.arguments, progress.clear);
  const engine::Dependencies dependencies{
      .client = *session.client,
      .cache = cache,
      .journal = with.journal,
      .events = events,
      .files = with.files,
      .http = with.http,
      .plugin = [&session](const std::string& id) { return session.registry.find(id); },
      .gate = [&gates](const plan::Step& step) { return gates.answer(step); },
      .cancelled = interrupted,
      .mode = with.mode,
      .target = session.cluster.display()};
  return engine::run(plan, dependencies);
}

}  // namespace upshift::cli
