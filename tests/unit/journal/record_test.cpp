#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"
#include "support/process.hpp"

namespace upshift::journal {
namespace {

using upshift::testing::TemporaryDirectory;

TEST(Journal, KeepsEverythingAcrossReopening) {
  const TemporaryDirectory folder;
  const std::string path = folder.file("journal.db");
  ChangeId id = 0;
  {
    const auto journal = open_or_fail(path);
    const Begun begun = begin(*journal);
    id = journal->intend(sample_change(begun.step)).value();
    ASSERT_TRUE(journal->settle(id, ChangeState::kApplied, 200, {{"kind", "Secret"}, {"v", 2}}, "", at_ms(1003)));
    ASSERT_TRUE(journal->end_step(begun.step, StepState::kDone, "added two keys", {{"state", "ok"}}, at_ms(1004)));
    ASSERT_TRUE(journal->set_value(begun.run, "a/b/c", "app-label", "3scale", false));
    ASSERT_TRUE(journal->end_run(begun.run, RunState::kDone, at_ms(1005)));
  }
  const auto journal = open_or_fail(path);
  const auto runs = journal->runs().value();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].state, RunState::kDone);
  EXPECT_EQ(runs[0].target, sample_run().target);
  EXPECT_EQ(runs[0].plan, sample_run().plan);
  EXPECT_EQ(runs[0].finished, at_ms(1005));
  const auto steps = journal->steps(runs[0].id).value();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].state, StepState::kDone);
  EXPECT_EQ(steps[0].summary, "added two keys");
  EXPECT_EQ(steps[0].reply, (Json{{"state", "ok"}}));
  const auto changes = journal->changes(runs[0].id).value();
  ASSERT_EQ(changes.size(), 1U);
  const Change expected = sample_change(steps[0].id);
  EXPECT_EQ(changes[0].id, id);
  EXPECT_EQ(changes[0].state, ChangeState::kApplied);
  EXPECT_EQ(changes[0].verb, Verb::kUpdate);
  EXPECT_EQ(changes[0].object, expected.object);
  EXPECT_EQ(changes[0].request, expected.request);
  EXPECT_EQ(changes[0].old_value, expected.old_value);
  EXPECT_EQ(changes[0].intended, expected.intended);
  EXPECT_EQ(changes[0].new_value["v"], 2);
  EXPECT_EQ(changes[0].http_status, 200);
  EXPECT_EQ(changes[0].settled_at, at_ms(1003));
  EXPECT_EQ(journal->value(runs[0].id, "app-label").value(), Json("3scale"));
}

TEST(Journal, TellsAnObjectThatDidNotExistFromAnEmptyOne) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  Change change = sample_change(begun.step);
  change.old_value = nullptr;
  change.intended = Json::object();
  ASSERT_TRUE(journal->intend(change));
  const auto changes = journal->changes(begun.run).value();
  EXPECT_TRUE(changes.at(0).old_value.is_null());
  EXPECT_TRUE(changes.at(0).intended.is_object());
}

TEST(Journal, StoresAnIntentAsIntendedWhateverTheCallerSays) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  Change change = sample_change(begun.step);
  change.id = 99;
  change.state = ChangeState::kApplied;
  ASSERT_TRUE(journal->intend(change));
  const auto changes = journal->changes(begun.run).value();
  EXPECT_EQ(changes.at(0).state, ChangeState::kIntended);
  EXPECT_NE(changes.at(0).id, 99);
}

TEST(Journal, SettlesAChangeOnceUnlessItsOutcomeWasUnknown) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  for (const ChangeState first : {ChangeState::kApplied, ChangeState::kRefused, ChangeState::kUnknown}) {
    const ChangeId id = journal->intend(sample_change(begun.step)).value();
    ASSERT_TRUE(journal->settle(id, first, 0, nullptr, "x", at_ms(5)));
    const auto again = journal->settle(id, ChangeState::kApplied, 200, nullptr, "", at_ms(6));
    EXPECT_EQ(again.has_value(), first == ChangeState::kUnknown);
    if (!again) {
      EXPECT_EQ(again.error().code, StatusCode::kFailedPrecondition);
    }
  }
  const ChangeId open = journal->intend(sample_change(begun.step)).value();
  EXPECT_EQ(journal->settle(open, ChangeState::kIntended, 0, nullptr, "", at_ms(7)).error().code,
            StatusCode::kInvalidArgument);
}

TEST(Journal, RefusesWhatBelongsToNothing) {
  const auto journal = open_or_fail("");
  EXPECT_EQ(journal->end_run(7, RunState::kDone, at_ms(1)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->begin_step(7, "x", 1, at_ms(1)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->end_step(7, StepState::kDone, "", nullptr, at_ms(1)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->intend(sample_change(7)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->settle(7, ChangeState::kApplied, 200, nullptr, "", at_ms(1)).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->set_value(7, "x", "n", 1, false).error().code, StatusCode::kNotFound);
}

TEST(Journal, KeepsTheRunsApartAndInOrder) {
  const auto journal = open_or_fail("");
  const Begun first = begin(*journal);
  const Begun second = begin(*journal);
  for (int i = 0; i < 3; ++i) {
    for (const Begun& begun : {first, second}) {
      Change change = sample_change(begun.step);
      change.name = std::to_string(begun.run) + "-" + std::to_string(i);
      ASSERT_TRUE(journal->intend(change));
    }
  }
  ASSERT_TRUE(journal->set_value(first.run, "s", "n", "one", false));
  const auto changes = journal->changes(second.run).value();
  ASSERT_EQ(changes.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(changes[i].name, std::to_string(second.run) + "-" + std::to_string(i));
  }
  EXPECT_FALSE(journal->value(second.run, "n").value().has_value());
  EXPECT_EQ(journal->steps(first.run).value().size(), 1U);
}

TEST(Journal, ReplacesAValueOfTheSameNameAndKeepsNull) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  ASSERT_TRUE(journal->set_value(begun.run, "s", "n", {{"a", 1}}, false));
  ASSERT_TRUE(journal->set_value(begun.run, "t", "n", nullptr, true));
  const auto value = journal->value(begun.run, "n").value();
  ASSERT_TRUE(value.has_value());
  EXPECT_TRUE(value->is_null());
}

TEST(Journal, StoresTextOfAnyBytes) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  const std::string odd = std::string("quote ' semicolon ; zero ") + '\0' + " e-acute \xc3\xa9";
  ASSERT_TRUE(journal->end_step(begun.step, StepState::kFailed, odd, nullptr, at_ms(3)));
  EXPECT_EQ(journal->steps(begun.run).value().at(0).summary, odd);
  EXPECT_TRUE(journal->steps(begun.run).value().at(0).reply.is_null());
}

TEST(Journal, NamesEveryStateAndVerb) {
  EXPECT_EQ(to_string(RunState::kInterrupted), "interrupted");
  EXPECT_EQ(to_string(StepState::kSkipped), "skipped");
  EXPECT_EQ(to_string(ChangeState::kUnknown), "unknown");
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  for (const Verb verb : {Verb::kCreate, Verb::kUpdate, Verb::kDelete, Verb::kExec, Verb::kHttp}) {
    Change change = sample_change(begun.step);
    change.verb = verb;
    ASSERT_TRUE(journal->intend(change));
    EXPECT_EQ(journal->changes(begun.run).value().back().verb, verb);
  }
  for (const StepState state : {StepState::kDone, StepState::kSkipped, StepState::kBlocked, StepState::kFailed}) {
    ASSERT_TRUE(journal->end_step(begun.step, state, "", nullptr, at_ms(4)));
    EXPECT_EQ(journal->steps(begun.run).value().at(0).state, state);
  }
  for (const RunState state : {RunState::kDone, RunState::kFailed, RunState::kBlocked, RunState::kInterrupted}) {
    ASSERT_TRUE(journal->end_run(begun.run, state, at_ms(4)));
    EXPECT_EQ(journal->runs().value().at(0).state, state);
  }
}

TEST(Journal, LetsARunGoOn) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  ASSERT_TRUE(journal->note_reply(begun.step, {{"apply", {{"await", Json::array()}}}}));
  EXPECT_EQ(journal->steps(begun.run).value().at(0).reply, (Json{{"apply", {{"await", Json::array()}}}}));
  ASSERT_TRUE(journal->end_run(begun.run, RunState::kInterrupted, at_ms(1010)));
  ASSERT_TRUE(journal->reopen_run(begun.run));
  const journal::Run run = journal->runs().value().at(0);
  EXPECT_EQ(run.state, RunState::kRunning);
  EXPECT_EQ(run.finished, TimePoint{});
  EXPECT_EQ(journal->reopen_run(99).error().code, StatusCode::kNotFound);
  EXPECT_EQ(journal->note_reply(99, {}).error().code, StatusCode::kNotFound);
}

TEST(Journal, TellsWhatARollbackTookBack) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  const ChangeId made = journal->intend(sample_change(begun.step)).value();
  journal::Run back = sample_run();
  back.mode = "rollback";
  back.undoes = begun.run;
  back.files = "/var/lib/backup";
  const RunId rollback = journal->begin_run(back).value();
  Change undoing = sample_change(journal->begin_step(rollback, "2.5-2.6/objects/secret", 1, at_ms(2000)).value());
  undoing.undoes = made;
  ASSERT_TRUE(journal->intend(undoing));
  EXPECT_EQ(journal->changes(begun.run).value().at(0).undoes, 0);
  EXPECT_EQ(journal->changes(rollback).value().at(0).undoes, made);
  EXPECT_EQ(journal->runs().value().at(0).undoes, 0);
  EXPECT_EQ(journal->runs().value().at(1).undoes, begun.run);
  EXPECT_EQ(journal->runs().value().at(1).files, "/var/lib/backup");
  undoing.undoes = 99;
  EXPECT_FALSE(journal->intend(undoing)) << "no such change";
}

TEST(Journal, ListsTheValuesOfARun) {
  const auto journal = open_or_fail("");
  const Begun begun = begin(*journal);
  ASSERT_TRUE(journal->set_value(begun.run, "a/b/c", "token", "s3cret", true));
  ASSERT_TRUE(journal->set_value(begun.run, "a/b/d", "app-label", "3scale", false));
  const auto values = journal->values(begun.run).value();
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].name, "app-label");
  EXPECT_FALSE(values[0].secret);
  EXPECT_EQ(values[1].step, "a/b/c");
  EXPECT_EQ(values[1].value, "s3cret");
  EXPECT_TRUE(values[1].secret);
}

}  // namespace
}  // namespace upshift::journal
