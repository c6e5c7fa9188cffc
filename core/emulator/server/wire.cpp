#include "emulator/server/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace upshift::emulator::server {

namespace asio = boost::asio;
using boost::system::error_code;

asio::awaitable<void> Wire::handshake() {
  if (tls_) co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
}

asio::awaitable<void> Wire::close() {
  error_code ignored;
  if (tls_) {
    // Waits for the peer's farewell, but not for long.
    asio::steady_timer patience(socket_.get_executor(), std::chrono::seconds(1));
    patience.async_wait([this](const error_code& error) {
      error_code unused;
      if (!error) socket_.cancel(unused);
    });
    co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
  }
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Wire::reset() {
  error_code ignored;
  socket_.set_option(Socket::linger(true, 0), ignored);
  socket_.close(ignored);
}

void Wire::cut() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace upshift::emulator::server
