#include "cli/live_execution.hpp"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "cli/common.hpp"
#include "cli/interrupt.hpp"

namespace upshift::cli {

void add_patience_option(OptionSet& options) {
  options.value("patience", "TIME", "how long the cluster may be out of reach before this ends, as 90s; default: 5m");
}

Result<Duration> patience_of(const Arguments& arguments) {
  const auto text = arguments.get("patience");
  if (text.empty()) return Duration(std::chrono::minutes(5));
  auto parsed = parse_duration(text);
  if (!parsed) return failure(std::move(parsed.error()).with_context("--patience"));
  return parsed;
}

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
      with_(with),
      document_(document),
      chunks_(*with.session.client),
      mirrored_(with.journal, chunks_, events_),
      lock_(with.session, mirrored_, with.arguments, events_),
      cache_(lock_.client()),
      gates_(make_gatekeeper(with.arguments, progress_.clear)),
      dependencies_{.client = lock_.client(),
                    .cache = cache_,
                    .journal = lock_.journal(),
                    .events = events_,
                    .files = with.files,
                    .http = with.http,
                    .plugin = [&session = with.session](const std::string& id) { return session.registry.find(id); },
                    .gate = [this](const plan::Step& step) { return gates_.answer(step); },
                    // A holder that has lost the lock has nothing left to do here.
                    .cancelled = [this] { return interrupted() || lock_.lost(); },
                    .fence = with.mode == kChangesNothing ? nullptr : std::function([this] { return lock_.fence(); }),
                    .patience = with.patience,
                    .mode = with.mode,
                    .target = with.session.cluster.display(),
                    .backup = with.backup} {
  events_.add(&document.run);
  events_.add(progress_.sink.get());
  events_.add(with.log);
  events_.add(&lock_);
  mirrored_.mirror(with.mode != kChangesNothing && !with.arguments.has("no-mirror"));
}

LiveEngine::~LiveEngine() {
  const auto& cost = chunks_.cost();
  if (cost.chunks == 0) return;
  events_.on_event({Event::Kind::kLog,
                    dependencies_.client.clock().now(),
                    "",
                    {{"severity", "info"},
                     {"message", fmt::format("the journal's mirror in the project took {} requests for {} chunks of "
                                             "{} bytes in all",
                                             cost.requests, cost.chunks, cost.bytes)}}});
}

Status LiveEngine::lock(const std::string& run) {
  UPSHIFT_TRY(lock_.acquire(run));
  if (with_.arguments.has("no-mirror")) return {};
  const bool anew = with_.mode == "run" && !with_.resumed;
  auto checked = anew ? look_for_others(with_.journal, chunks_, document_.diagnostics)
                      : check_copy(with_.journal, chunks_, document_.diagnostics);
  if (checked || checked.error().code == StatusCode::kFailedPrecondition) return checked;
  return failure(as_unreachable(std::move(checked.error()), with_.session.cluster));
}

Result<engine::RunResult> carry_out(const plan::Plan& plan, const Execution& with, report::Document& document) {
  LiveEngine live(with, document);
  if (with.mode != kChangesNothing) {
    UPSHIFT_TRY(live.lock(fmt::format("{} {} {} → {}", with.mode, plan.product, plan.from, plan.to)));
  }
  auto result =
      with.resumed ? engine::resume(plan, live.dependencies(), *with.resumed) : engine::run(plan, live.dependencies());
  result.lock_lost = live.lock_lost();
  return result;
}

void print_report(const report::Document& document, const config::Settings& settings) {
  if (settings.output == "json") {
    std::cout << to_text(report::to_json_report(document), 2) << "\n";
    return;
  }
  if (!document.run.started() && document.exit_status == 0) std::cout << document.summary << "\n";
  std::cout << report::to_text_report(document, look_of(STDOUT_FILENO, settings.colour));
}

}  // namespace upshift::cli
