#include "emulator/server/spdy.hpp"

#include <array>
#include <boost/beast/zlib/inflate_stream.hpp>

namespace upshift::emulator::server {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::uint8_t kVersion = 3;
constexpr std::uint8_t kFinished = 1;
constexpr std::size_t kLargestFrame = 4U << 20U;
constexpr std::size_t kLargestHeaders = 64U << 10U;

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string number(std::uint32_t value, std::size_t size = 4) {
  std::string out(size, '\0');
  for (std::size_t i = size; i-- > 0; value >>= 8U) out[i] = static_cast<char>(value & 0xffU);
  return out;
}

tl::unexpected<Error> malformed(std::string what) {
  return failure(StatusCode::kInvalidArgument, "the client does not speak SPDY/3.1: " + what);
}

// Streams: their number stands first in SYN_STREAM, SYN_REPLY, RST_STREAM, HEADERS and WINDOW_UPDATE.
bool starts_with_stream(SpdyFrame::Type type) {
  using Type = SpdyFrame::Type;
  return type == Type::kSynStream || type == Type::kSynReply || type == Type::kRstStream || type == Type::kHeaders ||
         type == Type::kWindowUpdate;
}

Status read_control(std::string_view header, SpdyFrame& frame) {
  if (number_at(header, 0, 2) != (0x8000U | kVersion)) return malformed("another version");
  frame.type = static_cast<SpdyFrame::Type>(number_at(header, 2, 2));
  if (!starts_with_stream(frame.type)) return {};
  if (frame.payload.size() < 4) return malformed("a frame without a stream");
  frame.stream = number_at(frame.payload, 0) & 0x7fffffffU;
  const std::size_t fixed = frame.type == SpdyFrame::Type::kSynStream ? 10 : 4;
  if (frame.payload.size() < fixed) return malformed("a frame that is too short");
  frame.payload.erase(0, fixed);
  return {};
}

std::string control(SpdyFrame::Type type, std::string_view payload) {
  return number(0x8000U | kVersion, 2) + number(static_cast<std::uint32_t>(type), 2) + number(0, 1) +
         number(static_cast<std::uint32_t>(payload.size()), 3) + std::string(payload);
}

// A block of deflate that only copies.
std::string stored_block(std::string_view content) {
  const auto size = static_cast<std::uint16_t>(content.size());
  const auto low = [](std::uint16_t value) { return static_cast<char>(value & 0xffU); };
  const auto high = [](std::uint16_t value) { return static_cast<char>(value >> 8U); };
  const auto inverse = static_cast<std::uint16_t>(~size);
  return std::string{'\0', low(size), high(size), low(inverse), high(inverse)} + std::string(content);
}

Result<SpdyHeaders> parse_headers(std::string_view block) {
  std::size_t at = 0;
  const auto text = [&]() -> std::optional<std::string> {
    if (block.size() - at < 4) return std::nullopt;
    const std::uint32_t size = number_at(block, at);
    at += 4;
    if (block.size() - at < size) return std::nullopt;
    at += size;
    return std::string(block.substr(at - size, size));
  };
  if (block.size() < 4) return malformed("a header block that is too short");
  const std::uint32_t count = number_at(block, 0);
  at = 4;
  SpdyHeaders headers;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::optional<std::string> name = text();
    const std::optional<std::string> value = name ? text() : std::nullopt;
    if (!value) return malformed("a header block that ends too early");
    headers[*name] = *value;
  }
  return headers;
}

}  // namespace

Result<std::optional<SpdyFrame>> take_spdy_frame(std::string& buffer) {
  if (buffer.size() < kSpdyHeaderSize) return std::nullopt;
  const std::string header = buffer.substr(0, kSpdyHeaderSize);
  const std::size_t length = number_at(header, 5, 3);
  if (length > kLargestFrame) return malformed("a frame that is too large");
  if (buffer.size() < kSpdyHeaderSize + length) return std::nullopt;
  SpdyFrame frame;
  frame.finished = (static_cast<unsigned char>(header[4]) & kFinished) != 0;
  frame.payload = buffer.substr(kSpdyHeaderSize, length);
  buffer.erase(0, kSpdyHeaderSize + length);
  const bool is_control = (static_cast<unsigned char>(header[0]) & 0x80U) != 0;
  if (is_control) {
    UPSHIFT_TRY(read_control(header, frame));
  } else {
    frame.stream = number_at(header, 0);
  }
  return frame;
}

struct SpdyHeaderReader::Inflater {
  zlib::inflate_stream stream;
  bool started = false;

  // What the bytes unpack to; nullopt where they are no deflate data, or unpack to too much.
  std::optional<std::string> inflate(std::string_view bytes) {
    std::string out;
    std::array<char, 4096> piece{};
    zlib::z_params params;
    params.next_in = bytes.data();
    params.avail_in = bytes.size();
    for (;;) {
      params.next_out = piece.data();
      params.avail_out = piece.size();
      boost::beast::error_code error;
      stream.write(params, zlib::Flush::sync, error);
      out.append(piece.data(), piece.size() - params.avail_out);
      if (out.size() > kLargestHeaders) return std::nullopt;
      if (error && error != zlib::error::need_buffers) return std::nullopt;
      if (params.avail_out != 0) return params.avail_in == 0 ? std::optional(out) : std::nullopt;
    }
  }
};

SpdyHeaderReader::SpdyHeaderReader() : inflater_(std::make_unique<Inflater>()) {}
SpdyHeaderReader::~SpdyHeaderReader() = default;

Result<SpdyHeaders> SpdyHeaderReader::read(std::string_view block) {
  if (!inflater_->started) {
    inflater_->started = true;
    constexpr std::size_t kZlibHeader = 2, kDictionaryId = 4;
    if (block.size() < kZlibHeader) return malformed("a header block that is too short");
    const bool dictionary = (static_cast<unsigned char>(block[1]) & 0x20U) != 0;
    if (block.size() < kZlibHeader + kDictionaryId) return malformed("a header block that is too short");
    block.remove_prefix(dictionary ? kZlibHeader + kDictionaryId : kZlibHeader);
    // Unpacking the dictionary as if it had been sent leaves it where later references look for it.
    if (dictionary && !inflater_->inflate(stored_block(spdy_dictionary()))) return malformed("no header compression");
  }
  const std::optional<std::string> plain = inflater_->inflate(block);
  if (!plain) return malformed("a header block that cannot be unpacked");
  return parse_headers(*plain);
}

std::string SpdyWriter::reply(std::uint32_t stream, const SpdyHeaders& headers) {
  std::string plain = number(static_cast<std::uint32_t>(headers.size()));
  for (const auto& [name, value] : headers) {
    plain += number(static_cast<std::uint32_t>(name.size())) + name;
    plain += number(static_cast<std::uint32_t>(value.size())) + value;
  }
  std::string block;
  if (!started_) block = {'\x78', '\x01'};  // zlib, no dictionary
  started_ = true;
  // The empty block tells the reader that this is all for now.
  block += stored_block(plain) + stored_block("");
  return control(SpdyFrame::Type::kSynReply, number(stream) + block);
}

std::string SpdyWriter::data(std::uint32_t stream, std::string_view content, bool finished) {
  constexpr std::size_t kPiece = 32U << 10U;
  std::string out;
  do {
    const std::string_view piece = content.substr(0, kPiece);
    content.remove_prefix(piece.size());
    const bool last = finished && content.empty();
    out += number(stream) + number(last ? kFinished : 0, 1) + number(static_cast<std::uint32_t>(piece.size()), 3);
    out += piece;
  } while (!content.empty());
  return out;
}

std::string SpdyWriter::ping(std::string_view id) {
  return control(SpdyFrame::Type::kPing, id);
}

}  // namespace upshift::emulator::server
