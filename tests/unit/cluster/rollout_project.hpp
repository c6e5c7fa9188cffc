// A project with one DeploymentConfig, and the wait for its rollout, on a virtual clock.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "cluster/await.hpp"
#include "support/rollout_objects.hpp"

namespace upshift::cluster {

inline constexpr const char* kRollout = R"({"condition": "rollout", "deployment_config": "web"})";

struct Project {
  testing::FakeCluster server;
  Client client{server, testing::FakeCluster::kProject};
  Cache cache{client};

  Await await(const Json& description = Json::parse(kRollout)) {
    return std::move(*make_await(description, cache, server.now()));
  }
  // Waits until it is decided or `limit` has passed.
  Verdict settle(Await& await, Duration limit) {
    const TimePoint end = server.now() + limit;
    while (await.judge(server.now()).state == Verdict::State::kPending && server.now() < end) {
      server.wait(std::min({end, await.deadline(), server.now() + std::chrono::seconds(10)}));
    }
    return await.verdict();
  }
};

// Version 1 is complete and runs.
inline void healthy(Project& project) {
  const Json config = testing::web_config();
  project.server.put(config);
  project.server.put(testing::web_controller(config, 1, "Complete"));
  project.server.put(testing::web_pod(1, "a", testing::running(), true));
}

// Version 2 from a changed template, in a phase.
inline void second_version(Project& project, const std::string& phase, const std::function<void(Json&)>& change = {}) {
  Json config = testing::web_config(2, 2);
  config["spec"]["template"] = testing::web_template("2");
  config["status"]["updatedReplicas"] = config["status"]["availableReplicas"] = 0;
  if (change) change(config);
  project.server.put(config);
  project.server.put(testing::web_controller(config, 2, phase));
  project.server.drop("Pod", "web-1-a");
}

}  // namespace upshift::cluster
