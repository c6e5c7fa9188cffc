// An upgrade that stopped anywhere is taken up by a new one: from the project as it is after each single step, the rest
// is done and the end is the same.
#include <gtest/gtest.h>

#include "cli/rehearsal.hpp"
#include "scenario/rehearsal.hpp"
#include "support/project.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShards = 6;

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

class Ignore : public EventSink {
 public:
  void on_event(const Event&) override {}
};

std::unique_ptr<cli::Rehearsal> prepare(const std::string& manifest) {
  cli::RehearsalRequest request;
  request.input.sample = "threescale-2.5";
  if (!manifest.empty()) request.input.manifests = {manifest};
  request.version.to = "2.6";
  auto rehearsal = cli::Rehearsal::prepare(std::move(request), nullptr);
  EXPECT_TRUE(rehearsal) << (rehearsal ? "" : rehearsal.error().summary + " " + rehearsal.error().detail);
  return rehearsal ? std::move(*rehearsal) : nullptr;
}

// The undisturbed upgrade of the sample, with the project after each of its steps.
struct Undisturbed {
  std::vector<Moment> moments;
  Json end;
};

const Undisturbed& undisturbed() {
  static const Undisturbed kUndisturbed = [] {
    Undisturbed out;
    const auto rehearsal = prepare("");
    if (rehearsal == nullptr) return out;
    Recorder recorder(*rehearsal);
    const auto result = rehearsal->run(recorder);
    EXPECT_TRUE(result && result->exit_status() == 0);
    out.moments = recorder.moments();
    out.end = rehearsal->project();
    return out;
  }();
  return kUndisturbed;
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

void expect_same_end(const Moment& moment, const Json& end) {
  const TemporaryDirectory folder;
  const std::string file = folder.file("project.json");
  ASSERT_TRUE(write_private_file(file, to_text(moment.project)));
  const auto rehearsal = prepare(file);
  ASSERT_NE(rehearsal, nullptr);
  if (!rehearsal->version().nothing_to_do) {
    Ignore ignore;
    const auto result = rehearsal->run(ignore);
    ASSERT_TRUE(result) << result.error().summary;
    ASSERT_EQ(result->exit_status(), 0) << result->summary;
  }
  for (const auto& difference : differences(with_routes_by_host(rehearsal->project()), with_routes_by_host(end), {})) {
    ADD_FAILURE() << difference.text();
  }
}

class MiddleState : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MiddleState, IsContinuedToTheSameEnd) {
  const auto& whole = undisturbed();
  ASSERT_GT(whole.moments.size(), 30U);
  for (std::size_t i = GetParam(); i < whole.moments.size(); i += kShards) {
    SCOPED_TRACE("after " + whole.moments[i].step);
    expect_same_end(whole.moments[i], whole.end);
  }
}

INSTANTIATE_TEST_SUITE_P(EverySixthStepFrom, MiddleState, ::testing::Range(std::size_t{0}, kShards));

}  // namespace
}  // namespace upshift::testing
