#include "support/hop.hpp"

#include <gtest/gtest.h>

#include "cli/plugins.hpp"
#include "support/project.hpp"

namespace upshift::testing {

// Tells the hop who asks.
class Hop::Asking final : public plugin::Plugin {
 public:
  Asking(Hop& hop, plugin::Plugin& real) : hop_(hop), real_(real) {}
  const std::string& id() const override { return real_.id(); }
  const std::string& version() const override { return real_.version(); }
  const Json& manifest() const override { return real_.manifest(); }
  bool has(plugin::Operation operation, std::string_view subject) const override {
    return real_.has(operation, subject);
  }
  Result<Json> run(plugin::Operation operation, std::string_view subject, const Json& request,
                   plugin::HostServices& services) override {
    hop_.asking_step_ = string_at(request, "/step");
    hop_.asker_ = std::string(plugin::to_string(operation)) + " " + hop_.asking_step_;
    auto reply = real_.run(operation, subject, request, services);
    if (hop_.answered) hop_.answered(reply);
    hop_.asker_ = "engine";
    hop_.asking_step_.clear();
    return reply;
  }

 private:
  Hop& hop_;
  plugin::Plugin& real_;
};

namespace {

std::string line_of(const FaultyTransport::Acted& acted) {
  return acted.call + " " + acted.body.substr(0, 200);
}

// The project's lock, and the journal's mirror.
bool is_own(const FaultyTransport::Acted& acted) {
  return acted.call.find("/upshift-") != std::string::npos ||
         acted.body.find(R"("app.kubernetes.io/managed-by":"upshift")") != std::string::npos;
}

template <typename Value>
void compare(const std::map<std::string, Value>& left, const std::map<std::string, Value>& right,
             const std::string& what, std::vector<std::string>& out) {
  for (const auto& [name, value] : left) {
    const auto found = right.find(name);
    if (found == right.end()) {
      out.push_back(what + name + " is there but was not in the undisturbed run");
    } else if (found->second != value) {
      out.push_back(what + name + " differs from the undisturbed run");
    }
  }
  for (const auto& [name, value] : right) {
    if (!left.contains(name)) out.push_back(what + name + " is missing");
  }
}

Result<plan::Plan> plan_of(cli::EmulatedProject& project, const Way& way) {
  UPSHIFT_ASSIGN(const auto catalog, cli::catalog_of(project.registry));
  plan::Settings settings;
  settings.rehearsal = true;
  return plan::make_plan(catalog, "3scale", way.from, way.to, settings);
}

Result<std::unique_ptr<cli::EmulatedProject>> sample(const std::string& name) {
  cli::InputRequest input;
  input.sample = name;
  UPSHIFT_ASSIGN(const auto documents, cli::read_input(input));
  UPSHIFT_ASSIGN(const TimePoint start, parse_rfc3339("2026-01-01T00:00:00Z"));
  return cli::EmulatedProject::create({}, documents, {}, start, nullptr);
}

}  // namespace

std::vector<std::string> State::differences(const State& other) const {
  std::vector<std::string> out;
  compare(objects, other.objects, "", out);
  compare(deployments, other.deployments, "the rollouts of DeploymentConfig/", out);
  std::vector<FaultyTransport::Acted> more, less;
  std::set_difference(acted.begin(), acted.end(), other.acted.begin(), other.acted.end(), std::back_inserter(more));
  std::set_difference(other.acted.begin(), other.acted.end(), acted.begin(), acted.end(), std::back_inserter(less));
  for (const auto& one : more) out.push_back("acted on beyond the undisturbed run: " + line_of(one));
  for (const auto& one : less) out.push_back("never acted on: " + line_of(one));
  return out;
}

void leave_out_repeated_command(State& state) {
  const auto same = std::adjacent_find(state.acted.begin(), state.acted.end());
  if (same != state.acted.end() && same->call.starts_with("EXEC ")) state.acted.erase(same);
}

Hop::Hop(const Way& way) {
  auto made = sample(way.sample);
  if (!made) {
    ADD_FAILURE() << made.error().summary << " " << made.error().detail;
    return;
  }
  project_ = std::move(*made);
  auto plan = plan_of(*project_, way);
  if (!plan) {
    ADD_FAILURE() << plan.error().summary << " " << plan.error().detail;
    return;
  }
  plan_ = std::move(*plan);
  transport_ = std::make_unique<FaultyTransport>(project_->emulator, project_->simulation.get());
  auto& store = project_->emulator.store();
  for (const auto& type : cluster::known_types()) {
    for (const Json* object : store.list(type, "")) renew(string_at(*object, "/metadata/name"), type, *object);
  }
  store.on_change([this](const emulator::StoredEvent& event) {
    const auto name = string_at(event.event.object, "/metadata/name");
    changed_[event.type.kind + "/" + name] = {event.type, string_at(event.event.object, "/metadata/namespace"), name};
  });
}

Hop::~Hop() = default;

const std::string& Hop::project() const {
  return project_->emulator.name_space();
}

void Hop::renew(const std::string& name, const cluster::ResourceType& type, const Json& content) {
  const auto key = type.kind + "/" + name;
  state_.objects.erase(key);
  if (type.kind == "DeploymentConfig") state_.deployments.erase(name);
  if (content.is_null()) return;
  Json object = content;
  object["kind"] = type.kind;
  for (const auto& [unused, comparable] : comparable_objects({{"items", Json::array({object})}})) {
    state_.objects[key] = std::hash<std::string>()(to_text(comparable));
  }
  if (type.kind == "DeploymentConfig") state_.deployments[name] = int_at(content, "/status/latestVersion");
}

const State& Hop::state() {
  for (const auto& [key, changed] : changed_) {
    const Json* now = project_->emulator.store().get({changed.type, changed.name_space, changed.name});
    renew(changed.name, changed.type, now == nullptr ? Json() : *now);
  }
  changed_.clear();
  for (const auto& all = transport_->acted(); acted_ < all.size(); ++acted_) {
    const auto& one = all[acted_];
    if (!is_own(one)) state_.acted.insert(std::ranges::upper_bound(state_.acted, one), one);
  }
  return state_;
}

plugin::Plugin* Hop::plugin(const std::string& id) {
  auto& slot = plugins_[id];
  if (!slot) {
    auto* real = project_->registry.find(id);
    if (real == nullptr) return nullptr;
    slot = std::make_unique<Asking>(*this, *real);
  }
  return slot.get();
}

std::unique_ptr<Hop::Parts> Hop::parts(cluster::Transport& transport, engine::HttpService& http, EventSink& events,
                                       journal::Journal& journal, engine::FileStore& files) {
  auto made = std::make_unique<Parts>(transport, project_->emulator.name_space(), journal, events, files);
  made->with.http = &http;
  made->with.plugin = [this](const std::string& id) { return plugin(id); };
  made->with.gate = [](const plan::Step&) { return engine::GateAnswer{true, "test"}; };
  return made;
}

engine::RunResult Hop::run(EventSink& events, journal::Journal& journal, engine::FileStore& files) {
  const auto made = parts(*transport_, *transport_, events, journal, files);
  return engine::run(plan_, made->with);
}

void StateRecorder::on_event(const Event& event) {
  if (event.kind != Event::Kind::kStepEnded) return;
  ended_.insert(event.step);
  out_[ended_] = hop_.state();
}

}  // namespace upshift::testing
