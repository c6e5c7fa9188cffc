// All that a run needs, with everything scripted.
#pragma once

#include <gtest/gtest.h>

#include "engine/run.hpp"
#include "support/fake_cluster.hpp"
#include "support/memory_journal.hpp"
#include "support/scripted_plugin.hpp"

namespace upshift::engine {

using plugin::HostServices;
using plugin::Operation;

struct Bench {
  testing::FakeCluster server;
  cluster::Client client{server, testing::FakeCluster::kProject};
  cluster::Cache cache{client};
  testing::MemoryJournal journal;
  testing::RecordedEvents events;
  std::unique_ptr<FileStore> files = make_memory_file_store();
  testing::ScriptedPlugin plugin;
  plan::Plan plan{"shop", "1", "2", {"1-2"}, {}, {}, {}};
  Dependencies with{client, cache, journal, events, *files};

  Bench() {
    with.plugin = [this](const std::string&) { return &plugin; };
    with.gate = [](const plan::Step&) { return GateAnswer{true, "test"}; };
    plan.steps.reserve(32);
  }

  // A step that comes after the one added before it, unless told otherwise; may change ConfigMaps and Secrets.
  plan::Step& add(const std::string& id, std::optional<std::vector<std::string>> after = {}) {
    plan::Step step;
    step.id = step.subject = id;
    step.plugin = "scripted";
    step.title = "Do " + id;
    step.after = after                ? *after
                 : plan.steps.empty() ? std::vector<std::string>{}
                                      : std::vector<std::string>{plan.steps.back().id};
    step.changes = {{"configmaps", {"create", "update", "delete"}},
                    {"secrets", {"create", "update", "delete"}},
                    {"pods", {"exec"}},
                    {"", {"http"}}};
    plan.steps.push_back(std::move(step));
    return plan.steps.back();
  }
  // Its apply makes one request to the cluster service.
  void applies(const std::string& id, const std::string& verb, const Json& request, const Json& await = Json::array()) {
    plugin.on(Operation::kApply, id, [=](const Json&, HostServices& host) -> Result<Json> {
      UPSHIFT_TRY(host.invoke("upshift.cluster/1", verb, request));
      return Json{{"summary", "applied"}, {"await", await}};
    });
  }
  void answers(Operation operation, const std::string& id, const Json& reply) { plugin.answer(operation, id, reply); }
  RunResult run() { return engine::run(plan, with); }
};

inline Json config_map(const std::string& name, const std::string& value = "1") {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", value}}}};
}
inline Json create(const std::string& name) {
  return {{"object", config_map(name)}};
}
inline Json set_to(const std::string& name, const std::string& value) {
  return {{"kind", "ConfigMap"}, {"name", name}, {"type", "merge"}, {"patch", {{"data", {{"a", value}}}}}};
}
inline Json wait_for(const std::string& name) {
  return Json::array({{{"condition", "exists"}, {"kind", "ConfigMap"}, {"name", name}}});
}

}  // namespace upshift::engine
