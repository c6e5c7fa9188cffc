#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "emulator/server/exec_session.hpp"
#include "emulator/server/spdy.hpp"

namespace upshift::emulator::server {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

constexpr std::size_t kLargestInput = 64U << 20U;

class SpdySession {
 public:
  SpdySession(Wire& wire, std::string received) : wire_(wire), received_(std::move(received)) {}

  awaitable<void> run(ExecPlan plan, RunCommand run_command) {
    const std::size_t wanted =
        1U + (plan.standard_input ? 1U : 0U) + (plan.standard_output ? 1U : 0U) + (plan.standard_error ? 1U : 0U);
    while (alive_ && (streams_.size() < wanted || (plan.standard_input && !input_ended_))) {
      co_await take_frame();
    }
    if (!alive_) co_return;
    plan.request.standard_input = std::move(input_);
    const Result<cluster::ExecResult> result = run_command(plan.request);
    const cluster::ExecResult written = result ? *result : cluster::ExecResult{};
    std::string out;
    if (plan.standard_output) out += SpdyWriter::data(streams_["stdout"], written.standard_output, true);
    if (plan.standard_error) out += SpdyWriter::data(streams_["stderr"], written.standard_error, true);
    out += SpdyWriter::data(streams_["error"], to_text(exec_status(result)), true);
    co_await asio::async_write(wire_, asio::buffer(out), use_awaitable);
    while (alive_) co_await take_frame();
  }

 private:
  awaitable<void> take_frame() {
    for (;;) {
      Result<std::optional<SpdyFrame>> frame = take_spdy_frame(received_);
      if (!frame) {
        alive_ = false;
        co_return;
      }
      if (frame->has_value()) {
        co_await act_on(**frame);
        co_return;
      }
      std::array<char, 16384> piece{};
      boost::system::error_code error;
      const std::size_t size =
          co_await wire_.async_read_some(asio::buffer(piece), asio::redirect_error(use_awaitable, error));
      if (error) {
        alive_ = false;
        co_return;
      }
      received_.append(piece.data(), size);
    }
  }

  awaitable<void> act_on(const SpdyFrame& frame) {
    using Type = SpdyFrame::Type;
    std::string answer;
    if (frame.type == Type::kSynStream) {
      answer = open_stream(frame);
    } else if (frame.type == Type::kPing) {
      answer = SpdyWriter::ping(frame.payload);
    } else if (frame.type == Type::kGoAway) {
      alive_ = false;
    } else if (frame.type == Type::kData) {
      take_input(frame);
    }
    if (!answer.empty()) co_await asio::async_write(wire_, asio::buffer(answer), use_awaitable);
  }

  std::string open_stream(const SpdyFrame& frame) {
    const Result<SpdyHeaders> headers = headers_.read(frame.payload);
    const auto type = headers ? headers->find("streamtype") : SpdyHeaders::const_iterator{};
    if (!headers || type == headers->end()) {
      alive_ = false;
      return {};
    }
    streams_[type->second] = frame.stream;
    if (type->second == "stdin" && frame.finished) input_ended_ = true;
    return writer_.reply(frame.stream, {});
  }

  void take_input(const SpdyFrame& frame) {
    const auto input = streams_.find("stdin");
    if (input == streams_.end() || input->second != frame.stream) return;
    input_ += frame.payload;
    if (frame.finished) input_ended_ = true;
    if (input_.size() > kLargestInput) alive_ = false;
  }

  Wire& wire_;
  std::string received_;
  SpdyHeaderReader headers_;
  SpdyWriter writer_;
  std::map<std::string, std::uint32_t> streams_;  // by type
  std::string input_;
  bool input_ended_ = false;
  bool alive_ = true;
};

}  // namespace

awaitable<void> exec_over_spdy(Wire& wire, std::string received, ExecPlan plan, RunCommand run) {
  const std::string accepted =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
      "X-Stream-Protocol-Version: " +
      std::string(kChannelProtocol) + "\r\n\r\n";
  co_await asio::async_write(wire, asio::buffer(accepted), use_awaitable);
  SpdySession session(wire, std::move(received));
  co_await session.run(std::move(plan), std::move(run));
}

}  // namespace upshift::emulator::server
