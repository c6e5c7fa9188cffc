#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/random.h>

namespace upshift {

Result<std::string> random_hex(std::size_t bytes) {
  std::array<unsigned char, 64> drawn{};
  const std::size_t wanted = std::min(bytes, drawn.size());
  // At most 256 bytes come whole or not at all.
  if (::getrandom(drawn.data(), wanted, 0) != static_cast<ssize_t>(wanted)) {
    return failure(StatusCode::kInternal, fmt::format("the kernel gives no random bytes: {}", std::strerror(errno)));
  }
  std::string out;
  for (std::size_t i = 0; i < wanted; ++i) out += fmt::format("{:02x}", drawn[i]);
  return out;
}

}  // namespace upshift
