#include "cli/live_execution.hpp"

#include "cli/interrupt.hpp"

namespace upshift::cli {

Result<std::vector<engine::Missing>> missing_steps(const plan::Plan& plan, const Execution& with) {
  if (plan.selection.is_null()) return std::vector<engine::Missing>();
  LiveSession& session = with.session;
  cluster::Cache cache(*session.client);
  EventFan nobody;
  return engine::find_missing(plan,
                              {.client = *session.client,
                               .cache = cache,
                               .journal = with.journal,
                               .events = nobody,
                               .files = with.files,
                               .http = with.http,
                               .plugin = [&session](const std::string& id) { return session.registry.find(id); }});
}

LiveEngine::LiveEngine(const Execution& with, report::Document& document)
    : progress_(make_progress(with.settings, with.arguments.has("quiet"))),
      cache_(*with.session.client),
      gates_(make_gatekeeper(with.arguments, progress_.clear)),
      dependencies_{.client = *with.session.client,
                    .cache = cache_,
                    .journal = with.journal,
                    .events = events_,
                    .files = with.files,
                    .http = with.http,
                    .plugin = [&session = with.session](const std::string& id) { return session.registry.find(id); },
                    .gate = [this](const plan::Step& step) { return gates_.answer(step); },
                    .cancelled = interrupted,
                    .mode = with.mode,
                    .target = with.session.cluster.display(),
                    .backup = with.backup} {
  events_.add(&document.run);
  events_.add(progress_.sink.get());
  events_.add(with.log);
}

engine::RunResult carry_out(const plan::Plan& plan, const Execution& with, report::Document& document) {
  const LiveEngine live(with, document);
  return with.resumed ? engine::resume(plan, live.dependencies(), *with.resumed) : engine::run(plan, live.dependencies());
}

}  // namespace upshift::cli
