// `upshift run` over HTTPS against a served project: the same as the rehearsal, and safe where it is disturbed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/schema.hpp"
#include "scenario/administration.hpp"
#include "scenario/rehearsal.hpp"
#include "scenario/same_project.hpp"
#include "scenario/served_project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What each step did, without what depends on time and on names that the server gives.
Json deeds(const Json& report) {
  Json steps = Json::array();
  for (const auto& step : array_at(report, "/steps")) {
    Json changes = Json::array();
    for (const auto& change : array_at(step, "/changes")) {
      const auto verb = string_at(change, "/verb");
      changes.push_back({{"verb", verb}, {"object", verb == "exec" ? "" : string_at(change, "/object")}});
    }
    steps.push_back({{"id", string_at(step, "/id")}, {"state", string_at(step, "/state")}, {"changes", changes}});
  }
  return steps;
}

Json report_of(const ProcessResult& process) {
  auto report = parse_json(process.standard_output, "the report");
  return report ? std::move(*report) : Json();
}

TEST(Run, EndsAsTheRehearsalStepForStepAndChangeForChange) {
  const ServedProject served;
  const auto rehearsed = rehearse({"--set", "registry.credentials-file=" + served.file("pull.json")});
  ASSERT_EQ(rehearsed.process.exit_status, 0) << rehearsed.process.standard_error;
  const auto run = run_upshift(served.run({"--yes"}));
  ASSERT_EQ(run.exit_status, 0) << run.standard_error;
  const Json report = report_of(run);
  EXPECT_EQ(deeds(report), deeds(rehearsed.report));
  expect_same_project(served.project(), rehearsed.project);
  struct stat facts {};
  ASSERT_EQ(::stat(string_at(report, "/journal").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_TRUE(read_file(string_at(report, "/backup") + "/objects.index.json"));
  const auto again = run_upshift(served.run({"--yes"}));
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  EXPECT_THAT(string_at(report_of(again), "/summary"), HasSubstr("nothing to do"));
}

TEST(Run, RefusesAGateWhereNobodyCanBeAskedAndGoesOnWhenItIsAnswered) {
  // A route that was made by hand and stands in Zync's way.
  Json project = rehearse({"--param", "WILDCARD_POLICY=None", "--to", "2.5"}).project;
  ASSERT_FALSE(project.is_null());
  project["items"].push_back({{"apiVersion", "route.openshift.io/v1"},
                              {"kind", "Route"},
                              {"metadata", {{"name", "acme-admin"}}},
                              {"spec",
                               {{"host", "acme-admin.example.org"},
                                {"port", {{"targetPort", "http"}}},
                                {"tls", {{"termination", "edge"}}},
                                {"to", {{"kind", "Service"}, {"name", "system-provider"}}}}}});
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_private_file(folder.file("project.json"), to_text(project)));
  const ServedProject served({"--manifest", folder.file("project.json")});
  const auto asked = run_upshift(served.run());
  const Json report = report_of(asked);
  EXPECT_EQ(asked.exit_status, 3) << asked.standard_error;
  EXPECT_THAT(string_at(report, "/summary"), HasSubstr("--yes-to"));
  const auto answered = run_upshift(served.run({"--yes-to", "*/manual-routes"}));
  EXPECT_EQ(answered.exit_status, 0) << answered.standard_error;
}

TEST(Run, SaysWhichRightsAreMissingBeforeAnythingIsSent) {
  const ServedProject served;
  auto arguments = served.run({"--yes", "--from", "2.5", "--product", "3scale"});
  *std::find(arguments.begin(), arguments.end(), served.file("token")) = served.file("unprivileged");
  const auto refused = run_upshift(arguments);
  EXPECT_EQ(refused.exit_status, 5) << refused.standard_error;
  EXPECT_THAT(refused.standard_error, HasSubstr("orbidden"));
}

// The sample, in which the user `limited` may do what the role says.
Json project_with_role(Json role) {
  Json project = rehearse({"--to", "2.5"}).project;
  project["items"].push_back(std::move(role));
  project["items"].push_back(
      {{"apiVersion", "rbac.authorization.k8s.io/v1"},
       {"kind", "RoleBinding"},
       {"metadata", {{"name", "upshift"}}},
       {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "upshift"}}},
       {"subjects",
        Json::array({{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", "limited"}}})}});
  return project;
}

ProcessResult run_as_limited(const Json& project) {
  const TemporaryDirectory folder;
  static_cast<void>(write_private_file(folder.file("project.json"), to_text(project)));
  static_cast<void>(write_private_file(folder.file("limited"), "limited-user-token"));
  const ServedProject served({"--manifest", folder.file("project.json"), "--user", "limited=limited-user-token"});
  auto arguments = served.run({"--yes"});
  *std::find(arguments.begin(), arguments.end(), served.file("token")) = folder.file("limited");
  return run_upshift(arguments);
}

TEST(Run, NeedsNoMoreThanTheRoleThatThePlanPrints) {
  auto role = parse_json(run_upshift({"plan", "--rbac"}).standard_output, "the role");
  ASSERT_TRUE(role);
  const auto run = run_as_limited(project_with_role(*role));
  EXPECT_EQ(run.exit_status, 0) << run.standard_error;
  EXPECT_THAT(run.standard_output + run.standard_error, Not(HasSubstr("orbidden")));
}

TEST(Run, DoesWithoutWhatOnlyTellsCauses) {
  auto role = parse_json(run_upshift({"plan", "--rbac"}).standard_output, "the role");
  ASSERT_TRUE(role);
  for (auto& rule : (*role)["rules"]) {
    std::erase_if(rule["resources"].get_ref<Json::array_t&>(),
                  [](const Json& resource) { return resource == "events" || resource == "pods/log"; });
  }
  std::erase_if((*role)["rules"].get_ref<Json::array_t&>(), [](const Json& rule) { return rule["resources"].empty(); });
  const auto run = run_as_limited(project_with_role(*role));
  EXPECT_EQ(run.exit_status, 0) << run.standard_error;
  EXPECT_THAT(run.standard_output + run.standard_error, HasSubstr("watch events"));
}

TEST(Run, NamesTheRightThatARoleLacksAndSendsNothing) {
  auto role = parse_json(run_upshift({"plan", "--rbac"}).standard_output, "the role");
  ASSERT_TRUE(role);
  for (auto& rule : (*role)["rules"]) {
    auto& resources = rule["resources"];
    const auto routes = std::find(resources.begin(), resources.end(), "routes");
    if (routes == resources.end()) continue;
    auto& verbs = rule["verbs"];
    verbs.erase(std::remove(verbs.begin(), verbs.end(), "delete"), verbs.end());
  }
  const auto run = run_as_limited(project_with_role(*role));
  EXPECT_EQ(run.exit_status, 5);
  EXPECT_THAT(run.standard_error, HasSubstr("delete routes.route.openshift.io"));
  EXPECT_THAT(run.standard_error, HasSubstr("plan --rbac"));
  EXPECT_THAT(run.standard_error, Not(HasSubstr("[1/")));
}

TEST(Doctor, FindsAFitProjectFitAndChangesNothing) {
  const ServedProject served;
  const Json before = served.project("2.5");
  const auto fit = run_upshift(served.to("doctor", {"--set", "registry.credentials-file=" + served.file("pull.json")}));
  EXPECT_EQ(fit.exit_status, 0) << fit.standard_output << fit.standard_error;
  EXPECT_THAT(fit.standard_output, HasSubstr("3scale 2.5"));
  EXPECT_THAT(fit.standard_output, HasSubstr("Nothing blocks an upgrade."));
  const auto unset = run_upshift(served.to("doctor", {"--output", "json"}));
  EXPECT_EQ(unset.exit_status, 3);
  const auto page = parse_json(unset.standard_output, "the page");
  ASSERT_TRUE(page);
  EXPECT_TRUE(config::shipped_schema("doctor")->validate(*page).empty());
  EXPECT_THAT(unset.standard_output, HasSubstr("registry.credentials-file"));
  expect_same_project(before, served.project("2.5"));
}

TEST(Backup, IsReadBackAsTheProjectThatItSaved) {
  const ServedProject served;
  const auto saved = run_upshift(served.to("backup", {"--directory", served.file("backup"), "--output", "json"}));
  ASSERT_EQ(saved.exit_status, 0) << saved.standard_error;
  const auto page = parse_json(saved.standard_output, "the page");
  ASSERT_TRUE(page);
  EXPECT_TRUE(config::shipped_schema("backup")->validate(*page).empty());
  const auto again = rehearse({"--manifest", served.file("backup/objects"), "--to", "2.6"});
  EXPECT_EQ(again.process.exit_status, 0) << again.process.standard_error;
  expect_same_project(again.project, rehearse({}).project);
}

TEST(Run, StopsOnCtrlCAndIsFinishedByTheNextRun) {
  const ServedProject served;
  BackgroundUpshift run(served.run({"--yes"}));
  ASSERT_TRUE(run.says("waits")) << run.standard_error();
  run.signal(SIGINT);
  const int status = run.wait();
  EXPECT_TRUE(status == 130 || status == 0) << run.standard_error();
  const auto again = run_upshift(served.run({"--yes"}));
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  expect_same_project(served.project(),
                      rehearse({"--set", "registry.credentials-file=" + served.file("pull.json")}).project);
}

// In a project in which next to no time passes.
constexpr const char* kStandstill = "0.001";

TEST(Run, StopsOnCtrlCWhileItWaits) {
  const ServedProject served({"--sample", "threescale-2.5"}, kStandstill);
  BackgroundUpshift run(served.run({"--yes"}));
  ASSERT_TRUE(run.says("waits")) << run.standard_error();
  run.signal(SIGINT);
  EXPECT_EQ(run.wait(), 130) << run.standard_error();
}

TEST(Run, EndsWithStatusFiveWhenTheServerIsGoneAndGoesOnWhenItIsBack) {
  const TemporaryDirectory folder;
  const auto journal = folder.file("journal.db");
  std::string port;
  {
    ServedProject served({"--sample", "threescale-2.5"}, kStandstill);
    port = served.address().substr(served.address().find(':') + 1);
    auto arguments = served.run({"--yes", "--patience", "3s"});
    *std::find(arguments.begin(), arguments.end(), served.file("journal.db")) = journal;
    BackgroundUpshift run(arguments);
    ASSERT_TRUE(run.says("waits")) << run.standard_error();
    const Json project = Administration(served).ask("GET", "/upshift/project");
    ASSERT_TRUE(write_private_file(folder.file("project.json"), to_text(project)));
    served.server().signal(SIGKILL);
    EXPECT_EQ(run.wait(), 5) << run.standard_error();
    EXPECT_THAT(run.standard_error(), HasSubstr("out of reach"));
    EXPECT_THAT(run.standard_error(), HasSubstr("connection was refused"));
    EXPECT_THAT(run.standard_error(), Not(HasSubstr("took longer")));
  }
  const ServedProject back({"--manifest", folder.file("project.json"), "--port", port});
  const auto again = run_upshift(back.to("resume", {"--route-address", back.address(), "--route-certificate-authority",
                                                    back.file("ca.pem"), "--journal", journal, "--yes"}));
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  expect_same_project(Administration(back).project(),
                      rehearse({"--set", "registry.credentials-file=" + back.file("pull.json")}).project);
}

TEST(Run, LeavesNoSecretInLogReportOrProgress) {
  const ServedProject served;
  const auto run = run_upshift(served.run({"--yes", "--log-file", served.file("log"), "--log-level", "debug"}));
  ASSERT_EQ(run.exit_status, 0) << run.standard_error;
  const auto token = read_file(served.file("token")).value_or("none");
  for (const auto& text : {run.standard_output, run.standard_error, read_file(served.file("log")).value_or("")}) {
    EXPECT_THAT(text, Not(HasSubstr(token)));
    EXPECT_THAT(text, Not(HasSubstr("dTpw")));
  }
}

}  // namespace
}  // namespace upshift::testing
