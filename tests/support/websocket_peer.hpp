// The server's side of WebSocket, written from RFC 6455 alone so that it checks the client's library independently.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/scripted_server.hpp"

namespace upshift::testing {

class WebSocketPeer {
 public:
  // Answers the upgrade. `protocol` is the subprotocol to name; "" names none.
  WebSocketPeer(Wire& wire, const SeenRequest& request, std::string_view protocol = "v4.channel.k8s.io");

  // One binary frame that starts with the channel.
  void send(char channel, std::string_view bytes);
  void send_close(std::uint16_t code = 1000);
  // The payload of the next binary frame; nullopt once the client has closed.
  std::optional<std::string> receive();

 private:
  void write_frame(unsigned char opcode, std::string_view payload);
  bool fill(std::size_t size);

  Wire& wire_;
  std::string buffer_;
};

}  // namespace upshift::testing
