#include "base/zlib.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <zlib.h>

namespace upshift {
namespace {

// What is small needs no more than a window of its own size: the state is to be cleared for each text, and takes four
// times the window. zlib knows 9 to 15 bits.
int window_bits(std::size_t size) {
  return std::clamp(static_cast<int>(std::bit_width(size)), 9, 15);
}

// A text of objects before and after a change is mostly repeated: the searching of higher levels finds little more.
constexpr int kLevel = 3;

// Its default for the largest window is 8.
int memory_level(int window_bits) {
  return window_bits - 7;
}

}  // namespace

std::string compress(std::string_view bytes) {
  z_stream stream = {};
  // Fails only for want of memory.
  const int bits = window_bits(bytes.size());
  if (::deflateInit2(&stream, kLevel, Z_DEFLATED, bits, memory_level(bits), Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out(::deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  // There should be room enough for all of it at once.
  while (::deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    out.resize(out.size() * 2);
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + stream.total_out;
    stream.avail_out = static_cast<uInt>(out.size() - stream.total_out);
  }
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
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
