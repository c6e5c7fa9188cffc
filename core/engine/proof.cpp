#include "engine/proof.hpp"

#include <fmt/format.h>
#include <set>

#include "engine/step_services.hpp"

namespace upshift::engine {
namespace {

bool is_so(const std::string& state) {
  return state == "done" || state == "not_applicable";
}

// The steps before which a selected one comes.
std::set<std::string> behind_selected(const plan::Plan& plan) {
  std::set<std::string> behind;
  for (const auto& step : plan.steps) {
    for (const auto& id : step.after) {
      const auto* before = plan.find(id);
      if (before != nullptr && (before->selected || behind.contains(id))) behind.insert(step.id);
    }
  }
  return behind;
}

bool is_of_cluster(const Error& error) {
  return error.code == StatusCode::kUnavailable || error.code == StatusCode::kUnauthenticated;
}

class Silence final : public EventSink {
 public:
  void on_event(const Event&) override {}
};

struct Checked {
  std::string state, summary;
};

Result<Checked> check(const plan::Step& step, const Dependencies& with) {
  plugin::Plugin* plugin = with.plugin(step.plugin);
  if (plugin == nullptr || !plugin->has(plugin::Operation::kCheck, step.subject)) {
    return Checked{"pending", "its plugin cannot tell"};
  }
  StepScope scope{.with = with, .step = step, .operation = plugin::Operation::kCheck, .redactor = {}};
  for (const auto& name : step.secret_parameters) {
    if (step.parameters.contains(name)) scope.redactor.add(step.parameters.at(name));
  }
  StepServices services(scope);
  const Json request = {{"step", step.id}, {"parameters", step.parameters}, {"attempt", 1}};
  const auto reply = plugin->run(plugin::Operation::kCheck, step.subject, request, services);
  if (!reply && is_of_cluster(reply.error())) return failure(scope.redactor.clean(reply.error()));
  if (!reply) return Checked{"unknown", scope.redactor.clean(reply.error().summary)};
  return Checked{string_at(*reply, "/state"), scope.redactor.clean(string_at(*reply, "/summary"))};
}

}  // namespace

std::optional<std::string> left_out_because(const plan::Step& step, const std::string& state,
                                            const std::string& summary) {
  if (is_so(state)) return fmt::format("already so{}{}", summary.empty() ? "" : ": ", summary);
  if (state == "pending" && step.changes.empty() && step.gives.empty()) {
    return "left out: it changes nothing in the project";
  }
  return {};
}

std::string missing_because(const plan::Step& step, const std::string& state, const std::string& summary) {
  if (state == "pending" && !step.gives.empty()) return fmt::format("it gives {}", step.gives.front());
  if (state == "unknown") return fmt::format("it cannot be told: {}", summary);
  return summary.empty() ? "it is still to be done" : summary;
}

Result<std::vector<Missing>> find_missing(const plan::Plan& plan, const Dependencies& with) {
  Silence silence;
  const Dependencies quiet{.client = with.client,
                           .cache = with.cache,
                           .journal = with.journal,
                           .events = silence,
                           .files = with.files,
                           .http = with.http,
                           .plugin = with.plugin,
                           .cancelled = with.cancelled};
  const auto later = behind_selected(plan);
  std::vector<Missing> missing;
  for (const auto& step : plan.steps) {
    if (step.selected) continue;
    UPSHIFT_ASSIGN(const Checked said, check(step, quiet));
    if (left_out_because(step, said.state, said.summary)) continue;
    if (said.state != "pending" && later.contains(step.id)) continue;
    missing.push_back({step.id, step.title, missing_because(step, said.state, said.summary)});
  }
  return missing;
}

}  // namespace upshift::engine
