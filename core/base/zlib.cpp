#include "base/zlib.hpp"

#include <algorithm>
#include <zlib.h>

namespace upshift {

std::string compress(std::string_view bytes) {
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  // Fails only for want of space or memory.
  ::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
             static_cast<uLong>(bytes.size()));
  out.resize(size);
  return out;
}

Result<std::string> decompress(std::string_view compressed, std::size_t most) {
  for (std::size_t room = std::min(most, compressed.size() * 8 + 1024);; room = std::min(most, room * 4)) {
    std::string out(room, '\0');
    auto size = static_cast<uLongf>(room);
    const int done =
        ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(compressed.data()),
                     static_cast<uLong>(compressed.size()));
    if (done == Z_OK) {
      out.resize(size);
      return out;
    }
    if (done != Z_BUF_ERROR || room == most) {
      return failure(StatusCode::kDataLoss, "the compressed data is damaged, or larger than allowed");
    }
  }
}

}  // namespace upshift
