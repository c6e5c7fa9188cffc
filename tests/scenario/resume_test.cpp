// `upshift resume` and `upshift rollback` over HTTPS against a served project.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "config/schema.hpp"
#include "scenario/rehearsal.hpp"
#include "scenario/same_project.hpp"
#include "scenario/served_project.hpp"

namespace upshift::testing {
namespace {

using ::testing::HasSubstr;

Json document_of(const ProcessResult& process, const std::string& schema) {
  auto document = parse_json(process.standard_output, "the document");
  EXPECT_TRUE(document) << process.standard_output << process.standard_error;
  if (!document) return nullptr;
  for (const auto& problem : config::shipped_schema(schema)->validate(*document)) {
    ADD_FAILURE() << problem.summary << " " << problem.path;
  }
  return std::move(*document);
}

TEST(Resume, GoesOnWhereTheRunWasInterrupted) {
  const ServedProject served;
  BackgroundUpshift run(served.run({"--yes"}));
  ASSERT_TRUE(run.says("waits")) << run.standard_error();
  run.signal(SIGINT);
  ASSERT_EQ(run.wait(), 130) << run.standard_error();
  const auto resumed = run_upshift(served.go_on("resume", {"--yes"}));
  ASSERT_EQ(resumed.exit_status, 0) << resumed.standard_error;
  EXPECT_THAT(resumed.standard_error, HasSubstr("resumed at "));
  const Json report = document_of(resumed, "report");
  EXPECT_EQ(string_at(report, "/command"), "resume");
  EXPECT_THAT(string_at(report, "/summary"), HasSubstr("44 steps done, 9 skipped, 60 changes"));
  expect_same_project(served.project(),
                      rehearse({"--set", "registry.credentials-file=" + served.file("pull.json")}).project);
  const auto nothing = run_upshift(served.go_on("resume"));
  EXPECT_EQ(nothing.exit_status, 0) << nothing.standard_error;
  EXPECT_THAT(nothing.standard_output, HasSubstr("nothing to resume"));
}

// What the first format did not have.
void bring_to_format_1(const std::string& path) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  const char* sql =
      "UPDATE runs SET plan = json_remove(plan, '$.selection', '$.warnings');"
      "ALTER TABLE runs DROP COLUMN files; ALTER TABLE runs DROP COLUMN undoes; ALTER TABLE runs DROP COLUMN digest;"
      "ALTER TABLE changes DROP COLUMN undoes; ALTER TABLE step_runs DROP COLUMN digest; DROP TABLE seal_keys;"
      "DELETE FROM run_values WHERE name LIKE 'upshift.%'; PRAGMA user_version = 1";
  // Of each step, what was shown of it.
  const char* steps =
      "UPDATE runs SET plan = (SELECT json_set(runs.plan, '$.steps', json_group_array(json_object("
      "'id', json_extract(value, '$.id'), 'plugin', json_extract(value, '$.plugin'),"
      "'parameters', json_extract(value, '$.parameters')))) FROM json_each(runs.plan, '$.steps'))";
  char* problem = nullptr;
  EXPECT_EQ(sqlite3_exec(handle, (std::string(steps) + "; " + sql).c_str(), nullptr, nullptr, &problem), SQLITE_OK)
      << problem;
  sqlite3_free(problem);
  sqlite3_close(handle);
}

TEST(Resume, GoesOnWithAJournalOfTheFirstFormat) {
  const ServedProject served;
  BackgroundUpshift run(served.run({"--yes", "--no-mirror"}));
  ASSERT_TRUE(run.says("waits")) << run.standard_error();
  run.signal(SIGINT);
  ASSERT_EQ(run.wait(), 130) << run.standard_error();
  bring_to_format_1(served.file("journal.db"));
  const std::vector<std::string> credentials{"--yes", "--set", "registry.credentials-file=" + served.file("pull.json")};
  const auto resumed = run_upshift(served.go_on("resume", credentials));
  ASSERT_EQ(resumed.exit_status, 0) << resumed.standard_error << resumed.standard_output;
  const Json report = document_of(resumed, "report");
  EXPECT_THAT(string_at(report, "/summary"), HasSubstr("44 steps done, 9 skipped, 60 changes"));
  EXPECT_THAT(resumed.standard_output, HasSubstr("an earlier upshift wrote this journal"));
  expect_same_project(served.project(),
                      rehearse({"--set", "registry.credentials-file=" + served.file("pull.json")}).project);
}

TEST(Rollback, BringsBackTheProjectThatTheUpgradeFound) {
  const ServedProject served;
  const Json before = served.project("2.5");
  ASSERT_EQ(run_upshift(served.run({"--yes", "-q"})).exit_status, 0);
  const auto dry = run_upshift(served.go_on("rollback", {"--dry-run"}));
  EXPECT_EQ(dry.exit_status, 0) << dry.standard_error;
  const Json planned = document_of(dry, "rollback");
  EXPECT_EQ(string_at(planned, "/points_of_no_return/0/id"), "2.5-2.6/images/amp-system");
  EXPECT_EQ(array_at(planned, "/conflicts").size(), 0U) << planned["conflicts"];
  const auto refused = run_upshift(served.go_on("rollback"));
  EXPECT_EQ(refused.exit_status, 3);
  EXPECT_THAT(refused.standard_output, HasSubstr("point of no return"));
  const auto back = run_upshift(served.go_on("rollback", {"--yes-to", "*/amp-system"}));
  ASSERT_EQ(back.exit_status, 0) << back.standard_error << back.standard_output;
  EXPECT_THAT(back.standard_error, HasSubstr("point of no return: 2.5-2.6/images/amp-system"));
  EXPECT_EQ(string_at(document_of(back, "report"), "/command"), "rollback");
  expect_same_project(served.project("2.5"), before);
  const auto again = run_upshift(served.go_on("rollback"));
  EXPECT_EQ(again.exit_status, 0) << again.standard_error;
  EXPECT_THAT(again.standard_output, HasSubstr("nothing is left to be taken back"));
  // And it can be done once more.
  ASSERT_EQ(run_upshift(served.run({"--yes", "-q"})).exit_status, 0);
  EXPECT_THAT(run_upshift(served.go_on("resume")).standard_output, HasSubstr("2.6 was reached"));
}

struct BadInput {
  const char* name;
  std::vector<std::string> arguments;
  int status;
  const char* says;
};

TEST(Rollback, AndResumeRefuseWhatTheyCannotActOn) {
  const ServedProject served;
  const BadInput inputs[] = {
      {"no journal", {"resume"}, 2, "there is no journal"},
      {"no journal to take back", {"rollback"}, 2, "there is no journal"},
      {"an unknown word", {"rollback", "--on-conflict", "theirs"}, 2, "keep or ours"},
      {"no duration", {"rollback", "--timeout", "soon"}, 2, "--timeout is 'soon'"},
  };
  for (const auto& input : inputs) {
    SCOPED_TRACE(input.name);
    const auto result =
        run_upshift(served.go_on(input.arguments.front(), {input.arguments.begin() + 1, input.arguments.end()}));
    EXPECT_EQ(result.exit_status, input.status);
    EXPECT_THAT(result.standard_error, HasSubstr(input.says));
  }
}

TEST(Resume, RefusesTheJournalOfAnotherProject) {
  const ServedProject one;
  const ServedProject other;
  BackgroundUpshift run(one.run({"--yes"}));
  ASSERT_TRUE(run.says("waits")) << run.standard_error();
  run.signal(SIGINT);
  run.wait();
  for (const char* command : {"resume", "rollback"}) {
    const auto refused = run_upshift(other.to(command, {"--journal", one.file("journal.db")}));
    EXPECT_EQ(refused.exit_status, 2);
    EXPECT_THAT(refused.standard_error, HasSubstr("is of project '3scale' at " + one.url()));
  }
}

}  // namespace
}  // namespace upshift::testing
