// A live project is read over HTTPS and rehearsed as its export would be; nothing of it changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "emulator/emulator.hpp"
#include "emulator/server/server.hpp"
#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

class Live : public ::testing::Test {
 protected:
  void SetUp() override {
    const Json project = rehearse({"--to", "2.5"}).project;
    ASSERT_FALSE(project.is_null());
    const auto loaded = emulator_.load(project, {});
    ASSERT_TRUE(loaded) << loaded.error().summary;
    emulator::server::ServerOptions options;
    options.tls = true;
    auto server = emulator::server::Server::open(emulator_, options);
    ASSERT_TRUE(server) << server.error().summary;
    server_ = std::move(*server);
    thread_ = std::thread([this] { server_->run(); });
    ASSERT_TRUE(write_private_file(folder_.file("kubeconfig"), server_->kubeconfig()));
    ASSERT_TRUE(write_private_file(folder_.file("ca.pem"), server_->authority()));
    ASSERT_TRUE(write_private_file(folder_.file("token"), server_->tokens().unprivileged));
    environment_.environment = {{"KUBECONFIG", folder_.file("kubeconfig")}};
  }
  void TearDown() override {
    if (!server_) return;
    server_->stop();
    thread_.join();
  }

  TemporaryDirectory folder_;
  emulator::Emulator emulator_{{.name_space = "3scale", .start = SystemClock().now(), .seed = 1}};
  std::unique_ptr<emulator::server::Server> server_;
  std::thread thread_;
  ProcessOptions environment_;
};

TEST_F(Live, ProjectIsRehearsedToTheEndOfItsExport) {
  const std::string state = folder_.file("state.json");
  const auto live =
      run_upshift({"rehearse", "--live", "-n", "3scale", "--to", "2.6", "--save-state", state}, environment_);
  ASSERT_EQ(live.exit_status, 0) << live.standard_error;
  server_->stop();
  thread_.join();
  thread_ = std::thread([] {});
  const Json served = emulator_.snapshot();
  const auto by_export = rehearse_project(served, {"--to", "2.6"});
  const auto saved = parse_json(read_file(state).value_or(""), "the saved project");
  ASSERT_TRUE(saved);
  for (const auto& difference : differences(*saved, by_export.project, {})) ADD_FAILURE() << difference.text();
  // What was served is what had been loaded: still 2.5.
  EXPECT_THAT(to_text(served), HasSubstr("apicast-wildcard-router"));
}

TEST_F(Live, ProjectThatMayNotBeReadIsSaidWithStatusFive) {
  const auto refused = run_upshift({"rehearse", "--live", "-n", "3scale", "--server", server_->url(), "--token-file",
                                    folder_.file("token"), "--certificate-authority", folder_.file("ca.pem")});
  EXPECT_EQ(refused.exit_status, 5);
  EXPECT_THAT(refused.standard_error, HasSubstr("orbidden"));
}

TEST_F(Live, ServerThatProvesItselfByAnUnknownAuthorityIsSaidWithStatusFive) {
  const auto refused = run_upshift(
      {"rehearse", "--live", "-n", "3scale", "--server", server_->url(), "--token-file", folder_.file("token")});
  EXPECT_EQ(refused.exit_status, 5);
  EXPECT_THAT(refused.standard_error, HasSubstr("certificate"));
}

TEST(LiveOptions, WithoutLiveOrBesideAManifestAreRefused) {
  EXPECT_EQ(run_upshift({"rehearse", "--server", "https://127.0.0.1:1"}).exit_status, 2);
  EXPECT_EQ(run_upshift({"rehearse", "--live", "--sample", "threescale-2.5"}).exit_status, 2);
}

}  // namespace
}  // namespace upshift::testing
