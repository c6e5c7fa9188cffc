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

bool is_telling(const std::string& point) {
  const auto begins = [&](std::string_view text) { return point.starts_with(text); };
  return begins("after ") && !begins("after GET") && !begins("after WATCH");
}

// Counts those that fit, from the seed on.
Tried turns(std::function<bool(const std::string&)> fits, std::size_t nth, std::size_t share, std::size_t shares) {
  if (tries_every_crash()) nth = 1;
  return [=, turn = crash_seed()](std::size_t, const std::string& point) mutable {
    if (!fits(point)) return false;
    const auto now = turn++;
    return now % nth == 0 && now / nth % shares == share;
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
  return turns(is_telling, nth, share, shares);
}

Tried all_points(std::size_t nth, std::size_t share, std::size_t shares) {
  return turns([](const std::string&) { return true; }, nth, share, shares);
}

CrashCounts try_deaths(const Way& way, Then then, Tried tried) {
  const auto undying = run_undying(way);
  EXPECT_GT(undying.points.size(), 500U);
  CrashOptions options{then, std::move(tried), crash_seed()};
  if (const auto only = only_point()) {
    options.tried = [only](std::size_t index, const std::string&) { return index == *only; };
  }
  const auto counts = crash_walk(undying, options);
  std::cout << counts.points << " points, " << counts.deaths << " deaths, seed " << crash_seed() << "\n";
  EXPECT_EQ(counts.points, undying.points.size());
  EXPECT_GT(counts.deaths, only_point() ? 0U : 10U);
  return counts;
}

}  // namespace upshift::testing
