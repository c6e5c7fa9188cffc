// Frames of SPDY 3.1, the protocol in which kubectl and oc before 1.31 (and later ones where WebSocket is refused) run
// commands in pods. https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace upshift::emulator::server {

struct SpdyFrame {
  enum class Type : std::uint16_t {
    kData = 0,
    kSynStream = 1,
    kSynReply = 2,
    kRstStream = 3,
    kSettings = 4,
    kPing = 6,
    kGoAway = 7,
    kHeaders = 8,
    kWindowUpdate = 9
  };
  Type type = Type::kData;
  std::uint32_t stream = 0;  // of data, SYN_STREAM and SYN_REPLY
  bool finished = false;     // nothing more comes on this stream
  std::string payload;       // data, or what follows the header of a control frame
};

constexpr std::size_t kSpdyHeaderSize = 8;

// Cuts the first whole frame off the buffer; nullopt: more bytes are needed. INVALID_ARGUMENT: no SPDY, or too large.
Result<std::optional<SpdyFrame>> take_spdy_frame(std::string& buffer);

using SpdyHeaders = std::map<std::string, std::string>;

// Reads the compressed header blocks of one connection, in order.
class SpdyHeaderReader {
 public:
  SpdyHeaderReader();
  ~SpdyHeaderReader();
  Result<SpdyHeaders> read(std::string_view block);

 private:
  struct Inflater;
  std::unique_ptr<Inflater> inflater_;
};

// Writes the frames that a server sends. Header blocks are written without compression, which the format allows.
class SpdyWriter {
 public:
  std::string reply(std::uint32_t stream, const SpdyHeaders& headers);
  static std::string data(std::uint32_t stream, std::string_view content, bool finished);
  static std::string ping(std::string_view id);

 private:
  bool started_ = false;
};

// What header compression starts from on both sides.
const std::string& spdy_dictionary();

}  // namespace upshift::emulator::server
