// Bytes made smaller. The only header behind which zlib stands.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace upshift {

std::string compress(std::string_view bytes);
// DATA_LOSS where it is not what compress() made, or more than `most` bytes.
Result<std::string> decompress(std::string_view compressed, std::size_t most);

}  // namespace upshift
