// HTTP/1.1 on a wire: reads requests, writes answers whole, in pieces, or as a stream. Only its .cpp knows Beast.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "emulator/server/http_message.hpp"
#include "emulator/server/wire.hpp"

namespace upshift::emulator::server {

class HttpStream {
 public:
  // The wire must outlive it.
  HttpStream(Wire& wire, std::size_t largest_body);
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  // nullopt: the client has ended the connection. What is no proper request is answered here, and the connection is
  // then at its end as well. All functions throw boost::system::system_error when the connection breaks.
  boost::asio::awaitable<std::optional<HttpRequest>> read();
  // Whether the client wants to send a further request on this connection.
  bool keeps_alive() const;
  // What has been received beyond the last request.
  std::string take_received();

  boost::asio::awaitable<void> write(const HttpResponse& response, bool keep_alive);
  // Says how long the body is, but ends after so many bytes.
  boost::asio::awaitable<void> write_truncated(const HttpResponse& response, std::size_t bytes);
  boost::asio::awaitable<void> write_slowly(const HttpResponse& response, std::size_t piece,
                                            std::chrono::milliseconds pause);

  // A body whose length is not known yet. The connection ends with it.
  boost::asio::awaitable<void> start_stream(std::string_view content_type);
  boost::asio::awaitable<void> write_piece(std::string_view piece);
  boost::asio::awaitable<void> end_stream();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace upshift::emulator::server
