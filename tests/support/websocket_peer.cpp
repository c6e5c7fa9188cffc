#include "support/websocket_peer.hpp"

#include <array>
#include <openssl/sha.h>

#include "base/json.hpp"

namespace upshift::testing {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string accept_key(const std::string& key) {
  const std::string text = key + std::string(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return encode_base64(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace

WebSocketPeer::WebSocketPeer(Wire& wire, const SeenRequest& request, std::string_view protocol) : wire_(wire) {
  std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  answer += "Sec-WebSocket-Accept: " + accept_key(request.header("sec-websocket-key")) + "\r\n";
  if (!protocol.empty()) answer += "Sec-WebSocket-Protocol: " + std::string(protocol) + "\r\n";
  wire_.write(answer + "\r\n");
}

void WebSocketPeer::write_frame(unsigned char opcode, std::string_view payload) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  const std::size_t size = payload.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else {
    const int bytes = size < 65536 ? 2 : 8;
    frame += static_cast<char>(bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>((size >> (8 * i)) & 0xff);
  }
  wire_.write(frame + std::string(payload));
}

void WebSocketPeer::send(char channel, std::string_view bytes) {
  write_frame(2, std::string(1, channel) + std::string(bytes));
}

void WebSocketPeer::send_close(std::uint16_t code) {
  write_frame(8, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
}

bool WebSocketPeer::fill(std::size_t size) {
  while (buffer_.size() < size) {
    const auto piece = wire_.read_some();
    if (piece.empty()) return false;
    buffer_ += piece;
  }
  return true;
}

std::optional<std::string> WebSocketPeer::receive() {
  while (fill(2)) {
    const int opcode = buffer_[0] & 0x0f;
    std::size_t size = static_cast<unsigned char>(buffer_[1]) & 0x7fU;
    std::size_t head = 2;
    const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (!fill(head + extra + 4)) return std::nullopt;
    if (extra > 0) size = 0;
    for (std::size_t i = 0; i < extra; ++i) size = size << 8 | static_cast<unsigned char>(buffer_[head + i]);
    head += extra;
    if (!fill(head + 4 + size)) return std::nullopt;
    std::string payload = buffer_.substr(head + 4, size);
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ buffer_[head + i % 4]);
    buffer_.erase(0, head + 4 + size);
    if (opcode == 8) return std::nullopt;
    if (opcode == 9) write_frame(10, payload);
    if (opcode == 2) return payload;
  }
  return std::nullopt;
}

}  // namespace upshift::testing
