// A real process is killed by a real SIGKILL at a piece of what it sends, before or after the server has it, and
// another one carries the run on or takes it back. UPSHIFT_KILL_SEED chooses other pieces, UPSHIFT_KILLS their number.
#include <csignal>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <random>

#include "journal/journal.hpp"
#include "scenario/rehearsal.hpp"
#include "scenario/same_project.hpp"
#include "scenario/served_project.hpp"
#include "support/tapped_proxy.hpp"

namespace upshift::testing {
namespace {

constexpr std::size_t kShards = 5;

std::size_t number_of(const char* variable, std::size_t fallback) {
  const char* given = std::getenv(variable);
  return given == nullptr ? fallback : static_cast<std::size_t>(std::strtoull(given, nullptr, 10));
}

int port_of(const ServedProject& served) {
  return std::stoi(served.address().substr(served.address().find(':') + 1));
}

// What the undisturbed upgrade comes to, and how much a client sends for it.
struct Undisturbed {
  std::size_t pieces = 0;
  Json start, end;
  std::size_t applied = 0;
};

struct Recorded {
  std::size_t applied = 0, unknown_commands = 0;
};

Recorded recorded_changes(const std::string& path) {
  const auto journal = journal::read_journal(path);
  EXPECT_TRUE(journal) << journal.error().summary;
  Recorded count;
  if (!journal) return count;
  const auto runs = (*journal)->runs().value();
  for (const auto& run : runs) {
    const auto changes = (*journal)->changes(run.id).value();
    for (const auto& change : changes) {
      EXPECT_NE(change.state, journal::ChangeState::kIntended) << change.object;
      count.applied += change.state == journal::ChangeState::kApplied ? 1 : 0;
      if (change.state != journal::ChangeState::kUnknown) continue;
      const bool command = change.verb == journal::Verb::kExec || change.verb == journal::Verb::kHttp;
      EXPECT_TRUE(command) << change.object << " can be looked up";
      ++count.unknown_commands;
    }
  }
  return count;
}

const Undisturbed& undisturbed() {
  static const Undisturbed kUndisturbed = [] {
    Undisturbed out;
    ServedProject served;
    out.start = served.project("2.5");
    TappedProxy proxy(port_of(served), {});
    served.go_by(proxy.port());
    const auto run = run_upshift(served.run({"--yes"}));
    EXPECT_EQ(run.exit_status, 0) << run.standard_error;
    out.pieces = proxy.pieces();
    out.end = served.project();
    out.applied = recorded_changes(served.file("journal.db")).applied;
    return out;
  }();
  return kUndisturbed;
}

// A run of a served project that is killed at a piece, and the way to the project for whoever comes next: the same
// port, since a journal knows its project by the address.
class KilledRun {
 public:
  KilledRun(ServedProject& served, std::size_t at, bool arrives)
      : proxy_(port_of(served),
               {.before = [this, at, arrives](std::size_t piece) { return arrives || piece != at || !kill_it(); },
                .after =
                    [this, at, arrives](std::size_t piece) {
                      if (arrives && piece == at) kill_it();
                    }}) {
    served.go_by(proxy_.port());
    BackgroundUpshift run(served.run({"--yes", "-q"}));
    pid_ = run.pid();
    run.wait();
    pid_ = -1;
  }

  // False: it came to its end before that piece.
  bool killed() const { return killed_; }

 private:
  bool kill_it() {
    if (pid_ <= 0) return false;
    ::kill(pid_, SIGKILL);
    return killed_ = true;
  }

  std::atomic<int> pid_ = -1;
  std::atomic<bool> killed_ = false;
  TappedProxy proxy_;
};

// Before the first record is whole there is nothing to carry on or to take back.
bool was_not_begun(const ProcessResult& refused) {
  const std::string& said = refused.standard_error;
  return refused.exit_status == 2 &&
         (said.find("there is no journal") != std::string::npos || said.find("holds no upgrade") != std::string::npos ||
          said.find("stopped before it began") != std::string::npos);
}

void go_on(const ServedProject& served, bool back, const Undisturbed& known) {
  const auto next = run_upshift(served.go_on(back ? "rollback" : "resume", {"--yes", "-q"}));
  const bool begun = !was_not_begun(next);
  if (!begun) {
    auto anew = run_upshift(served.run({"--yes", "-q"}));
    // Killed between taking the lock and the journal's first record: nothing on this machine tells whose lock it is.
    if (anew.exit_status == 6) {
      const auto freed = run_upshift(served.to("unlock", {"--force", "--reason", "its run was killed"}));
      ASSERT_EQ(freed.exit_status, 0) << freed.standard_error;
      anew = run_upshift(served.run({"--yes", "-q"}));
    }
    ASSERT_EQ(anew.exit_status, 0) << anew.standard_error << anew.standard_output;
  } else {
    ASSERT_EQ(next.exit_status, 0) << next.standard_error << next.standard_output;
  }
  const bool is_back = back && begun;
  // Nothing was sent twice, and the journal knows how all of it ended, but for a command that was cut off.
  const auto recorded = recorded_changes(served.file("journal.db"));
  if (!is_back) {
    EXPECT_LE(recorded.applied, known.applied);
    EXPECT_GE(recorded.applied + recorded.unknown_commands, known.applied);
  }
  expect_same_project(served.project(is_back ? "2.5" : "2.6"), is_back ? known.start : known.end);
}

class Kill : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Kill, IsFollowedByTheEndOfTheUndisturbedRunOrByItsStart) {
  const auto& known = undisturbed();
  const std::size_t seed = number_of("UPSHIFT_KILL_SEED", 20261121);
  const std::size_t kills = number_of("UPSHIFT_KILLS", 50) / kShards;
  std::mt19937_64 dice(seed + GetParam());
  std::size_t killed = 0;
  for (std::size_t i = 0; i < kills; ++i) {
    const std::size_t at = dice() % known.pieces;
    const bool arrives = dice() % 2 == 0, back = i % 5 == 4;
    SCOPED_TRACE(fmt::format("UPSHIFT_KILL_SEED={}: piece {} of {}, which {}", seed, at, known.pieces,
                             arrives ? "arrives" : "is lost"));
    ServedProject served;
    const KilledRun first(served, at, arrives);
    if (!first.killed()) continue;
    ++killed;
    go_on(served, back, known);
  }
  std::cout << killed << " of " << kills << " killed, seed " << seed << "\n";
  EXPECT_GT(killed * 10, kills * 7);
}

INSTANTIATE_TEST_SUITE_P(EveryFifthFrom, Kill, ::testing::Range(std::size_t{0}, kShards));

}  // namespace
}  // namespace upshift::testing
