#include "emulator/server/http_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace upshift::emulator::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::use_awaitable;
using beast::error_code;

namespace {

using Parser = http::request_parser<http::string_body>;

constexpr unsigned kHttp11 = 11;
constexpr std::uint32_t kLargestHeader = 64U << 10U;

HttpRequest to_request(const http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const beast::string_view target = message.target();
  set_target(request, {target.data(), target.size()});
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers.emplace(std::move(name), std::string(field.value()));
  }
  request.body = message.body();
  return request;
}

http::response<http::string_body> to_message(const HttpResponse& response, bool keep_alive) {
  http::response<http::string_body> message;
  message.version(kHttp11);
  message.result(static_cast<unsigned>(response.status));
  message.set(http::field::content_type, beast::string_view(response.content_type));
  message.set(http::field::cache_control, "no-cache, private");
  for (const auto& [name, value] : response.headers) message.set(beast::string_view(name), beast::string_view(value));
  message.body() = response.body;
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

// The head of an answer as text, for answers whose body does not follow as promised.
std::string head_of(const HttpResponse& response) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                     response.status, std::string(http::obsolete_reason(static_cast<http::status>(response.status))),
                     response.content_type, response.body.size());
}

std::optional<HttpResponse> answer_to(const error_code& error) {
  if (error == http::error::body_limit) {
    return refusal(413, "RequestEntityTooLarge", "the request's body is too large");
  }
  if (error == http::error::header_limit) return refusal(431, "BadRequest", "the request's headers are too large");
  const bool malformed = error.category() == make_error_code(http::error::bad_method).category();
  if (malformed && error != http::error::end_of_stream && error != http::error::partial_message) {
    return refusal(400, "BadRequest", "this is no HTTP request: " + error.message());
  }
  return std::nullopt;
}

}  // namespace

struct HttpStream::State {
  Wire& wire;
  std::size_t largest_body;
  beast::flat_buffer received;
  bool keeps_alive = false;
};

HttpStream::HttpStream(Wire& wire, std::size_t largest_body)
    : state_(std::make_unique<State>(State{wire, largest_body, {}, false})) {}
HttpStream::~HttpStream() = default;

bool HttpStream::keeps_alive() const {
  return state_->keeps_alive;
}

std::string HttpStream::take_received() {
  const auto data = state_->received.data();
  std::string text(static_cast<const char*>(data.data()), data.size());
  state_->received.consume(data.size());
  return text;
}

awaitable<std::optional<HttpRequest>> HttpStream::read() {
  Parser parser;
  parser.body_limit(state_->largest_body);
  parser.header_limit(kLargestHeader);
  error_code error;
  co_await http::async_read_header(state_->wire, state_->received, parser, asio::redirect_error(use_awaitable, error));
  if (!error && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(state_->wire, asio::buffer(go_on), use_awaitable);
  }
  if (!error) {
    co_await http::async_read(state_->wire, state_->received, parser, asio::redirect_error(use_awaitable, error));
  }
  if (error) {
    const std::optional<HttpResponse> answer = answer_to(error);
    if (answer) co_await write(*answer, false);
    co_return std::nullopt;
  }
  state_->keeps_alive = parser.get().keep_alive();
  co_return to_request(parser.get());
}

awaitable<void> HttpStream::write(const HttpResponse& response, bool keep_alive) {
  const http::response<http::string_body> message = to_message(response, keep_alive);
  co_await http::async_write(state_->wire, message, use_awaitable);
}

awaitable<void> HttpStream::write_truncated(const HttpResponse& response, std::size_t bytes) {
  const std::size_t kept = std::min(bytes, response.body.empty() ? 0 : response.body.size() - 1);
  const std::string text = head_of(response) + response.body.substr(0, kept);
  co_await asio::async_write(state_->wire, asio::buffer(text), use_awaitable);
}

awaitable<void> HttpStream::write_slowly(const HttpResponse& response, std::size_t piece,
                                         std::chrono::milliseconds pause) {
  const std::string head = head_of(response);
  co_await asio::async_write(state_->wire, asio::buffer(head), use_awaitable);
  asio::steady_timer timer(state_->wire.get_executor());
  for (std::size_t at = 0; at < response.body.size(); at += piece) {
    timer.expires_after(pause);
    co_await timer.async_wait(use_awaitable);
    const std::string part = response.body.substr(at, piece);
    co_await asio::async_write(state_->wire, asio::buffer(part), use_awaitable);
  }
}

awaitable<void> HttpStream::start_stream(std::string_view content_type) {
  http::response<http::empty_body> head;
  head.version(kHttp11);
  head.result(http::status::ok);
  head.set(http::field::content_type, beast::string_view(content_type.data(), content_type.size()));
  head.set(http::field::cache_control, "no-cache, private");
  head.keep_alive(false);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  co_await http::async_write_header(state_->wire, serializer, use_awaitable);
}

awaitable<void> HttpStream::write_piece(std::string_view piece) {
  if (piece.empty()) co_return;
  co_await asio::async_write(state_->wire, http::make_chunk(asio::buffer(piece)), use_awaitable);
}

awaitable<void> HttpStream::end_stream() {
  co_await asio::async_write(state_->wire, http::make_chunk_last(), use_awaitable);
}

}  // namespace upshift::emulator::server
