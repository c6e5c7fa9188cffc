// What the world outside the cluster's controllers would do in answer to a command or a request: for rehearsals only.
// The verbs of the context act on the emulated project as the product itself would.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "upshift/sdk/context.hpp"
#include "upshift/sdk/json.hpp"

namespace upshift::sdk {

class SimulationContext : public Context {
 public:
  SimulationContext(const upshift_call* call, Json request) : Context(call, std::move(request)) {
    if (const Json* last = find(this->request(), "/state")) state_ = *last;
  }
  // Kept by the host from one event to the next; null at first.
  Json& state() { return state_; }
  // Asks for timer(data) after that much of the rehearsal's virtual time.
  void after_ms(std::int64_t delay, Json data) { timers_.push_back({{"after_ms", delay}, {"data", std::move(data)}}); }
  // Adds state and timers to a reply.
  Json complete(Json reply) const {
    reply["state"] = state_;
    if (!timers_.empty()) reply["timers"] = timers_;
    return reply;
  }

 private:
  Json state_;
  Json timers_ = Json::array();
};

struct ExecEvent {
  std::string pod, deployment_config, container;
  std::vector<std::string> command;
  std::string standard_input;
};

// Each member answers one event; what is not overridden is not handled.
class Simulation {
 public:
  virtual ~Simulation() = default;
  // The project has been loaded.
  virtual void start(SimulationContext&) {}
  virtual std::optional<ExecResult> exec(SimulationContext&, const ExecEvent&) { return std::nullopt; }
  virtual std::optional<HttpReply> http(SimulationContext&, const HttpRequest&) { return std::nullopt; }
  virtual void timer(SimulationContext&, const Json&) {}
};

namespace detail {

inline Json simulate_exec(Simulation& simulation, SimulationContext& context) {
  const Json& request = context.request();
  ExecEvent event = {string_at(request, "/pod"),
                     string_at(request, "/deployment_config"),
                     string_at(request, "/container"),
                     {},
                     string_at(request, "/stdin")};
  for (const Json& word : array_at(request, "/command")) event.command.push_back(word.get<std::string>());
  const auto result = simulation.exec(context, event);
  if (!result) return {{"handled", false}};
  return context.complete({{"handled", true},
                           {"exit_code", result->exit_code},
                           {"stdout", result->standard_output},
                           {"stderr", result->standard_error}});
}

inline Json simulate_http(Simulation& simulation, SimulationContext& context) {
  const Json& request = context.request();
  const auto reply = simulation.http(
      context, {string_at(request, "/method", "GET"), string_at(request, "/url"), object_at(request, "/headers"),
                object_at(request, "/form"), object_at(request, "/secret_query")});
  if (!reply) return {{"handled", false}};
  return context.complete({{"handled", true}, {"status", reply->status}, {"body", reply->body}});
}

inline Json simulate(Simulation& simulation, const upshift_call* call, Json request) {
  SimulationContext context(call, std::move(request));
  const std::string event = string_at(context.request(), "/event");
  if (event == "exec") return simulate_exec(simulation, context);
  if (event == "http") return simulate_http(simulation, context);
  if (event == "start") {
    simulation.start(context);
  } else if (event == "timer") {
    const Json* data = find(context.request(), "/data");
    simulation.timer(context, data != nullptr ? *data : Json());
  } else {
    throw Failure(Status::kUnimplemented, "the simulation does not know the event '" + event + "'", {}, "/event");
  }
  return context.complete(Json::object());
}

}  // namespace detail
}  // namespace upshift::sdk
