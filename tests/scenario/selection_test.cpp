// Selections on real projects: what is chosen is carried out, what is left out is proven or refuses the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "cli/rehearsal.hpp"
#include "cli/selection_options.hpp"
#include "config/schema.hpp"
#include "scenario/rehearsal.hpp"
#include "support/project.hpp"
#include "support/silent.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kShards = 4;

cli::RehearsalRequest request_for(const plan::Selection& selection, const Json& project) {
  cli::RehearsalRequest request;
  request.input.sample = "threescale-2.5";
  if (!project.is_null()) request.input.documents = {{project, "a project"}};
  // A project in the middle is taken for what its hop starts from.
  request.version = {"3scale", "2.5", "2.6"};
  request.steps.selection = selection;
  return request;
}

// The project before each step of the whole hop, and what each step came to.
struct Course {
  std::vector<std::string> steps;
  std::map<std::string, Json> before;
  std::map<std::string, std::string> state;
  std::map<std::string, bool> changes_project;
  std::map<std::string, std::vector<std::string>> consumes;
};

class Recorder : public EventSink {
 public:
  Recorder(const cli::Rehearsal& rehearsal, Course& course) : rehearsal_(rehearsal), course_(course) {}
  void on_event(const Event& event) override {
    if (event.kind == Event::Kind::kStepStarted) course_.before[event.step] = rehearsal_.project();
    if (event.kind == Event::Kind::kStepEnded) course_.state[event.step] = string_at(event.data, "/state");
  }

 private:
  const cli::Rehearsal& rehearsal_;
  Course& course_;
};

const Course& whole_course() {
  static const Course kCourse = [] {
    Course course;
    auto rehearsal = cli::Rehearsal::prepare(request_for({}, nullptr), nullptr);
    EXPECT_TRUE(rehearsal) << (rehearsal ? "" : rehearsal.error().summary);
    if (!rehearsal) return course;
    for (const auto& step : (*rehearsal)->plan().steps) {
      course.steps.push_back(step.id);
      course.changes_project[step.id] = !step.changes.empty();
      course.consumes[step.id] = step.consumes;
    }
    Recorder recorder(**rehearsal, course);
    const auto result = (*rehearsal)->run(recorder);
    EXPECT_TRUE(result && result->exit_status() == 0);
    return course;
  }();
  return kCourse;
}

// Carries out `step` alone on the project; what is missing where it is refused.
struct Alone {
  std::vector<std::string> missing;
  int exit_status = -1;
  std::string summary;
  int done = 0;
};

Alone alone(const std::string& step, const Json& project) {
  Alone out;
  auto rehearsal = cli::Rehearsal::prepare(request_for({.only = {step}}, project), nullptr);
  EXPECT_TRUE(rehearsal) << step << ": " << (rehearsal ? "" : rehearsal.error().summary);
  if (!rehearsal) return out;
  const auto missing = (*rehearsal)->missing();
  EXPECT_TRUE(missing) << step;
  if (!missing) return out;
  for (const auto& one : *missing) out.missing.push_back(one.id);
  if (!out.missing.empty()) return out;
  Silent ignore;
  const auto result = (*rehearsal)->run(ignore);
  EXPECT_TRUE(result) << step;
  if (!result) return out;
  out.exit_status = result->exit_status();
  out.summary = result->summary;
  out.done = result->done;
  return out;
}

class StepAlone : public ::testing::TestWithParam<std::size_t> {};

// In the right state all that comes before is so already: it is carried out, or what it lacks is a value that only
// a step of the same run can give.
TEST_P(StepAlone, IsCarriedOutWhereAllBeforeItIsSo) {
  const auto& course = whole_course();
  ASSERT_GT(course.steps.size(), 40U);
  for (std::size_t i = GetParam(); i < course.steps.size(); i += kShards) {
    const auto& step = course.steps[i];
    const auto result = alone(step, course.before.at(step));
    if (!result.missing.empty()) {
      for (const auto& id : result.missing) {
        EXPECT_FALSE(course.changes_project.at(id)) << step << " lacks " << id;
      }
      EXPECT_FALSE(course.consumes.at(step).empty()) << step << " lacks " << result.missing.front();
      continue;
    }
    EXPECT_EQ(result.exit_status, 0) << step << ": " << result.summary;
    EXPECT_EQ(result.done, course.state.at(step) == "done" ? 1 : 0) << step << ": " << result.summary;
  }
}

// On an untouched project the first step that still has to change something stands in the way of every later one.
TEST_P(StepAlone, IsRefusedWhereSomethingBeforeItIsStillToBeDone) {
  const auto& course = whole_course();
  ASSERT_GT(course.steps.size(), 40U);
  const auto first = std::find_if(course.steps.begin(), course.steps.end(), [&](const std::string& step) {
    return course.changes_project.at(step) && course.state.at(step) == "done";
  });
  const auto position = static_cast<std::size_t>(first - course.steps.begin());
  for (std::size_t i = GetParam(); i < course.steps.size(); i += kShards) {
    const auto& step = course.steps[i];
    const auto result = alone(step, nullptr);
    if (i <= position) {
      EXPECT_TRUE(result.missing.empty()) << step;
      EXPECT_EQ(result.exit_status, 0) << step << ": " << result.summary;
    } else {
      EXPECT_THAT(result.missing, ::testing::Contains(*first)) << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFourthStepFrom, StepAlone, ::testing::Range(std::size_t{0}, kShards));

struct Case {
  std::vector<std::string> arguments;
  int exit_status;
  std::vector<std::string> says;  // on either output
};

TEST(Selection, EndsAsItsTableSays) {
  const std::vector<Case> table = {
      {{"--until", "2.5-2.6/registry"}, 0, {"others"}},
      {{"--until", "preflight"}, 0, {"2 steps done"}},
      {{"--skip", "2.5-2.6/routes"}, 0, {"Rehearsed"}},
      {{"--only", "tag:backup"}, 0, {}},
      {{"--only", "2.5-2.6/images/amp-zync"},
       3,
       {"2.5-2.6/registry/credentials", "2.5-2.6/images/import-amp-zync", "--with-prerequisites"}},
      {{"--only", "2.5-2.6/images/amp-zync", "--with-prerequisites"}, 0, {}},
      {{"--from-step", "images"}, 3, {"2.5-2.6/system-env/system-app"}},
      {{"--only", "objects/backend-redis"}, 3, {"the value 'app-label'"}},
      {{"--skip", "registry/databases"}, 3, {"2.5-2.6/registry/databases"}},
      {{"--skip", "tag:backup"}, 0, {"left out: it changes nothing in the project"}},
      {{"--only", "amp-zynk"}, 2, {"no step of the plan is meant by 'amp-zynk'", "amp-zync"}},
      {{"--only", "system-redis"}, 2, {"may mean", "'*/system-redis'"}},
      {{"--skip", "*"}, 2, {"no step is left by --skip *"}},
      {{"--with", "nothing-of-the-kind"}, 2, {"no optional step 'nothing-of-the-kind'"}},
  };
  for (const auto& one : table) {
    std::vector<std::string> arguments{"rehearse", "-q", "--sample", "threescale-2.5", "--to", "2.6"};
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    const auto result = run_upshift(arguments);
    const auto what = one.arguments.front() + " " + one.arguments.back();
    EXPECT_EQ(result.exit_status, one.exit_status) << what << "\n" << result.standard_output << result.standard_error;
    for (const auto& text : one.says) {
      if (text == "Rehearsed" || text == "2 steps done") continue;
      EXPECT_THAT(result.standard_output + result.standard_error, HasSubstr(text)) << what;
    }
  }
}

TEST(Selection, InPartsReachesTheEndOfTheWhole) {
  const auto whole = rehearse({"--sample", "threescale-2.5", "--to", "2.6"});
  ASSERT_EQ(whole.process.exit_status, 0) << whole.process.standard_error;
  auto part = rehearse({"--sample", "threescale-2.5", "--to", "2.6", "--until", "2.5-2.6/redis-secret"});
  ASSERT_EQ(part.process.exit_status, 0) << part.process.standard_error;
  part = rehearse_project(
      part.project, {"--from", "2.5", "--to", "2.6", "--from-step", "2.5-2.6/system-env", "--until", "2.5-2.6/images"});
  ASSERT_EQ(part.process.exit_status, 0) << part.process.standard_output << part.process.standard_error;
  part = rehearse_project(part.project, {"--from", "2.5", "--to", "2.6"});
  ASSERT_EQ(part.process.exit_status, 0) << part.process.standard_error;
  std::set<std::string> names;
  for (const auto& one : differences(part.project, whole.project, {{"Route/zync-*", "*", "random names"}})) {
    ADD_FAILURE() << one.text();
  }
}

TEST(Selection, IsShownByThePlanInEightyColumnsAndAsJson) {
  const std::vector<std::vector<std::string>> selections = {
      {},
      {"--only", "2.5-2.6/images/amp-zync"},
      {"--only", "2.5-2.6/images/amp-zync", "--with-prerequisites"},
      {"--until", "2.5-2.6/objects"}};
  const auto schema = config::shipped_schema("plan");
  ASSERT_TRUE(schema);
  for (auto arguments : selections) {
    arguments.insert(arguments.begin(), {"plan", "--sample", "threescale-2.5", "--to", "2.6"});
    const auto text = run_upshift(arguments);
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.standard_output.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const auto line = text.standard_output.substr(begin, end - begin);
      EXPECT_LE(report::display_width(line), 80) << line;
    }
    arguments.insert(arguments.end(), {"--output", "json"});
    const auto json = parse_json(run_upshift(arguments).standard_output, "the plan");
    ASSERT_TRUE(json);
    EXPECT_TRUE(schema->validate(*json).empty());
    const bool refused = arguments.size() == 9 && arguments[5] == "--only";
    EXPECT_EQ(text.exit_status, refused ? 3 : 0) << text.standard_error;
    EXPECT_EQ(array_at(*json, "/missing").empty(), !refused);
  }
}

TEST(Customisations, AreFoundWithWhatTheHopDoesWithEach) {
  Json project = rehearse({"--sample", "threescale-2.5", "--to", "2.5"}).project;
  ASSERT_FALSE(project.is_null());
  (*object_in(project, "DeploymentConfig", "apicast-production"))["spec"]["replicas"] = 3;
  for (auto& container : (*object_in(project, "DeploymentConfig", "zync"))["spec"]["template"]["spec"]["containers"]) {
    container["env"].push_back({{"name", "MY_OWN"}, {"value", "kept please"}});
  }
  (*object_in(project, "ConfigMap", "system-environment"))["data"]["AMP_RELEASE"] = "2.5-mine";
  (*object_in(project, "ImageStream", "amp-wildcard-router"))["metadata"]["labels"]["mine"] = "yes";
  (*object_in(project, "Secret", "system-seed"))["data"]["ADMIN_PASSWORD"] = encode_base64("never-to-be-told");
  project["items"].push_back(
      {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "my-own"}}}, {"data", {{"a", "b"}}}});
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_private_file(folder.file("project.json"), to_text(project)));
  const auto result =
      run_upshift({"plan", "--customisations", "--manifest", folder.file("project.json"), "--to", "2.6", "-o", "json"});
  ASSERT_EQ(result.exit_status, 0) << result.standard_error;
  const auto page = parse_json(result.standard_output, "the page");
  ASSERT_TRUE(page);
  EXPECT_TRUE(config::shipped_schema("customisations")->validate(*page).empty());
  std::map<std::string, std::string> fates;
  for (const auto& field : array_at(*page, "/fields")) {
    fates[string_at(field, "/object") + " " + string_at(field, "/field")] = string_at(field, "/hops/0/fate");
  }
  const std::map<std::string, std::string> expected = {
      {"DeploymentConfig/apicast-production spec.replicas", "kept"},
      {"DeploymentConfig/zync spec.template.spec.containers[zync].env[MY_OWN]", "kept"},
      {"ConfigMap/system-environment data.AMP_RELEASE", "would conflict"},
      {"ImageStream/amp-wildcard-router metadata.labels.mine", "obsolete"}};
  EXPECT_EQ(fates, expected) << result.standard_output;
  EXPECT_EQ(array_at(*page, "/untouched"), Json::array({"ConfigMap/my-own"}));
  EXPECT_EQ(result.standard_output.find("never-to-be-told"), std::string::npos);
}

}  // namespace
}  // namespace upshift::testing
