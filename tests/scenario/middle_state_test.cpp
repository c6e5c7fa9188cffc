// An upgrade that stopped anywhere is taken up by a new one: from the project as it is after each single step, the rest
// is done and the end is the same.
#include <array>
#include <gtest/gtest.h>
#include <map>

#include "cli/rehearsal.hpp"
#include "scenario/rehearsal.hpp"
#include "support/project.hpp"
#include "support/silent.hpp"

namespace upshift::testing {
namespace {

// In two parts, so that every end is reached in a fraction of the whole way.
struct Way {
  const char *from, *to;
  std::size_t shards;
};
constexpr std::array kWays = {Way{"2.3", "2.5", 3}, Way{"2.5", "2.6", 3}};

struct Moment {
  std::string step;
  Json project;
};

class Recorder : public EventSink {
 public:
  explicit Recorder(const cli::Rehearsal& rehearsal) : rehearsal_(rehearsal) {}
  void on_event(const Event& event) override {
    if (event.kind != Event::Kind::kStepEnded || string_at(event.data, "/state") != "done") return;
    moments_.push_back({event.step, rehearsal_.project()});
  }
  const std::vector<Moment>& moments() const { return moments_; }

 private:
  const cli::Rehearsal& rehearsal_;
  std::vector<Moment> moments_;
};

std::unique_ptr<cli::Rehearsal> prepare(const Way& way, const std::string& manifest) {
  cli::RehearsalRequest request;
  request.input.sample = std::string("threescale-") + way.from;
  if (!manifest.empty()) request.input.manifests = {manifest};
  request.version.to = way.to;
  auto rehearsal = cli::Rehearsal::prepare(std::move(request), nullptr);
  EXPECT_TRUE(rehearsal) << (rehearsal ? "" : rehearsal.error().summary + " " + rehearsal.error().detail);
  return rehearsal ? std::move(*rehearsal) : nullptr;
}

// The undisturbed upgrade of the sample, with the project after each of its steps.
struct Undisturbed {
  std::vector<Moment> moments;
  Json end;
};

Undisturbed upgrade(const Way& way) {
  Undisturbed out;
  const auto rehearsal = prepare(way, "");
  if (rehearsal == nullptr) return out;
  Recorder recorder(*rehearsal);
  const auto result = rehearsal->run(recorder);
  EXPECT_TRUE(result && result->exit_status() == 0);
  out.moments = recorder.moments();
  out.end = rehearsal->project();
  return out;
}

const Undisturbed& undisturbed(const Way& way) {
  static std::map<std::string, Undisturbed> kept;
  auto at = kept.find(way.from);
  if (at == kept.end()) at = kept.emplace(way.from, upgrade(way)).first;
  return at->second;
}

// Zync's routes have random names: compared by what they route.
Json with_routes_by_host(Json project) {
  for (auto& item : project["items"]) {
    if (string_at(item, "/kind") == "Route" && string_at(item, "/metadata/name").starts_with("zync-")) {
      item["metadata"]["name"] = "of " + string_at(item, "/spec/host");
    }
  }
  return project;
}

void expect_same_end(const Way& way, const Moment& moment, const Json& end) {
  const TemporaryDirectory folder;
  const std::string file = folder.file("project.json");
  ASSERT_TRUE(write_private_file(file, to_text(moment.project)));
  const auto rehearsal = prepare(way, file);
  ASSERT_NE(rehearsal, nullptr);
  if (!rehearsal->version().nothing_to_do) {
    Silent ignore;
    const auto result = rehearsal->run(ignore);
    ASSERT_TRUE(result) << result.error().summary;
    ASSERT_EQ(result->exit_status(), 0) << result->summary;
  }
  for (const auto& difference : differences(with_routes_by_host(rehearsal->project()), with_routes_by_host(end), {})) {
    ADD_FAILURE() << difference.text();
  }
}

class MiddleState : public ::testing::TestWithParam<std::pair<Way, std::size_t>> {};

TEST_P(MiddleState, IsContinuedToTheSameEnd) {
  const auto& [way, shard] = GetParam();
  const auto& whole = undisturbed(way);
  ASSERT_GT(whole.moments.size(), 25U);
  for (std::size_t i = shard; i < whole.moments.size(); i += way.shards) {
    SCOPED_TRACE("after " + whole.moments[i].step);
    expect_same_end(way, whole.moments[i], whole.end);
  }
}

std::vector<std::pair<Way, std::size_t>> every_shard() {
  std::vector<std::pair<Way, std::size_t>> out;
  for (const Way& way : kWays) {
    for (std::size_t shard = 0; shard < way.shards; ++shard) out.emplace_back(way, shard);
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(EveryThirdStep, MiddleState, ::testing::ValuesIn(every_shard()), [](const auto& instance) {
  std::string name = std::string("Of") + instance.param.first.from + "From" + std::to_string(instance.param.second);
  std::erase(name, '.');
  return name;
});

}  // namespace
}  // namespace upshift::testing
