#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>
#include <exception>

#include "emulator/server/exec_session.hpp"

namespace upshift::emulator::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::error_code;

// Beast finds these by argument: how a WebSocket over a Wire ends.
inline void beast_close_socket(Wire& wire) {
  wire.cut();
}

inline void teardown(beast::role_type /*role*/, Wire& wire, error_code& error) {
  wire.cut();
  error = {};
}

template <typename Handler>
void async_teardown(beast::role_type /*role*/, Wire& wire, Handler&& handler) {
  error_code ignored;
  wire.socket().shutdown(Wire::Socket::shutdown_send, ignored);
  asio::post(wire.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}

namespace {

using asio::awaitable;
using asio::use_awaitable;
using WebSocket = beast::websocket::stream<Wire&>;

constexpr std::size_t kLargestInput = 64U << 20U;
enum Channel : char { kInput = 0, kOutput = 1, kErrors = 2, kStatus = 3 };

awaitable<void> send(WebSocket& socket, char channel, std::string_view content) {
  constexpr std::size_t kPiece = 32U << 10U;
  do {
    std::string frame(1, channel);
    frame += content.substr(0, kPiece);
    content.remove_prefix(std::min(content.size(), kPiece));
    co_await socket.async_write(asio::buffer(frame), use_awaitable);
  } while (!content.empty());
}

// What the client sends, read beside everything else: a read cannot be given up without losing the connection.
class Input {
 public:
  Input(WebSocket& socket, std::optional<std::size_t> bytes)
      : socket_(socket), changed_(socket.get_executor()), bytes_(bytes), ended_(bytes == std::size_t{0}) {}

  void start() {
    running_ = true;
    asio::co_spawn(socket_.get_executor(), read_all(), asio::detached);
  }

  // Until the client has ended its input.
  awaitable<std::string> take() {
    while (!ended_) {
      changed_.expires_at(asio::steady_timer::time_point::max());
      error_code error;
      co_await changed_.async_wait(asio::redirect_error(use_awaitable, error));
    }
    co_return text_;
  }

  // The connection must have been ended.
  awaitable<void> finish() {
    while (running_) {
      changed_.expires_at(asio::steady_timer::time_point::max());
      error_code error;
      co_await changed_.async_wait(asio::redirect_error(use_awaitable, error));
    }
  }

 private:
  awaitable<void> read_all() {
    for (;;) {
      beast::flat_buffer buffer;
      error_code error;
      co_await socket_.async_read(buffer, asio::redirect_error(use_awaitable, error));
      if (error) break;
      const std::string frame(static_cast<const char*>(buffer.data().data()), buffer.size());
      if (!frame.empty() && frame[0] == kInput) take_frame(frame);
      changed_.cancel();
    }
    ended_ = true;
    running_ = false;
    changed_.cancel();
  }

  void take_frame(const std::string& frame) {
    if (ended_) return;
    text_ += frame.substr(1);
    const bool complete = bytes_ && text_.size() >= *bytes_;
    if (complete) text_.resize(*bytes_);
    if (complete || frame.size() == 1 || text_.size() > kLargestInput) ended_ = true;
  }

  WebSocket& socket_;
  asio::steady_timer changed_;
  std::string text_;
  std::optional<std::size_t> bytes_;
  bool ended_ = false;
  bool running_ = false;
};

awaitable<void> converse(WebSocket& socket, Input& input, ExecPlan& plan, const RunCommand& run) {
  co_await send(socket, kOutput, "");
  if (plan.standard_input) {
    std::string typed = co_await input.take();
    plan.request.standard_input = std::move(typed);
  }
  const Result<cluster::ExecResult> result = run(plan.request);
  if (result && plan.standard_output && !result->standard_output.empty()) {
    co_await send(socket, kOutput, result->standard_output);
  }
  if (result && plan.standard_error && !result->standard_error.empty()) {
    co_await send(socket, kErrors, result->standard_error);
  }
  const std::string status = to_text(exec_status(result));
  co_await send(socket, kStatus, status);
  co_await socket.async_close(beast::websocket::close_code::normal, use_awaitable);
}

}  // namespace

awaitable<void> exec_over_websocket(Wire& wire, const HttpRequest& request, ExecPlan plan, RunCommand run) {
  beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, "/", 11);
  for (const auto& [name, value] : request.headers) upgrade.insert(beast::string_view(name), value);
  WebSocket socket(wire);
  socket.set_option(beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
    response.set(beast::http::field::sec_websocket_protocol,
                 beast::string_view(kChannelProtocol.data(), kChannelProtocol.size()));
  }));
  co_await socket.async_accept(upgrade, use_awaitable);
  socket.binary(true);
  Input input(socket, plan.input_bytes);
  input.start();
  std::exception_ptr broken;
  try {
    co_await converse(socket, input, plan, run);
  } catch (const boost::system::system_error&) {
    broken = std::current_exception();
  }
  wire.cut();
  co_await input.finish();
  if (broken) std::rethrow_exception(broken);
}

}  // namespace upshift::emulator::server
