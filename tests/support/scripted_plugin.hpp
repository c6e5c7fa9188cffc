// A plugin whose operations are lambdas of the test, and a sink that keeps events.
#pragma once

#include <functional>
#include <map>

#include "base/event.hpp"
#include "plugin/plugin.hpp"

namespace upshift::testing {

class ScriptedPlugin final : public plugin::Plugin {
 public:
  using Action = std::function<Result<Json>(const Json& request, plugin::HostServices& host)>;
  std::vector<std::string> calls;  // "check 1-2/a/x"

  ScriptedPlugin& on(plugin::Operation operation, const std::string& subject, Action action) {
    actions_[{operation, subject}] = std::move(action);
    return *this;
  }
  ScriptedPlugin& answer(plugin::Operation operation, const std::string& subject, Json reply) {
    return on(operation, subject, [reply](const Json&, plugin::HostServices&) { return Result<Json>(reply); });
  }

  const std::string& id() const override { return id_; }
  const std::string& version() const override { return version_; }
  const Json& manifest() const override { return manifest_; }
  bool has(plugin::Operation operation, std::string_view subject) const override {
    return actions_.contains({operation, std::string(subject)});
  }
  Result<Json> run(plugin::Operation operation, std::string_view subject, const Json& request,
                   plugin::HostServices& services) override {
    calls.push_back(std::string(plugin::to_string(operation)) + " " + std::string(subject));
    return actions_.at({operation, std::string(subject)})(request, services);
  }

 private:
  std::string id_ = "scripted";
  std::string version_ = "1";
  Json manifest_ = Json::object();
  std::map<std::pair<plugin::Operation, std::string>, Action> actions_;
};

class RecordedEvents final : public EventSink {
 public:
  std::vector<Event> all;
  void on_event(const Event& event) override { all.push_back(event); }
  std::vector<const Event*> of(Event::Kind kind, const std::string& step = "") const {
    std::vector<const Event*> found;
    for (const auto& event : all) {
      if (event.kind == kind && (step.empty() || event.step == step)) found.push_back(&event);
    }
    return found;
  }
};

}  // namespace upshift::testing
