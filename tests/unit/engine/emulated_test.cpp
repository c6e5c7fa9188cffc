// The engine against the emulator and the real journal: what a rehearsal is made of.
#include <gtest/gtest.h>

#include "emulator/emulator.hpp"
#include "engine/rollback.hpp"
#include "engine/run.hpp"
#include "support/scripted_plugin.hpp"

namespace upshift::engine {
namespace {

using plugin::HostServices;
using plugin::Operation;

Json shop() {
  Json config = Json::parse(R"({
    "apiVersion": "apps.openshift.io/v1", "kind": "DeploymentConfig", "metadata": {"name": "web"},
    "spec": {"replicas": 1, "selector": {"name": "web"}, "strategy": {"type": "Rolling"},
             "triggers": [{"type": "ConfigChange"}],
             "template": {"metadata": {"labels": {"name": "web"}},
                          "spec": {"containers": [{"name": "main", "image": "quay.io/shop/web:1",
                                                   "env": [{"name": "A", "value": "1"}]}]}}}})");
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", Json::array({config})}};
}

struct Rehearsal {
  emulator::Emulator project{{"shop", TimePoint(std::chrono::hours(1)), 1}};
  cluster::Client client{project, "shop"};
  cluster::Cache cache{client};
  std::unique_ptr<journal::Journal> journal = std::move(*journal::open_journal(""));
  testing::RecordedEvents events;
  std::unique_ptr<FileStore> files = make_memory_file_store();
  testing::ScriptedPlugin plugin;
  plan::Plan plan{"shop", "1", "2", {"1-2"}, {}, {}, {}};
  Dependencies with{client, cache, *journal, events, *files};

  explicit Rehearsal(const Json& patch) {
    const auto loaded = project.load(shop(), {});
    EXPECT_TRUE(loaded) << loaded.error().summary;
    project.settle(std::chrono::hours(1), true);
    plan::Step step;
    step.id = step.subject = "env";
    step.plugin = "scripted";
    step.changes = {{"deploymentconfigs.apps.openshift.io", {"update"}}};
    plan.steps.push_back(step);
    with.plugin = [this](const std::string&) { return &plugin; };
    plugin.on(Operation::kApply, "env", [patch](const Json&, HostServices& host) -> Result<Json> {
      UPSHIFT_TRY(
          host.invoke("upshift.cluster/1", "patch",
                      {{"kind", "DeploymentConfig"}, {"name", "web"}, {"type", "strategic"}, {"patch", patch}}));
      return Json{{"summary", "set"}, {"await", {{{"condition", "rollout"}, {"deployment_config", "web"}}}}};
    });
  }
};

Json container(Json fields) {
  fields["name"] = "main";
  return {{"spec", {{"template", {{"spec", {{"containers", Json::array({fields})}}}}}}}};
}

TEST(Emulated, RolloutIsAwaitedAndTheSecondRunChangesNothing) {
  Rehearsal rehearsal(container({{"env", {{{"name", "B"}, {"value", "2"}}}}}));
  const auto result = run(rehearsal.plan, rehearsal.with);
  ASSERT_EQ(result.exit_status(), 0) << result.summary;
  EXPECT_EQ(result.changes, 1);
  const auto config = *rehearsal.client.get({*cluster::find_kind("DeploymentConfig"), "", "web"});
  EXPECT_EQ(int_at(*config, "/status/latestVersion"), 2);
  EXPECT_EQ(int_at(*config, "/status/availableReplicas"), 1);
  const auto before = rehearsal.project.clock().now();
  const auto again = run(rehearsal.plan, rehearsal.with);
  EXPECT_EQ(again.exit_status(), 0) << again.summary;
  EXPECT_EQ(again.changes, 0);
  EXPECT_EQ(rehearsal.project.clock().now(), before);
}

TEST(Emulated, RolloutThatNeedsAMissingSecretFailsAndNamesIt) {
  Rehearsal rehearsal(
      container({{"env", {{{"name", "B"}, {"valueFrom", {{"secretKeyRef", {{"name", "absent"}, {"key", "k"}}}}}}}}}));
  const auto start = rehearsal.project.clock().now();
  const auto result = run(rehearsal.plan, rehearsal.with);
  EXPECT_EQ(result.exit_status(), 1);
  EXPECT_NE(result.summary.find("DeploymentConfig/web: version 2"), std::string::npos) << result.summary;
  EXPECT_NE(result.summary.find("absent"), std::string::npos) << result.summary;
  EXPECT_LT(rehearsal.project.clock().now() - start, std::chrono::minutes(2));
}

TEST(Emulated, RollbackAwaitsTheRolloutThatItCauses) {
  Rehearsal rehearsal(container({{"env", {{{"name", "B"}, {"value", "2"}}}}}));
  const auto dc = cluster::ObjectRef{*cluster::find_kind("DeploymentConfig"), "", "web"};
  const Json before = **rehearsal.client.get(dc);
  ASSERT_EQ(run(rehearsal.plan, rehearsal.with).exit_status(), 0);
  const auto plan = plan_rollback(rehearsal.with, {});
  ASSERT_TRUE(plan) << plan.error().summary;
  const auto back = rollback(*plan, rehearsal.with, {});
  ASSERT_EQ(back.exit_status(), 0) << back.summary;
  const Json after = **rehearsal.client.get(dc);
  EXPECT_EQ(after["spec"], before["spec"]);
  EXPECT_EQ(int_at(after, "/status/latestVersion"), 3);
  EXPECT_EQ(int_at(after, "/status/updatedReplicas"), 1);
  EXPECT_FALSE(rehearsal.events.of(Event::Kind::kWaiting).empty());
}

TEST(Emulated, RollbackWhoseRolloutMakesNoProgressSaysWhichAndTakesBackTheRest) {
  Rehearsal rehearsal(container({{"env", {{{"name", "B"}, {"value", "2"}}}}}));
  ASSERT_EQ(run(rehearsal.plan, rehearsal.with).exit_status(), 0);
  rehearsal.project.faults().add(emulator::DeployerFault{.deployment_config = "web"});
  const auto plan = plan_rollback(rehearsal.with, {});
  ASSERT_TRUE(plan) << plan.error().summary;
  const auto back = rollback(*plan, rehearsal.with, {});
  EXPECT_EQ(back.exit_status(), 1);
  ASSERT_EQ(back.rollouts.size(), 1U) << back.summary;
  EXPECT_NE(back.rollouts[0].find("DeploymentConfig/web"), std::string::npos) << back.rollouts[0];
}

}  // namespace
}  // namespace upshift::engine
