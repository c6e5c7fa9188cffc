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
#include "scenario/served_project.hpp"
#include "support/project.hpp"
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

// The authority in every project is the server's own.
void expect_same_project(Json left, Json right) {
  ASSERT_FALSE(left.is_null());
  for (Json* project : {&left, &right}) {
    if (Json* authority = object_in(*project, "ConfigMap", "kube-root-ca.crt")) authority->erase("data");
  }
  for (const auto& one : differences(left, right, {})) ADD_FAILURE() << one.text();
}

// What the undisturbed upgrade comes to, and how much a client sends for it.
struct Undisturbed {
  std::size_t pieces = 0;
  Json start, end;
  std::size_t applied = 0;
};

std::size_t applied_changes(const std::string& path) {
  const auto journal = journal::read_journal(path);
  EXPECT_TRUE(journal) << journal.error().summary;
  std::size_t count = 0;
  if (!journal) return count;
  const auto runs = (*journal)->runs().value();
  for (const auto& run : runs) {
    const auto changes = (*journal)->changes(run.id).value();
    for (const auto& change : changes) {
      EXPECT_NE(change.state, journal::ChangeState::kIntended) << change.object;
      count += change.state == journal::ChangeState::kApplied ? 1 : 0;
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
    out.applied = applied_changes(served.file("journal.db"));
    return out;
  }();
  return kUndisturbed;
}

// False: it came to its end before that piece.
bool run_and_kill(ServedProject& served, std::size_t at, bool arrives) {
  const int target = port_of(served);
  int pid = -1;
  std::atomic<bool> killed = false;
  const auto kill_at = [&](std::size_t piece) {
    if (piece != at) return;
    ::kill(pid, SIGKILL);
    killed = true;
  };
  TappedProxy proxy(target, {.before =
                                 [&](std::size_t piece) {
                                   if (!arrives) kill_at(piece);
                                   return !killed;
                                 },
                             .after =
                                 [&](std::size_t piece) {
                                   if (arrives) kill_at(piece);
                                 }});
  served.go_by(proxy.port());
  BackgroundUpshift run(served.run({"--yes", "-q"}));
  pid = run.pid();
  run.wait();
  served.go_by(target);
  return killed;
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
    if (!run_and_kill(served, at, arrives)) continue;
    ++killed;
    const bool begun = read_file(served.file("journal.db")).has_value();
    const auto next = run_upshift(back && begun ? served.go_on("rollback", {"--yes", "-q"})
                                  : begun       ? served.go_on("resume", {"--yes", "-q"})
                                                : served.run({"--yes", "-q"}));
    const bool nothing_yet = next.exit_status == 2;
    ASSERT_EQ(nothing_yet ? 0 : next.exit_status, 0) << next.standard_error << next.standard_output;
    if (back && begun) {
      expect_same_project(served.project("2.5"), known.start);
      continue;
    }
    if (nothing_yet) {
      ASSERT_EQ(run_upshift(served.run({"--yes", "-q"})).exit_status, 0) << next.standard_error;
    }
    expect_same_project(served.project(), known.end);
  }
  std::cout << killed << " of " << kills << " killed, seed " << seed << "\n";
  EXPECT_GT(killed * 10, kills * 7);
}

INSTANTIATE_TEST_SUITE_P(EveryFifthFrom, Kill, ::testing::Range(std::size_t{0}, kShards));

}  // namespace
}  // namespace upshift::testing
