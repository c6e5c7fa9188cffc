// The journal's mirror in the project: written before a change is sent, read back whole, and held against the original.
#include <gmock/gmock.h>

#include "base/file.hpp"
#include "base/zlib.hpp"
#include "engine/mirror_difference.hpp"
#include "engine/mirrored_journal.hpp"
#include "journal/sqlite_journal.hpp"
#include "unit/engine/bench.hpp"

namespace upshift::engine {
namespace {

using journal::ChangeState;
using journal::RunState;
using journal::StepState;
using testing::FakeCluster;
using ::testing::HasSubstr;
using Ahead = MirrorDifference::Ahead;

std::unique_ptr<journal::Journal> memory() {
  return std::move(*journal::open_journal(""));
}

struct Mirrored {
  FakeCluster server;
  cluster::Client client{server, FakeCluster::kProject};
  MirrorChunks chunks{client};
  testing::RecordedEvents events;
  std::unique_ptr<journal::Journal> local = memory();
  MirroredJournal journal{*local, chunks, events};
  journal::RunId run = 0;
  journal::StepRunId step = 0;
  int written = 0;

  journal::RunId begin(const std::string& mode = "run", int at = 1000) {
    journal::Run record;
    record.mode = mode;
    record.product = "shop";
    record.plan = {{"steps", Json::array()}};
    record.target = "here";
    record.started = TimePoint(Duration(at));
    record.undoes = mode == "rollback" ? run : 0;
    run = journal.begin_run(record).value_or(0);
    step = journal.begin_step(run, "1-2/a", 1, TimePoint(Duration(at + 1))).value_or(0);
    return run;
  }
  Result<journal::ChangeId> intend(const Json& value = {{"a", 1}}) {
    journal::Change change;
    change.step_run = step;
    change.step = "1-2/a";
    change.kind = "ConfigMap";
    change.name = "m" + std::to_string(written++);
    change.object = "/api/v1/namespaces/shop/configmaps/" + change.name;
    change.request = {{"method", "PATCH"}};
    change.old_value = value;
    change.intended = {{"b", 2}};
    change.intended_at = TimePoint(Duration(2000 + written));
    return journal.intend(change);
  }
  void change() {
    const auto id = intend();
    ASSERT_TRUE(id) << id.error().summary;
    ASSERT_TRUE(journal.settle(*id, ChangeState::kApplied, 200, {{"b", 2}}, "", TimePoint(Duration(3000))));
  }
  void end(RunState state = RunState::kDone) {
    ASSERT_TRUE(journal.end_step(step, StepState::kDone, "done", {{"apply", {{"x", 1}}}}, TimePoint(Duration(4000))));
    ASSERT_TRUE(journal.end_run(run, state, TimePoint(Duration(5000))));
  }
  std::vector<MirrorStream> streams() { return mirrored_runs(chunks.read().value()); }
  // What another machine makes of it.
  std::unique_ptr<journal::Journal> restored() {
    std::vector<std::vector<Json>> runs;
    for (const auto& stream : streams()) runs.push_back(stream.records);
    auto made = memory();
    const auto played = replay(runs, *made);
    EXPECT_TRUE(played) << played.error().summary;
    return made;
  }
  MirrorDifference difference() { return compare_journals(*local, *restored()).value(); }
};

TEST(Mirror, HoldsAnIntentBeforeTheChangeIsSentAndAllElseWithTheNextOne) {
  Mirrored mirrored;
  mirrored.begin();
  EXPECT_EQ(mirrored.server.changes_sent(), 0);
  const auto id = mirrored.intend();
  ASSERT_TRUE(id);
  EXPECT_EQ(mirrored.server.changes_sent(), 1);
  EXPECT_EQ(mirrored.restored()->changes(1)->size(), 1U);
  ASSERT_TRUE(mirrored.journal.settle(*id, ChangeState::kApplied, 200, {{"b", 2}}, "", TimePoint(Duration(3000))));
  EXPECT_EQ(mirrored.server.changes_sent(), 1);
  EXPECT_EQ(mirrored.difference().ahead, Ahead::kLocal);
  mirrored.change();
  EXPECT_EQ(mirrored.server.changes_sent(), 2) << "one request for each change";
  mirrored.end();
  EXPECT_EQ(mirrored.server.changes_sent(), 3);
  EXPECT_EQ(mirrored.chunks.cost().requests, 3);
  EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone);
}

TEST(Mirror, IsReadBackAsTheJournalThatWasWritten) {
  Mirrored mirrored;
  mirrored.begin();
  ASSERT_TRUE(mirrored.journal.set_value(mirrored.run, "1-2/a", "password", "s3cret", true));
  for (int i = 0; i < 3; ++i) mirrored.change();
  mirrored.end(RunState::kFailed);
  mirrored.begin("rollback", 9000);
  mirrored.change();
  mirrored.end();
  const auto again = mirrored.restored();
  ASSERT_EQ(again->runs()->size(), 2U);
  const auto first = again->runs()->front();
  EXPECT_EQ(first.state, RunState::kFailed);
  EXPECT_EQ(first.plan, mirrored.local->runs()->front().plan);
  EXPECT_EQ(again->runs()->back().undoes, first.id);
  EXPECT_EQ(**again->value(first.id, "password"), "s3cret");
  EXPECT_EQ(again->changes(first.id)->at(2).old_value, (Json{{"a", 1}}));
  EXPECT_EQ(again->steps(first.id)->at(0).reply, (Json{{"apply", {{"x", 1}}}}));
}

TEST(Mirror, KeepsValuesOnlyInsideSecretsAndLabelsAllAsItsOwn) {
  Mirrored mirrored;
  mirrored.begin();
  ASSERT_TRUE(mirrored.journal.set_value(mirrored.run, "", "password", "s3cret", true));
  mirrored.change();
  for (const auto& request : mirrored.server.requests) {
    if (request.method != "POST") continue;
    EXPECT_EQ(string_at(request.body, "/kind"), "Secret");
    EXPECT_EQ(string_at(request.body, "/metadata/labels/app.kubernetes.io~1managed-by"), "upshift");
    EXPECT_EQ(request.body["metadata"].dump().find("s3cret"), std::string::npos);
  }
}

TEST(Mirror, CutsWhatIsLargeIntoChunksThatNeverGrow) {
  Mirrored mirrored;
  mirrored.begin();
  // Cannot be compressed.
  std::string large;
  for (int i = 0; large.size() < 1'000'000; ++i) large += sha256_hex(std::to_string(i));
  ASSERT_TRUE(mirrored.intend({{"large", large}}));
  mirrored.change();
  EXPECT_GT(mirrored.chunks.cost().chunks, 3);
  EXPECT_EQ(mirrored.server.count("PUT") + mirrored.server.count("PATCH"), 0);
  for (const auto& request : mirrored.server.requests) {
    EXPECT_LE(string_at(request.body, "/data/records").size(), 256U * 1024U);
  }
  EXPECT_EQ(mirrored.restored()->changes(1)->at(0).old_value["large"], large);
}

TEST(Mirror, KeepsAChangeFromBeingSentWhereItCannotBeWritten) {
  Mirrored mirrored;
  mirrored.begin();
  mirrored.change();
  mirrored.server.before = [](const cluster::Request&) -> std::optional<Result<cluster::Response>> {
    return FakeCluster::status(403, "Forbidden", "quota exceeded");
  };
  const auto refused = mirrored.intend();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("--no-mirror"));
  EXPECT_EQ(mirrored.local->changes(1)->back().state, ChangeState::kRefused);
  mirrored.server.before = nullptr;
  mirrored.change();
  EXPECT_EQ(mirrored.restored()->changes(1)->size(), 3U) << "what was not written is caught up on";
}

// The disk is full at an intent: what was not durable is lost with it.
class FullDisk final : public journal::ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;
  bool full = false;
  Result<journal::ChangeId> intend(const journal::Change& change) override {
    if (!full) return ForwardingJournal::intend(change);
    static_cast<journal::SqliteJournal&>(inner_).drop_unflushed();
    return failure(StatusCode::kResourceExhausted, "the disk is full");
  }
};

TEST(Mirror, DoesNotHoldWhatTheJournalHasLost) {
  for (const bool goes_on : {true, false}) {
    Mirrored mirrored;
    FullDisk disk(*mirrored.local);
    MirroredJournal journal(disk, mirrored.chunks, mirrored.events);
    const auto run = journal.begin_run({}).value();
    const auto begin = [&](const char* step) {
      return journal.begin_step(run, step, 1, TimePoint(Duration(1))).value();
    };
    journal::Change change;
    change.step_run = begin("1-2/a");
    ASSERT_TRUE(journal.intend(change));
    ASSERT_TRUE(journal.settle(1, ChangeState::kApplied, 200, {{"b", 2}}, "", TimePoint(Duration(2))));
    const auto lost = begin("1-2/lost");
    disk.full = true;
    EXPECT_FALSE(journal.intend(change));
    EXPECT_FALSE(journal.end_step(lost, StepState::kFailed, "", nullptr, TimePoint(Duration(3))));
    disk.full = false;
    if (goes_on) {
      change.step_run = begin("1-2/b");
      ASSERT_TRUE(journal.intend(change));
      EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone);
    }
    ASSERT_TRUE(journal.end_run(run, RunState::kFailed, TimePoint(Duration(4))));
    EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone) << mirrored.difference().text;
    EXPECT_EQ(mirrored.restored()->steps(1)->size(), goes_on ? 2U : 1U);
    EXPECT_EQ(mirrored.restored()->runs()->front().state, RunState::kFailed);
    EXPECT_EQ(mirrored.chunks.read()->size(), 1U);
  }
}

TEST(Mirror, KnowsNoRunThatTheJournalMightForget) {
  Mirrored mirrored;
  mirrored.journal.mirror(false);
  mirrored.begin();
  ASSERT_TRUE(mirrored.journal.flush());
  MirroredJournal resumed(*mirrored.local, mirrored.chunks, mirrored.events);
  ASSERT_TRUE(resumed.reopen_run(mirrored.run));
  static_cast<journal::SqliteJournal&>(*mirrored.local).drop_unflushed();
  EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone);
  EXPECT_TRUE(mirrored.local->value(mirrored.run, kRunIdentity).value());
}

TEST(Mirror, SurvivesALostAnswerWithoutWritingTwice) {
  Mirrored mirrored;
  mirrored.begin();
  int lost = 1;
  mirrored.server.after = [&](const cluster::Request& request) -> std::optional<Result<cluster::Response>> {
    if (request.method != "POST" || lost-- <= 0) return {};
    return failure(StatusCode::kUnavailable, "the connection broke");
  };
  mirrored.change();
  mirrored.change();
  EXPECT_EQ(mirrored.restored()->changes(1)->size(), 2U);
}

TEST(Mirror, IsTrustedOnlyAsFarAsItIsWhole) {
  for (const bool missing : {true, false}) {
    Mirrored mirrored;
    mirrored.begin();
    for (int i = 0; i < 4; ++i) mirrored.change();
    const auto name = mirrored.streams().at(0).names.at(2);
    if (missing) {
      mirrored.server.drop("Secret", name);
    } else {
      mirrored.server.edit("Secret", name,
                           [](Json& secret) { secret["data"]["records"] = encode_base64(compress("[]")); });
    }
    EXPECT_EQ(mirrored.streams().at(0).chunks, 2);
    EXPECT_THAT(mirrored.streams().at(0).damage, HasSubstr("chunk 3"));
    EXPECT_EQ(mirrored.restored()->changes(1)->size(), 2U);
  }
}

TEST(Mirror, SaysWhichCopyIsAheadAndFromWhichRecordOn) {
  Mirrored mirrored;
  mirrored.begin();
  mirrored.change();
  ASSERT_TRUE(mirrored.intend());
  const auto whole = mirrored.restored();
  mirrored.change();
  // This machine's against an older mirror, an older copy of this machine's against the mirror.
  const auto local_ahead = compare_journals(*mirrored.local, *whole);
  EXPECT_EQ(local_ahead->ahead, Ahead::kLocal);
  EXPECT_THAT(local_ahead->text, HasSubstr("change 3 (update ConfigMap/m2) was recorded"));
  const auto mirror_ahead = compare_journals(*whole, *mirrored.local);
  EXPECT_EQ(mirror_ahead->ahead, Ahead::kMirror);
  EXPECT_THAT(mirror_ahead->text, HasSubstr("its mirror in the project is ahead"));
}

TEST(Mirror, SaysWhereTheCopiesContradictEachOther) {
  Mirrored mirrored;
  mirrored.begin();
  mirrored.change();
  ASSERT_TRUE(mirrored.intend());
  const auto other = mirrored.restored();
  ASSERT_TRUE(other->settle(2, ChangeState::kRefused, 422, nullptr, "no", TimePoint(Duration(7000))));
  ASSERT_TRUE(mirrored.local->settle(2, ChangeState::kApplied, 200, {{"b", 2}}, "", TimePoint(Duration(7000))));
  const auto difference = compare_journals(*mirrored.local, *other);
  EXPECT_EQ(difference->ahead, Ahead::kBoth);
  EXPECT_THAT(difference->text, HasSubstr("change 2 (update ConfigMap/m1) was applied"));
  EXPECT_THAT(difference->text, HasSubstr("was refused"));
}

TEST(Mirror, IsWrittenAnewWhenARunIsTakenUpAgain) {
  Mirrored mirrored;
  mirrored.begin();
  mirrored.change();
  // Another process, on the same machine or on one that restored the journal.
  MirroredJournal resumed(*mirrored.local, mirrored.chunks, mirrored.events);
  ASSERT_TRUE(resumed.reopen_run(mirrored.run));
  ASSERT_EQ(mirrored.chunks.read()->size(), 1U) << "the former stream is gone";
  EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone);
  const auto step = resumed.begin_step(mirrored.run, "1-2/b", 1, TimePoint(Duration(8000)));
  journal::Change change;
  change.step_run = *step;
  change.step = "1-2/b";
  ASSERT_TRUE(resumed.intend(change));
  EXPECT_EQ(mirrored.restored()->changes(1)->size(), 2U);
}

TEST(Mirror, OfAFormerUpgradeThatEndedWellIsRemovedWhenANewOneBegins) {
  Mirrored mirrored;
  mirrored.begin("run", 1000);
  mirrored.change();
  mirrored.end(RunState::kFailed);
  mirrored.begin("run", 2000);
  mirrored.change();
  EXPECT_EQ(mirrored.streams().size(), 2U) << "one that failed stays";
  mirrored.end();
  mirrored.begin("run", 3000);
  mirrored.change();
  ASSERT_EQ(mirrored.streams().size(), 1U);
  EXPECT_EQ(mirrored.restored()->runs()->front().started, TimePoint(Duration(3000)));
}

TEST(Mirror, OfARollbackHoldsWhatItTakesBackAsWell) {
  Mirrored mirrored;
  mirrored.journal.mirror(false);
  mirrored.begin();
  mirrored.change();
  mirrored.change();
  mirrored.end(RunState::kFailed);
  mirrored.journal.mirror(true);
  const auto upgrade = mirrored.run;
  mirrored.begin("rollback", 9000);
  journal::Change undo;
  undo.step_run = mirrored.step;
  undo.step = "1-2/a";
  undo.request = {{"method", "PATCH"}};
  undo.undoes = mirrored.local->changes(upgrade)->at(1).id;
  ASSERT_TRUE(mirrored.journal.intend(undo));
  const auto again = mirrored.restored();
  ASSERT_EQ(again->runs()->size(), 2U);
  const auto runs = *again->runs();
  EXPECT_EQ(runs.at(1).undoes, runs.at(0).id);
  EXPECT_EQ(again->changes(runs.at(1).id)->at(0).undoes, again->changes(runs.at(0).id)->at(1).id);
  EXPECT_EQ(mirrored.difference().ahead, Ahead::kNone);
}

TEST(Mirror, SwitchedOffWritesNothing) {
  Mirrored mirrored;
  mirrored.journal.mirror(false);
  mirrored.begin();
  mirrored.change();
  mirrored.end();
  EXPECT_TRUE(mirrored.server.requests.empty());
  EXPECT_EQ(mirrored.local->changes(1)->size(), 1U);
}

}  // namespace
}  // namespace upshift::engine
