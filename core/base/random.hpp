// Names that nobody else has chosen.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace upshift {

// Two hexadecimal digits for each byte (at most 64), from the kernel's generator.
Result<std::string> random_hex(std::size_t bytes);

}  // namespace upshift
