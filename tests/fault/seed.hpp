// Which sample of the faults a test tries: UPSHIFT_FAULT_SEED, else the number of the day, so that from day to day all
// are met. It is printed; the same seed is the same sample.
#pragma once

#include <chrono>
#include <cstdlib>

namespace upshift::testing {

inline std::size_t fault_seed() {
  if (const char* given = std::getenv("UPSHIFT_FAULT_SEED")) {
    return static_cast<std::size_t>(std::strtoul(given, nullptr, 10));
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::hours>(now).count() / 24);
}

}  // namespace upshift::testing
