#include "cli/rehearsal.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/emulated_project.hpp"
#include "cli/interrupt.hpp"
#include "cli/journal_choice.hpp"
#include "cli/parameter_values.hpp"
#include "cli/plugins.hpp"
#include "cli/progress.hpp"
#include "cluster/cache.hpp"
#include "emulator/fault_document.hpp"

namespace upshift::cli {
namespace {

// Virtual time begins here: a rehearsal of the same input gives the same result on every day.
constexpr std::string_view kVirtualStart = "2026-01-01T00:00:00Z";
std::string origin_of(const std::vector<InputDocument>& documents) {
  std::vector<std::string> origins;
  for (const auto& document : documents) {
    if (origins.empty() || origins.back() != document.origin) origins.push_back(document.origin);
  }
  return origins.size() > 3 ? fmt::format("{} and {} more", origins.front(), origins.size() - 1) : join(origins, ", ");
}

std::string command_of(const journal::Change& change) {
  if (change.verb == journal::Verb::kHttp) return string_at(change.request, "/method") + " " + change.object;
  std::vector<std::string> words;
  for (const Json& word : array_at(change.request, "/command")) {
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  return join(words, " ");
}

}  // namespace

struct Rehearsal::State {
  RehearsalRequest request;
  std::unique_ptr<EmulatedProject> project;
  plan::Catalog catalog;
  VersionChoice version;
  plan::Plan plan;
  std::string target;
  std::unique_ptr<journal::Journal> journal;
  journal::RunId run = 0;
};

Rehearsal::Rehearsal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rehearsal::~Rehearsal() = default;

Result<std::unique_ptr<Rehearsal>> Rehearsal::prepare(RehearsalRequest request, EventSink* events) {
  UPSHIFT_ASSIGN(const auto documents, read_input(request.input));
  UPSHIFT_ASSIGN(const TimePoint start, parse_rfc3339(kVirtualStart));
  auto state = std::make_unique<State>();
  state->request = std::move(request);
  State& s = *state;
  UPSHIFT_ASSIGN(s.project,
                 EmulatedProject::create(s.request.settings, documents, s.request.input.parameters, start, events));
  EmulatedProject& project = *s.project;
  emulator::add_faults(project.emulator.faults(), s.request.faults);
  UPSHIFT_ASSIGN(s.catalog, catalog_of(project.registry));
  s.target = fmt::format("emulated project '{}' from {}", project.emulator.name_space(), origin_of(documents));
  UPSHIFT_ASSIGN(s.version, choose_version(s.request.version, s.catalog, project.registry, project.client));
  if (!s.version.nothing_to_do) {
    auto settings = plan_settings(s.request.settings, StandIns::kUse);
    settings.via = s.request.version.via;
    s.request.steps.apply_to(settings);
    UPSHIFT_ASSIGN(s.plan, plan::make_plan(s.catalog, s.version.product, s.version.from, s.version.to, settings));
  }
  return std::unique_ptr<Rehearsal>(new Rehearsal(std::move(state)));
}

const VersionChoice& Rehearsal::version() const {
  return state_->version;
}
const plan::Plan& Rehearsal::plan() const {
  return state_->plan;
}

std::vector<report::StandIn> Rehearsal::stand_ins() const {
  std::vector<report::StandIn> out;
  const auto description = [this](const std::string& name) {
    const std::string scope = name.substr(0, name.rfind('.'));
    const std::string pointer = "/" + escape_pointer(name.substr(name.rfind('.') + 1)) + "/description";
    if (const auto* concern = state_->catalog.concern(scope)) return string_at(concern->parameters, pointer);
    for (const auto& hop : state_->catalog.hops) {
      if (hop.id == scope) return string_at(hop.parameters, pointer);
    }
    return std::string();
  };
  for (const auto& name : state_->plan.stand_ins) out.push_back({name, description(name)});
  return out;
}

std::vector<Diagnostic> Rehearsal::warnings() const {
  std::vector<Diagnostic> out = state_->request.warnings;
  out.insert(out.end(), state_->version.warnings.begin(), state_->version.warnings.end());
  for (const auto& text : state_->plan.warnings) out.push_back({Severity::kWarning, text, "", ""});
  return out;
}

Result<std::vector<engine::Missing>> Rehearsal::missing() {
  State& s = *state_;
  if (s.plan.selection.is_null()) return std::vector<engine::Missing>();
  UPSHIFT_ASSIGN(const auto journal, journal::open_journal(""));
  cluster::Cache cache(s.project->client);
  const auto files = engine::make_memory_file_store();
  EventFan nobody;
  return engine::find_missing(s.plan, {.client = s.project->client,
                                       .cache = cache,
                                       .journal = *journal,
                                       .events = nobody,
                                       .files = *files,
                                       .http = s.project->simulation.get(),
                                       .plugin = [&s](const std::string& id) { return s.project->registry.find(id); }});
}

Result<engine::RunResult> Rehearsal::run(EventSink& events) {
  State& s = *state_;
  std::shared_ptr<const journal::KeyRing> keys;
  if (!s.request.journal.empty()) {
    UPSHIFT_ASSIGN(keys, journal_keys(s.request.settings));
  }
  UPSHIFT_ASSIGN(s.journal, journal::open_journal(s.request.journal, std::move(keys)));
  cluster::Cache cache(s.project->client);
  const auto files = engine::make_memory_file_store();
  engine::Dependencies with{.client = s.project->client,
                            .cache = cache,
                            .journal = *s.journal,
                            .events = events,
                            .files = *files,
                            .http = s.project->simulation.get(),
                            .plugin = {},
                            .gate = {},
                            .mode = "rehearse",
                            .target = s.target};
  with.plugin = [&s](const std::string& id) { return s.project->registry.find(id); };
  with.gate = [&s](const plan::Step& step) {
    const auto& declined = s.request.declined;
    const bool no =
        std::any_of(declined.begin(), declined.end(), [&](const auto& glob) { return matches_glob(glob, step.id); });
    return engine::GateAnswer{!no, no ? "--decline" : "rehearsal"};
  };
  with.cancelled = interrupted;
  engine::RunResult result = engine::run(s.plan, with);
  s.run = result.run;
  s.project->settle();
  return result;
}

Json Rehearsal::project() const {
  return state_->project->emulator.snapshot();
}

const std::string& Rehearsal::name_space() const {
  return state_->project->emulator.name_space();
}

std::map<std::string, std::int64_t> Rehearsal::rollouts() const {
  std::map<std::string, std::int64_t> out;
  const auto* type = cluster::find_kind("DeploymentConfig");
  for (const Json* object : state_->project->emulator.store().list(*type, state_->project->emulator.name_space())) {
    out[string_at(*object, "/metadata/name")] = int_at(*object, "/status/latestVersion");
  }
  return out;
}

Result<std::vector<report::ChangeDetail>> Rehearsal::changes() const {
  std::vector<report::ChangeDetail> out;
  if (state_->journal == nullptr) return out;
  UPSHIFT_ASSIGN(const auto changes, state_->journal->changes(state_->run));
  for (const auto& change : changes) {
    report::ChangeDetail detail;
    detail.step = change.step;
    detail.verb = std::string(journal::to_string(change.verb));
    const bool of_object = change.verb != journal::Verb::kExec && change.verb != journal::Verb::kHttp;
    detail.object = of_object ? change.kind + "/" + change.name : change.object;
    if (of_object) {
      detail.before = change.old_value;
      detail.after = change.new_value;
    } else {
      detail.command = command_of(change);
    }
    out.push_back(std::move(detail));
  }
  return out;
}

}  // namespace upshift::cli
