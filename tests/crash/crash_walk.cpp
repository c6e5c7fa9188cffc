#include "crash/crash_walk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/cluster_copy.hpp"
#include "crash/mortal_process.hpp"
#include "engine/rollback.hpp"
#include "journal/sqlite_journal.hpp"
#include "plan/record.hpp"
#include "support/branch.hpp"
#include "support/process.hpp"
#include "support/silent.hpp"

namespace upshift::testing {
namespace {

using journal::ChangeState;
using journal::StepState;

std::unique_ptr<journal::Journal> memory_journal() {
  auto made = journal::open_journal("");
  EXPECT_TRUE(made) << made.error().summary;
  return made ? std::move(*made) : nullptr;
}

// A journal's run as its user finds it: the plan comes from the record.
Result<plan::Plan> recorded_plan(journal::Journal& journal) {
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run->mode == "rollback") continue;
    UPSHIFT_ASSIGN(auto secrets, journal.value(run->id, plan::kSecretParameters));
    return plan::plan_of_record(run->plan, secrets.value_or(Json::object()));
  }
  return failure(StatusCode::kNotFound, "no run");
}

class CrashWalk final : public EventSink {
 public:
  CrashWalk(const Undying& undying, const CrashOptions& options) : undying_(undying), options_(options) {}

  CrashCounts run() {
    life_.at = [this](std::size_t index, const std::string& point) { return at(index, point); };
    {
      MortalProcess process(life_, hop_, *journal_, *files_, *this);
      const auto begun = process.begin();
      if (begun) {
        const auto result = engine::run(hop_.plan(), process.with());
        EXPECT_EQ(branch_.is_copy() ? 0 : result.exit_status(), 0) << result.summary;
      }
      EXPECT_TRUE(branch_.is_copy() || begun);
    }
    if (branch_.is_copy()) follow();
    return counts_;
  }

  void on_event(const Event& event) override {
    if (event.kind == Event::Kind::kStepEnded && branch_.is_copy() && resuming_ && !life_.is_over()) end_early();
  }

 private:
  // True in the copy.
  bool at(std::size_t index, const std::string& point) {
    if (branch_.is_copy()) return die_again(index);
    ++counts_.points;
    expect_same_where_nothing_changed(point);
    if (options_.tried && !options_.tried({index, point, life_.changes()})) return false;
    ++counts_.deaths;
    if (branch_.off()) {
      index_ = index;
      return true;
    }
    if (branch_.failed()) ADD_FAILURE() << "death at point " << index << ", " << point << ":\n" << branch_.report();
    return false;
  }

  // As far as it shows in the project and its clock.
  void expect_same_where_nothing_changed(const std::string& point) {
    const auto now = hop_.transport().clock().now();
    if (last_.changes == life_.changes()) {
      EXPECT_TRUE(now == last_.at && hop_.state() == last_.state) << point << " is told to have changed nothing";
    } else {
      last_ = {life_.changes(), now, hop_.state()};
    }
  }

  // From here on in the copy.
  bool die_again(std::size_t index) const { return second_death_ && index == *second_death_; }

  [[noreturn]] void follow() {
    switch (options_.then) {
      case Then::kResumeElsewhere:
        move_elsewhere();
        [[fallthrough]];
      case Then::kResume:
        resume();
        break;
      case Then::kDieAndResume:
        second_death_ = random_point(60);
        resume();
        if (life_.is_over()) resume();
        break;
      case Then::kRollBackElsewhere:
        move_elsewhere();
        [[fallthrough]];
      case Then::kRollBack:
        roll_back();
        break;
      case Then::kDieRollingBack:
        second_death_ = random_point(120);
        roll_back();
        if (life_.is_over()) roll_back();
        break;
      case Then::kFaultRollingBack: {
        const auto fault_at = hop_.transport().calls().size() + random_point(60);
        hop_.transport().before = [fault_at](std::size_t index, const Call&) {
          return index == fault_at ? std::optional<Fault>(Fault::kCutAfter) : std::nullopt;
        };
        if (!roll_back()) roll_back();
        break;
      }
      case Then::kRollBackAndResume:
        roll_back();
        expect_start();
        resume();
        break;
    }
    const bool back = options_.then == Then::kRollBack || options_.then == Then::kRollBackElsewhere ||
                      options_.then == Then::kDieRollingBack || options_.then == Then::kFaultRollingBack;
    if (back) {
      expect_start();
    } else {
      expect_end();
    }
    branch_.leave();
  }

  std::size_t random_point(std::size_t within) const { return ((index_ + 1) * 2654435761U + options_.seed) % within; }

  // As a new process would; true where it came to its end.
  bool resume() {
    revive();
    auto plan = recorded_plan(*journal_);
    const auto recorded = runs();
    // Killed before anything was recorded: there is nothing to resume.
    const bool anew = recorded.empty() || !plan;
    MortalProcess process(life_, hop_, *journal_, *files_, *this);
    if (!begin(process)) return false;
    resuming_ = !anew;
    const auto result =
        anew ? engine::run(hop_.plan(), process.with()) : engine::resume(*plan, process.with(), recorded.front().id);
    if (life_.is_over()) return false;
    if (result.exit_status() != 0) branch_.give_up("the resumed run stopped: " + result.summary);
    return true;
  }

  bool roll_back() {
    revive();
    Silent silent;
    MortalProcess process(life_, hop_, *journal_, *files_, silent);
    if (!begin(process)) return false;
    const engine::RollbackRequest request;
    const auto plan = engine::plan_rollback(process.with(), request.scope);
    if (life_.is_over()) return false;
    if (!plan) {
      if (runs().empty()) return true;
      if (options_.then == Then::kFaultRollingBack) return false;
      branch_.give_up("no rollback: " + plan.error().summary);
    }
    const auto result = engine::rollback(*plan, process.with(), request);
    if (life_.is_over()) return false;
    if (result.exit_status() == 5 && options_.then == Then::kFaultRollingBack) return false;
    if (result.exit_status() == 0) return true;
    for (const auto& conflict : result.conflicts) {
      for (const auto& line : conflict.lines()) branch_.wrong(line);
    }
    branch_.give_up(fmt::format("rollback: {} {}", result.exit_status(), result.summary));
  }

  bool begin(MortalProcess& process) {
    const auto begun = process.begin();
    if (!begun && !life_.is_over() && options_.then != Then::kFaultRollingBack) {
      branch_.give_up("no lock, or another mirror: " + begun.error().summary);
    }
    return begun.has_value();
  }

  // On another machine there is nothing but what the project holds.
  void move_elsewhere() {
    files_ = engine::make_memory_file_store();
    journal_ = memory_journal();
    const auto path = elsewhere_.file(std::to_string(::getpid()) + ".db");
    cluster::Client client(hop_.transport(), hop_.project());
    engine::MirrorChunks chunks(client);
    std::vector<Diagnostic> told;
    const auto restored = cli::restore_from_cluster(path, chunks, told);
    if (!restored && restored.error().code == StatusCode::kNotFound) return;
    if (!restored) branch_.give_up("no journal from the project: " + restored.error().summary);
    auto opened = journal::open_journal(path);
    if (!opened) branch_.give_up("the journal from the project: " + opened.error().summary);
    journal_ = std::move(*opened);
  }

  std::vector<journal::Run> runs() { return journal_->runs().value(); }
  std::vector<journal::StepRun> steps_of(journal::RunId run) { return journal_->steps(run).value(); }
  std::vector<journal::Change> changes_of(journal::RunId run) { return journal_->changes(run).value(); }

  void revive() {
    const bool again = life_.is_over() && second_death_ && lives_ > 0;
    if (again) second_death_.reset();
    ++lives_;
    static_cast<journal::SqliteJournal&>(*journal_).drop_unflushed();
    life_ = Life();
    life_.at = [this](std::size_t index, const std::string& point) { return at(index, point); };
  }

  std::set<std::string> ended() {
    std::set<std::string> over;
    for (const auto& run : runs()) {
      for (const auto& step : steps_of(run.id)) {
        if (step.state == StepState::kDone || step.state == StepState::kSkipped) {
          over.insert(step.step);
        } else {
          over.erase(step.step);
        }
      }
    }
    return over;
  }

  // Back where the undisturbed run was, with nothing on its way: all that follows is the same.
  void end_early() {
    if (options_.then == Then::kRollBackAndResume || second_death_) return;
    const auto all = runs();
    const auto steps = steps_of(all.front().id);
    std::map<std::string, StepState> last;
    for (const auto& step : steps) last[step.step] = step.state;
    for (const auto& [id, state] : last) {
      if (state != StepState::kDone && state != StepState::kSkipped) return;
    }
    const auto known = undying_.after.find(ended());
    if (known == undying_.after.end()) return;
    const State& now = hop_.state();
    if (now != known->second && without_lost_command(now) != known->second) return;
    judge_journal();
    branch_.leave();
  }

  // Nothing tells whether a command ran whose end was lost: its step's CHECK decides, and may have it run again.
  State without_lost_command(State state) {
    for (const auto& run : runs()) {
      for (const auto& change : changes_of(run.id)) {
        if (change.verb != journal::Verb::kExec || change.state != ChangeState::kUnknown) continue;
        leave_out_repeated_command(state);
      }
    }
    return state;
  }

  void judge_journal() {
    for (const auto& run : runs()) {
      for (const auto& change : changes_of(run.id)) {
        if (change.state == ChangeState::kIntended) branch_.wrong("no outcome of the change of " + change.object);
        const bool command = change.verb == journal::Verb::kExec || change.verb == journal::Verb::kHttp;
        if (change.state == ChangeState::kUnknown && !command) branch_.wrong("unknown: the change of " + change.object);
      }
    }
  }

  void expect_end() {
    hop_.settle();
    judge_journal();
    State end = without_lost_command(hop_.state());
    if (options_.then == Then::kRollBackAndResume) {
      // Done twice, with as many rollouts more.
      end.acted = undying_.end.acted;
      end.deployments = undying_.end.deployments;
    }
    for (const auto& line : end.differences(undying_.end)) branch_.wrong(line);
  }

  void expect_start() {
    hop_.settle();
    judge_journal();
    State now = hop_.state();
    now.acted = undying_.start.acted;
    now.deployments = undying_.start.deployments;
    for (const auto& line : now.differences(undying_.start)) branch_.wrong("after the rollback: " + line);
  }

  struct LeftBehind {
    std::optional<std::size_t> changes;
    TimePoint at;
    State state;
  };

  const Undying& undying_;
  const CrashOptions& options_;
  Hop hop_{undying_.way};
  Life life_;
  TemporaryDirectory elsewhere_;  // of all copies
  std::unique_ptr<journal::Journal> journal_ = memory_journal();
  std::unique_ptr<engine::FileStore> files_ = engine::make_memory_file_store();
  LeftBehind last_;  // by the last point of the undisturbed run
  CrashCounts counts_;
  Branch branch_;
  bool resuming_ = false;
  int lives_ = 0;
  std::size_t index_ = 0;
  std::optional<std::size_t> second_death_;
};

}  // namespace

Undying run_undying(const Way& way) {
  Undying out;
  out.way = way;
  Hop hop(way);
  out.start = hop.state();
  Life life;
  life.at = [&](std::size_t, const std::string& point) {
    out.points.push_back(point);
    return false;
  };
  const auto journal = memory_journal();
  const auto files = engine::make_memory_file_store();
  StateRecorder recorder(hop, out.after);
  {
    MortalProcess process(life, hop, *journal, *files, recorder);
    const auto begun = process.begin();
    EXPECT_TRUE(begun) << begun.error().summary;
    const auto result = engine::run(hop.plan(), process.with());
    EXPECT_EQ(result.exit_status(), 0) << result.summary;
    out.changes = result.changes;
  }
  hop.settle();
  out.end = hop.state();
  return out;
}

CrashCounts crash_walk(const Undying& undying, const CrashOptions& options) {
  return CrashWalk(undying, options).run();
}

}  // namespace upshift::testing
