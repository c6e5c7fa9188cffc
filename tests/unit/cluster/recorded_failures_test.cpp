// What a real server shows once a rollout or an import has failed: recordings beside the checkout.
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "cluster/await.hpp"
#include "support/fake_cluster.hpp"

namespace upshift::cluster {
namespace {

using testing::FakeCluster;
using State = Verdict::State;

struct Recorded {
  const char* file;
  State state;
  const char* says;
};

TEST(RecordedFailures, EachNamesItsCause) {
  const Recorded cases[] = {
      {"crash-loop-while-it-lasts", State::kPending, "container main crashes, 1 restart so far (exit code 1)"},
      {"crash-loop", State::kHopeless, "did not become Ready within 15 s"},
      {"deployer-killed", State::kHopeless, "its deployer Pod/web-1-deploy ended with exit code 137, killed"},
      {"hook-abort", State::kHopeless, "its pre hook Pod/web-1-hook-pre ended with exit code 1"},
      {"image-pull-while-it-lasts", State::kHopeless, "ImagePullBackOff"},
      {"image-pull", State::kHopeless, "did not become Ready"},
      {"import", State::kHopeless, "registry.redhat.io/absent/app:1"},
      {"never-ready", State::kHopeless, "did not become Ready within 15 s"},
      {"quota", State::kHopeless, "must specify requests.cpu"},
      {"second-version-fails", State::kHopeless, "version 2 failed"},
  };
  for (const auto& one : cases) {
    const auto text =
        read_file(std::string(UPSHIFT_SOURCE_DIR "/../shared/conformance/failures/") + one.file + ".json");
    ASSERT_TRUE(text) << text.error().summary;
    auto recording = parse_json(*text, one.file);
    ASSERT_TRUE(recording);
    FakeCluster server;
    for (auto object : array_at(*recording, "/objects")) {
      // The recordings' namespaces differ; a trigger must point into the one of this test.
      if (string_at(object, "/kind") == "DeploymentConfig") {
        for (auto& trigger : object["spec"]["triggers"]) {
          if (trigger.contains("imageChangeParams")) trigger["imageChangeParams"]["from"].erase("namespace");
        }
      }
      server.put(std::move(object));
    }
    Client client(server, FakeCluster::kProject);
    Cache cache(client);
    auto await = make_await({{"condition", "rollout"}, {"deployment_config", "web"}}, cache, server.now());
    ASSERT_TRUE(await);
    const auto& verdict = await->judge(server.now());
    EXPECT_EQ(verdict.state, one.state) << one.file << ": " << verdict.reason;
    EXPECT_NE(verdict.reason.find(one.says), std::string::npos) << one.file << ": " << verdict.reason;
  }
}

}  // namespace
}  // namespace upshift::cluster
