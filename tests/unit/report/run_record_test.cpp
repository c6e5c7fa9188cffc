#include "report/run_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_run.hpp"

namespace upshift::report {
namespace {

using testing::ElementsAre;

RunRecord record_of_sample() {
  RunRecord record;
  for (const Event& event : sample_run()) record.on_event(event);
  return record;
}

TEST(RunRecord, KeepsWhatEachStepDid) {
  const RunRecord record = record_of_sample();
  ASSERT_EQ(record.steps().size(), 3U);
  const StepRecord& image = record.steps()[1];
  EXPECT_EQ(image.state, "done");
  EXPECT_EQ(image.summary, "tag 2.6 added");
  EXPECT_EQ(image.duration, std::chrono::seconds(61));
  ASSERT_EQ(image.changes.size(), 1U);
  EXPECT_EQ(image.changes[0].object, "ImageStream/amp-system");
  EXPECT_THAT(image.unchanged, ElementsAre("DeploymentConfig/system-app"));
  EXPECT_THAT(image.awaited, ElementsAre("rollout of DeploymentConfig/system-app"));
  ASSERT_EQ(image.diagnostics.size(), 1U);
  EXPECT_EQ(image.diagnostics[0].severity, Severity::kWarning);
  EXPECT_EQ(record.steps()[2].gate_answer, "yes");
}

TEST(RunRecord, CountsAndFindsThePointOfNoReturn) {
  const RunRecord record = record_of_sample();
  EXPECT_EQ(record.count("done"), 1);
  EXPECT_EQ(record.count("skipped"), 1);
  EXPECT_EQ(record.count("failed"), 1);
  EXPECT_EQ(record.changes(), 1);
  EXPECT_EQ(record.state(), "failed");
  ASSERT_NE(record.point_of_no_return(), nullptr);
  EXPECT_EQ(record.point_of_no_return()->id, "2.5-2.6/images/amp-system");
}

TEST(RunRecord, LeavesStepsThatWereNotReachedAsSuch) {
  RunRecord record;
  record.on_event(run_started());
  EXPECT_EQ(record.count("not reached"), 3);
  EXPECT_EQ(record.state(), "");
}

TEST(RunRecord, TakesAStepThatWasNotAnnouncedAndEventsWithoutData) {
  RunRecord record;
  record.on_event(make_event(Event::Kind::kStepStarted, "x/y/z", nullptr));
  record.on_event(make_event(Event::Kind::kWaiting, "x/y/z", {{"conditions", 3}}));
  record.on_event(make_event(Event::Kind::kStepEnded, "x/y/z", {{"state", "done"}}));
  ASSERT_EQ(record.steps().size(), 1U);
  EXPECT_EQ(record.steps()[0].state, "done");
}

}  // namespace
}  // namespace upshift::report
