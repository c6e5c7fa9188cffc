// Holds the emulator against recordings of a real OpenShift API server.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "conformance/replay.hpp"
#include "emulator/emulator.hpp"

namespace upshift::conformance {
namespace {

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
  emulator::Emulator cluster({.name_space = name_space});
  // The recorded cluster's certificate authority is part of its environment.
  for (const Json& exchange : array_at(recording, "/exchanges")) {
    for (const Json& item : array_at(exchange, "/response/body/items")) {
      if (string_at(item, "/metadata/name") == "kube-root-ca.crt") {
        cluster.set_cluster_authority(string_at(item, "/data/ca.crt"));
      }
    }
  }
  cluster.settle(std::chrono::minutes(1));
  EXPECT_THAT(join(Replay(cluster, cluster.api(), recording, name_space).run(), "\n"), testing::StrEq(""));
}

INSTANTIATE_TEST_SUITE_P(Cases, Conformance, testing::ValuesIn(case_names()), [](const auto& param) {
  std::string name = param.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace upshift::conformance
