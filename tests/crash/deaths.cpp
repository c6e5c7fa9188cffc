#include "crash/deaths.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

namespace upshift::testing {
namespace {

// The one point that is asked for, if one is.
std::optional<std::size_t> only_point() {
  const char* wanted = std::getenv("UPSHIFT_CRASHES");
  if (wanted == nullptr || tries_every_crash()) return {};
  return static_cast<std::size_t>(std::strtoul(wanted, nullptr, 10));
}

bool is_telling(const Point& point) {
  const auto begins = [&](std::string_view text) { return point.what.starts_with(text); };
  return begins("after ") && !begins("after GET") && !begins("after WATCH");
}

// Every n-th time, from the seed on.
class Turn {
 public:
  explicit Turn(std::size_t nth) : nth_(tries_every_crash() ? 1 : nth) {}
  bool comes() { return turn_++ % nth_ == 0; }

 private:
  std::size_t nth_, turn_ = crash_seed();
};

// Those that fit, every n-th of them, and of those a share.
Tried some(std::function<bool(const Point&)> fits, std::size_t nth, std::size_t share, std::size_t shares) {
  return [=, turn = Turn(nth), passed = std::size_t{0}](const Point& point) mutable {
    return fits(point) && turn.comes() && passed++ % shares == share;
  };
}

}  // namespace

std::size_t crash_seed() {
  const char* given = std::getenv("UPSHIFT_CRASH_SEED");
  return given == nullptr ? 20261121U : static_cast<std::size_t>(std::strtoul(given, nullptr, 10));
}

bool tries_every_crash() {
  const char* wanted = std::getenv("UPSHIFT_CRASHES");
  return wanted != nullptr && std::string_view(wanted) == "all";
}

Tried telling_points(std::size_t nth, std::size_t share, std::size_t shares) {
  return some(is_telling, nth, share, shares);
}

Tried all_points(std::size_t nth) {
  return some([](const Point&) { return true; }, nth, 0, 1);
}

Tried points_that_differ(std::size_t share, std::size_t shares) {
  const auto fits = [known = std::optional<std::size_t>(), turn = Turn(12)](const Point& point) mutable {
    return std::exchange(known, point.changes) != point.changes || turn.comes();
  };
  return some(fits, 1, share, shares);
}

CrashCounts try_deaths(const Way& way, Then then, Tried tried) {
  const auto undying = run_undying(way);
  EXPECT_GT(undying.points.size(), 500U);
  CrashOptions options{then, std::move(tried), crash_seed()};
  if (const auto only = only_point()) {
    options.tried = [only](const Point& point) { return point.index == *only; };
  }
  const auto counts = crash_walk(undying, options);
  std::cout << counts.points << " points, " << counts.deaths << " deaths, seed " << crash_seed() << "\n";
  EXPECT_EQ(counts.points, undying.points.size());
  EXPECT_GT(counts.deaths, only_point() ? 0U : 10U);
  return counts;
}

}  // namespace upshift::testing
