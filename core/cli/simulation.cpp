#include "cli/simulation.hpp"

#include <fmt/format.h>

#include "engine/direct_services.hpp"
#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

constexpr std::string_view kSubject = "simulate";

// A timer's data comes back to the plugin that set it.
std::vector<emulator::Timer> timers_of(const Json& reply, const std::string& plugin) {
  std::vector<emulator::Timer> timers;
  for (const Json& timer : array_at(reply, "/timers")) {
    const Json* data = find(timer, "/data");
    timers.push_back(
        {Duration(int_at(timer, "/after_ms")), Json{{"plugin", plugin}, {"data", data == nullptr ? Json() : *data}}});
  }
  return timers;
}

std::string text_at(const Json& reply, const char* pointer) {
  const Json* value = find(reply, pointer);
  if (value == nullptr) return {};
  return value->is_string() ? value->get<std::string>() : to_text(*value);
}

}  // namespace

Simulation::Simulation(const plugin::Registry& registry, cluster::Client& client, EventSink* events)
    : client_(client), services_(engine::make_direct_services(client, engine::Access::kReadWrite, events)) {
  for (const auto& entry : registry.plugins()) {
    if (entry.plugin->has(plugin::Operation::kSimulate, kSubject)) actors_.push_back({entry.plugin.get(), nullptr});
  }
}

Result<Json> Simulation::ask(Actor& actor, Json request) {
  request["state"] = actor.state;
  UPSHIFT_ASSIGN(Json reply, actor.plugin->run(plugin::Operation::kSimulate, kSubject, request, *services_));
  if (reply.is_object() && reply.contains("state")) actor.state = reply["state"];
  return reply;
}

Result<std::optional<std::pair<Simulation::Actor*, Json>>> Simulation::ask_until_handled(const Json& request) {
  for (Actor& actor : actors_) {
    UPSHIFT_ASSIGN(Json reply, ask(actor, request));
    if (bool_at(reply, "/handled")) return std::optional(std::pair(&actor, std::move(reply)));
  }
  return std::nullopt;
}

Status Simulation::start() {
  for (Actor& actor : actors_) UPSHIFT_TRY(ask(actor, Json{{"event", "start"}}));
  return {};
}

std::string Simulation::deployment_config_of(const std::string& pod) {
  const auto* type = cluster::find_kind("Pod");
  const auto found = client_.get({*type, client_.name_space(), pod});
  if (!found || !*found) return {};
  return string_at(**found, "/metadata/annotations/openshift.io~1deployment-config.name",
                   string_at(**found, "/metadata/labels/deploymentconfig"));
}

Result<std::optional<emulator::SimulatedExec>> Simulation::exec(const cluster::ExecRequest& request) {
  UPSHIFT_ASSIGN(const auto answer, ask_until_handled(Json{{"event", "exec"},
                                                           {"pod", request.pod},
                                                           {"deployment_config", deployment_config_of(request.pod)},
                                                           {"container", request.container},
                                                           {"command", request.command},
                                                           {"stdin", request.standard_input}}));
  if (!answer) return std::nullopt;
  const auto& [actor, reply] = *answer;
  emulator::SimulatedExec out;
  out.result.exit_code = static_cast<int>(int_at(reply, "/exit_code"));
  out.result.standard_output = string_at(reply, "/stdout");
  out.result.standard_error = string_at(reply, "/stderr");
  out.timers = timers_of(reply, actor->plugin->id());
  return std::optional(std::move(out));
}

Result<std::vector<emulator::Timer>> Simulation::timer(const Json& data) {
  for (Actor& actor : actors_) {
    if (actor.plugin->id() != string_at(data, "/plugin")) continue;
    const Json* own = find(data, "/data");
    UPSHIFT_ASSIGN(const Json reply, ask(actor, Json{{"event", "timer"}, {"data", own == nullptr ? Json() : *own}}));
    return timers_of(reply, actor.plugin->id());
  }
  return std::vector<emulator::Timer>();
}

Result<engine::HttpAnswer> Simulation::send(const engine::HttpCall& call) {
  UPSHIFT_ASSIGN(const auto answer, ask_until_handled(Json{{"event", "http"},
                                                           {"method", call.method},
                                                           {"url", call.url},
                                                           {"headers", call.headers},
                                                           {"form", call.form},
                                                           {"secret_query", call.secret_query}}));
  if (!answer) {
    return failure(StatusCode::kUnavailable,
                   fmt::format("no plugin simulates {} {}", call.method, report::redact_text(call.url)),
                   "a rehearsal sends nothing to the outside: the plugin that makes the call must simulate its answer");
  }
  return engine::HttpAnswer{static_cast<int>(int_at(answer->second, "/status", 200)), text_at(answer->second, "/body")};
}

}  // namespace upshift::cli
