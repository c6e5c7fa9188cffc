#include "base/clock.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>

namespace upshift {

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::string to_rfc3339(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  std::tm utc{};
  const std::string owned(text);
  char suffix = 0;
  if (std::sscanf(owned.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &utc.tm_sec, &suffix) != 7 ||
      (suffix != 'Z' && suffix != '.')) {
    return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is not a time in RFC 3339 form", text));
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::from_time_t(timegm(&utc)));
}

std::string to_text(Duration duration) {
  using namespace std::chrono;
  if (duration < 1s) return fmt::format("{} ms", duration.count());
  const auto total = duration_cast<seconds>(duration).count();
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) {
    return total % 60 == 0 ? fmt::format("{} min", total / 60) : fmt::format("{} min {} s", total / 60, total % 60);
  }
  const auto minutes = total / 60;
  return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

Result<Duration> parse_duration(std::string_view text) {
  Duration total{};
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t number = 0;
    std::size_t digits = 0;
    while (digits < rest.size() && digits < 9 && rest[digits] >= '0' && rest[digits] <= '9') {
      number = number * 10 + (rest[digits++] - '0');
    }
    rest.remove_prefix(digits);
    const std::size_t letters = std::min(rest.find_first_of("0123456789"), rest.size());
    const auto unit = rest.substr(0, letters);
    rest.remove_prefix(letters);
    std::int64_t scale = 0;
    if (unit == "ms") scale = 1;
    if (unit == "s") scale = 1000;
    if (unit == "m") scale = 60'000;
    if (unit == "h") scale = 3'600'000;
    if (digits == 0 || scale == 0) {
      total = Duration::zero();
      break;
    }
    total += Duration(number * scale);
  }
  if (total <= Duration::zero()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is not a duration", text),
                   "Write it like \"90s\", \"20m\" or \"1h30m\".");
  }
  return total;
}

}  // namespace upshift
