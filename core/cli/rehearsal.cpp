#include "cli/rehearsal.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/interrupt.hpp"
#include "cli/parameter_values.hpp"
#include "cli/plugins.hpp"
#include "cli/simulation.hpp"
#include "cluster/cache.hpp"
#include "emulator/emulator.hpp"
#include "emulator/fault_document.hpp"

namespace upshift::cli {
namespace {

// Virtual time begins here: a rehearsal of the same input gives the same result on every day.
constexpr std::string_view kVirtualStart = "2026-01-01T00:00:00Z";
// The longest that a project may take to come to rest.
constexpr Duration kSettleLimit = std::chrono::hours(2);

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
  explicit State(emulator::Options options) : emulator(std::move(options)), client(emulator, emulator.name_space()) {}

  RehearsalRequest request;
  plugin::Registry registry;
  plan::Catalog catalog;
  emulator::Emulator emulator;
  cluster::Client client;
  std::unique_ptr<Simulation> simulation;
  VersionChoice version;
  plan::Plan plan;
  std::string target;
  std::unique_ptr<journal::Journal> journal;
  journal::RunId run = 0;
};

Rehearsal::Rehearsal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rehearsal::~Rehearsal() {
  state_->emulator.set_outside_world(nullptr);
}

Result<std::unique_ptr<Rehearsal>> Rehearsal::prepare(RehearsalRequest request, EventSink* events) {
  UPSHIFT_ASSIGN(const auto documents, read_input(request.input));
  emulator::Options options;
  UPSHIFT_ASSIGN(options.name_space, namespace_of(documents, request.settings.name_space));
  UPSHIFT_ASSIGN(options.start, parse_rfc3339(kVirtualStart));
  auto state = std::make_unique<State>(options);
  state->request = std::move(request);
  State& s = *state;
  UPSHIFT_TRY(load_plugins(s.request.settings, s.registry));
  UPSHIFT_ASSIGN(s.catalog, catalog_of(s.registry));
  for (const auto& entry : s.registry.plugins()) {
    const Json* facts = find(entry.plugin->manifest(), "/emulation");
    if (facts != nullptr) UPSHIFT_TRY(s.emulator.add_facts(*facts));
  }
  for (const auto& document : documents) {
    if (auto loaded = s.emulator.load(document.content, s.request.input.parameters); !loaded) {
      return failure(std::move(loaded.error()).with_context(document.origin));
    }
  }
  s.simulation = std::make_unique<Simulation>(s.registry, s.client, events);
  s.emulator.set_outside_world(s.simulation.get());
  s.emulator.settle(kSettleLimit, true);
  UPSHIFT_TRY(s.simulation->start());
  s.emulator.settle(kSettleLimit, true);
  emulator::add_faults(s.emulator.faults(), s.request.faults);
  s.target = fmt::format("emulated project '{}' from {}", s.emulator.name_space(), origin_of(documents));
  UPSHIFT_ASSIGN(s.version, choose_version(s.request.version, s.catalog, s.registry, s.client));
  if (!s.version.nothing_to_do) {
    UPSHIFT_ASSIGN(s.plan, plan::make_plan(s.catalog, s.version.product, s.version.from, s.version.to,
                                           plan_settings(s.request.settings)));
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

Result<engine::RunResult> Rehearsal::run(EventSink& events) {
  State& s = *state_;
  UPSHIFT_ASSIGN(s.journal, journal::open_journal(s.request.journal));
  cluster::Cache cache(s.client);
  const auto files = engine::make_memory_file_store();
  engine::Dependencies with{.client = s.client,
                            .cache = cache,
                            .journal = *s.journal,
                            .events = events,
                            .files = *files,
                            .http = s.simulation.get(),
                            .plugin = {},
                            .gate = {},
                            .mode = "rehearse",
                            .target = s.target};
  with.plugin = [&s](const std::string& id) { return s.registry.find(id); };
  with.gate = [&s](const plan::Step& step) {
    const auto& declined = s.request.declined;
    const bool no =
        std::any_of(declined.begin(), declined.end(), [&](const auto& glob) { return matches_glob(glob, step.id); });
    return engine::GateAnswer{!no, no ? "--decline" : "rehearsal"};
  };
  with.cancelled = interrupted;
  engine::RunResult result = engine::run(s.plan, with);
  s.run = result.run;
  s.emulator.settle(kSettleLimit);
  return result;
}

Json Rehearsal::project() const {
  return state_->emulator.snapshot();
}

std::map<std::string, std::int64_t> Rehearsal::rollouts() const {
  std::map<std::string, std::int64_t> out;
  const auto* type = cluster::find_kind("DeploymentConfig");
  for (const Json* object : state_->emulator.store().list(*type, state_->emulator.name_space())) {
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
