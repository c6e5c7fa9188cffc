#include "base/clock.hpp"

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

}  // namespace upshift
