#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "base/text.hpp"
#include "report/live_view.hpp"
#include "report/progress_lines.hpp"
#include "sample_run.hpp"
#include "support/screen.hpp"

namespace upshift::report {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ResultOf;

TEST(ProgressLines, TellEachStepsEndAndEachNewReasonToWait) {
  std::ostringstream out;
  ProgressLines lines(out);
  for (const Event& event : sample_run()) lines.on_event(event);
  EXPECT_THAT(split(out.str(), '\n'),
              ElementsAre("3scale 2.5 -> 2.6: 3 steps against sample threescale-2.5",
                          "[1/3] skipped  2.5-2.6/backup/objects: a backup is there",
                          "waits    2.5-2.6/images/amp-system: rollout of DeploymentConfig/system-app (0 of 1 updated)",
                          "waits    2.5-2.6/images/amp-system: rollout of DeploymentConfig/system-app (pre hook runs)",
                          "warning  2.5-2.6/images/amp-system: the emptyDir is emptied",
                          "[2/3] done     2.5-2.6/images/amp-system: tag 2.6 added",
                          "gate     2.5-2.6/routes/old: Delete the old routes? yes",
                          "[3/3] failed   2.5-2.6/routes/old: Route/old cannot be deleted", ""));
}

TEST(ProgressLines, DoNotRepeatAWaitThatDidNotChange) {
  std::ostringstream out;
  ProgressLines lines(out);
  const Json data{{"conditions", {{{"text", "import of x:1"}, {"reason", "pending"}, {"since_ms", 0}}}}};
  for (int i = 0; i < 3; ++i) lines.on_event(make_event(Event::Kind::kWaiting, "a/b/c", data, i * 10000));
  EXPECT_EQ(split(out.str(), '\n').size(), 2U);
}

TEST(ProgressLines, RepeatAWaitOfARealRunSoThatItIsNeverSilent) {
  std::ostringstream out;
  ProgressLines lines(out);
  lines.on_event(make_event(Event::Kind::kRunStarted, "", {{"mode", "run"}, {"product", "x"}, {"steps", {1, 2}}}));
  const Json data{{"conditions", {{{"text", "import of x:1"}, {"reason", "pending"}, {"since_ms", 0}}}}};
  for (int i = 0; i < 3; ++i) lines.on_event(make_event(Event::Kind::kWaiting, "a/b/c", data, i * 10000));
  EXPECT_EQ(split(out.str(), '\n').size(), 5U);
}

TEST(ProgressLines, ShowTheLinesOfALogBelowTheWarningThatBringsIt) {
  std::ostringstream out;
  ProgressLines lines(out);
  lines.on_event(make_event(Event::Kind::kDiagnostic, "a/b/c",
                            {{"severity", "warning"}, {"summary", "the log:"}, {"detail", "one\ntwo\n"}}));
  EXPECT_THAT(split(out.str(), '\n'), ElementsAre("warning  a/b/c: the log:", "         one", "         two", ""));
}

TEST(ProgressLines, DoNotPassOnControlCharacters) {
  std::ostringstream out;
  ProgressLines lines(out);
  lines.on_event(make_event(Event::Kind::kStepEnded, "a", {{"state", "done"}, {"summary", "x\x1b[2Jy"}}));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

class LiveViewTest : public ::testing::Test {
 protected:
  // What the terminal shows after the events, a second of the wall clock apart.
  std::vector<std::string> screen_after(std::size_t count, int width) {
    std::ostringstream out;
    VirtualClock wall(TimePoint{});
    std::vector<std::string> shown;
    {
      LiveView view(
          out, [width] { return Look{.colour = false, .width = width}; }, wall);
      const auto events = sample_run();
      for (std::size_t i = 0; i < count; ++i) {
        view.on_event(events[i]);
        wall.advance(std::chrono::seconds(1));
      }
      shown = upshift::testing::lines_on_screen(out.str(), width);
    }
    after_the_end_ = upshift::testing::lines_on_screen(out.str(), width);
    return shown;
  }
  std::vector<std::string> after_the_end_;
};

TEST_F(LiveViewTest, ShowsWhatARunningStepWaitsForBelowWhatIsDone) {
  EXPECT_THAT(screen_after(8, 80),
              ElementsAre("2.1  Stage backup", "  skipped  backup/objects  a backup is there",
                          "3scale 2.5 → 2.6  1 of 3 steps", "  > images/amp-system  9 s",
                          "      waits for rollout of DeploymentConfig/system-app: pre hook runs (for 9 s)"));
}

TEST_F(LiveViewTest, LeavesOnlyWhatIsDoneAtTheEnd) {
  screen_after(sample_run().size(), 80);
  EXPECT_THAT(after_the_end_, ElementsAre("2.1  Stage backup", "  skipped  backup/objects  a backup is there",
                                          "  warning  the emptyDir is emptied", "2.7  Stage images",
                                          "  done     images/amp-system  tag 2.6 added", "2.9  Stage routes",
                                          "  failed   routes/old  Route/old cannot be deleted"));
}

TEST_F(LiveViewTest, TakesItsBlockAwayWhenItEndsInTheMiddle) {
  screen_after(8, 80);
  EXPECT_THAT(after_the_end_, ElementsAre("2.1  Stage backup", "  skipped  backup/objects  a backup is there"));
}

TEST_F(LiveViewTest, NeverBreaksALine) {
  for (const int width : {20, 40, 80}) {
    for (std::size_t count = 1; count <= sample_run().size(); ++count) {
      EXPECT_THAT(screen_after(count, width), Each(ResultOf(&display_width, ::testing::Lt(width)))) << width;
    }
  }
}

// Three hops of 35 steps in five stages, all ended but the last 16; the one before them waits.
std::vector<Event> long_run() {
  Json steps = Json::array();
  std::vector<std::string> ids;
  for (const char* hop : {"2.3-2.4", "2.4-2.5", "2.5-2.6"}) {
    for (int i = 0; i < 35; ++i) {
      const std::string stage = "stage-" + std::to_string(i / 7);
      ids.push_back(fmt::format("{}/{}/a-step-with-a-rather-long-name-{}", hop, stage, i));
      steps.push_back({{"id", ids.back()},
                       {"title", "x"},
                       {"hop", hop},
                       {"stage", stage},
                       {"stage_title", "What this stage is there for, told at some length"},
                       {"guide", "2." + std::to_string(i / 7)}});
    }
  }
  std::vector<Event> events{make_event(Event::Kind::kRunStarted, "",
                                       {{"product", "3scale"}, {"from", "2.3"}, {"to", "2.6"}, {"steps", steps}})};
  for (std::size_t i = 0; i < 90; ++i) {
    const auto at = static_cast<std::int64_t>(i) * 30000;
    events.push_back(make_event(Event::Kind::kStepStarted, ids[i], {{"title", "x"}}, at));
    if (i == 89) break;
    events.push_back(make_event(Event::Kind::kStepEnded, ids[i],
                                {{"state", i % 5 == 0 ? "skipped" : "done"},
                                 {"summary", "DeploymentConfig/system-app runs the new image, with all of its hooks"}},
                                at + 20000));
  }
  events.push_back(make_event(
      Event::Kind::kWaiting, ids[89],
      {{"conditions",
        {{{"text", "rollout of DeploymentConfig/system-app"}, {"reason", "0 of 1 updated"}, {"since_ms", 125000}}}}},
      89 * 30000 + 125000));
  return events;
}

TEST(LiveView, KeepsALongChainReadableInEightyColumns) {
  std::ostringstream out;
  VirtualClock wall(TimePoint{});
  LiveView view(
      out, [] { return Look{}; }, wall);
  for (const auto& event : long_run()) {
    view.on_event(event);
    wall.advance(std::chrono::seconds(1));
  }
  const auto screen = upshift::testing::lines_on_screen(out.str(), 80);
  EXPECT_THAT(screen, Each(ResultOf(&display_width, ::testing::Lt(80))));
  // 89 steps, 13 stages begun, 3 hops, and the block below.
  EXPECT_EQ(screen.size(), 89U + 13U + 3U + 3U);
  const std::vector<std::string> last(screen.end() - 8, screen.end());
  EXPECT_THAT(last, ElementsAre("  done     stage-2/a-step-with-a-rather-long-name-14  DeploymentConfig/system-…",
                                "  skipped  stage-2/a-step-with-a-rather-long-name-15  DeploymentConfig/system-…",
                                "  done     stage-2/a-step-with-a-rather-long-name-16  DeploymentConfig/system-…",
                                "  done     stage-2/a-step-with-a-rather-long-name-17  DeploymentConfig/system-…",
                                "  done     stage-2/a-step-with-a-rather-long-name-18  DeploymentConfig/system-…",
                                "3scale 2.3 → 2.6  89 of 105 steps  in 2.5-2.6, 46 min 35 s",
                                "  > stage-2/a-step-with-a-rather-long-name-19  2 min 5 s",
                                "      waits for rollout of DeploymentConfig/system-app: 0 of 1 updated (for 2 …"));
  EXPECT_THAT(screen, ::testing::Contains("── 2.4-2.5 " + [] {
                std::string rest;
                for (int i = 0; i < 49; ++i) rest += "─";
                return rest;
              }()));
}

TEST(LiveView, DrawsNoMoreOftenThanTheWallClockAllows) {
  std::ostringstream out;
  VirtualClock wall(TimePoint{} + std::chrono::hours(1));
  LiveView view(
      out, [] { return Look{}; }, wall);
  view.on_event(run_started());
  view.on_event(make_event(Event::Kind::kStepStarted, "2.5-2.6/images/amp-system", {{"title", "x"}}));
  const auto drawn = out.str().size();
  for (int i = 0; i < 100; ++i) {
    view.on_event(make_event(Event::Kind::kWaiting, "2.5-2.6/images/amp-system",
                             {{"conditions", {{{"text", "x"}, {"reason", std::to_string(i)}}}}}));
  }
  EXPECT_EQ(out.str().size(), drawn);
  wall.advance(std::chrono::seconds(1));
  view.on_event(make_event(Event::Kind::kWaiting, "2.5-2.6/images/amp-system",
                           {{"conditions", {{{"text", "x"}, {"reason", "last"}}}}}));
  EXPECT_THAT(out.str(), HasSubstr("last"));
}

}  // namespace
}  // namespace upshift::report
