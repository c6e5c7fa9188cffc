// Holds the emulator against recordings of a real OpenShift API server.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "conformance/replay.hpp"

namespace upshift::conformance {
namespace {

class ApiTransport final : public cluster::Transport {
 public:
  Result<cluster::Response> send(const cluster::Request& request) override { return api.handle(request); }
  Result<cluster::WatchId> start_watch(const cluster::Request&, cluster::WatchHandler) override {
    return failure(StatusCode::kUnimplemented, "no watch");
  }
  void stop_watch(cluster::WatchId) override {}
  void wait(TimePoint until) override { clock_.advance_to(until); }
  Result<cluster::ExecResult> exec(const cluster::ExecRequest&) override {
    return failure(StatusCode::kUnimplemented, "no exec");
  }
  const Clock& clock() const override { return clock_; }

  VirtualClock clock_{TimePoint{}};
  emulator::Store store{clock_, 1};
  emulator::Api api{store};
};

const std::filesystem::path kCases = std::filesystem::path(UPSHIFT_SOURCE_DIR) / "../shared/conformance/cases";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCases)) names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class Conformance : public testing::TestWithParam<std::string> {};

TEST_P(Conformance, AnswersAsTheRecordedServer) {
  std::ifstream file(kCases / (GetParam() + ".json"));
  const Json recording = Json::parse(file);
  const std::string name_space = "conf-" + GetParam();
  ApiTransport cluster;
  cluster.send({"POST", "/api/v1/namespaces", {}, {}, {{"metadata", {{"name", name_space}}}}});
  EXPECT_THAT(join(Replay(cluster, cluster.api, recording, name_space).run(), "\n"), testing::StrEq(""));
}

INSTANTIATE_TEST_SUITE_P(Cases, Conformance, testing::ValuesIn(case_names()), [](const auto& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace upshift::conformance
