#include "cluster/http/exchange.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

namespace upshift::cluster::http {
namespace {

constexpr std::size_t kMostHeaders = 200;

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool declares_json(const Response& response) {
  const auto type = response.headers.find("content-type");
  return type != response.headers.end() && lowered(type->second).find("json") != std::string::npos;
}

// A server's id for the request, cut to what belongs into one line of a log.
std::string request_id(const Response& response) {
  for (const char* name : {"audit-id", "x-request-id"}) {
    const auto found = response.headers.find(name);
    if (found == response.headers.end()) continue;
    std::string id = found->second.substr(0, 64);
    std::erase_if(id, [](char c) { return c <= ' ' || c == 0x7f; });
    return fmt::format(", {} {}", name, id);
  }
  return {};
}

}  // namespace

Steady::time_point Exchange::deadline() const {
  const Timeouts& limits = destination_.options.timeouts;
  if (!sent()) return started_ + limits.connect;
  if (!answered_) return moved_ + limits.first_byte;
  return moved_ + limits.silence + (sink_ ? limits.watch : Duration::zero());
}

std::size_t Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const std::string_view line(data, size * count);
  exchange.moved_ = Steady::now();
  if (line.starts_with("HTTP/")) {
    exchange.answered_ = true;
    exchange.response_.headers.clear();
    return size * count;
  }
  const auto colon = line.find(':');
  auto& headers = exchange.response_.headers;
  if (colon != std::string_view::npos && headers.size() < kMostHeaders) {
    headers[lowered(trimmed(line.substr(0, colon)))] = trimmed(line.substr(colon + 1));
  }
  return size * count;
}

std::size_t Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  exchange.moved_ = Steady::now();
  return exchange.take_body(std::string_view(data, size * count)) ? size * count : 0;
}

bool Exchange::take_body(std::string_view piece) {
  if (sink_ && status() >= 200 && status() < 300) {
    fed_ = true;
    ended_by_sink_ = !sink_(piece);
    return !ended_by_sink_;
  }
  too_large_ = body_.size() + piece.size() > destination_.options.largest_body;
  if (too_large_) return false;
  body_.append(piece);
  return true;
}

int Exchange::status() const {
  return static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
}

bool Exchange::new_connection() const {
  return info<long>(CURLINFO_NUM_CONNECTS) > 0;
}

std::uint64_t Exchange::bytes_received() const {
  return static_cast<std::uint64_t>(std::max<curl_off_t>(0, info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T)));
}

void Exchange::finish(CURLcode code) {
  finished_ = true;
  ended_ = Steady::now();
  if (code != CURLE_OK && !ended_by_sink_) error_ = error_of(code);
}

void Exchange::give_up() {
  finished_ = true;
  ended_ = Steady::now();
  error_ = timed_out();
}

Result<RawAnswer> Exchange::take_raw() {
  if (error_) return failure(*error_);
  return RawAnswer{status(), std::move(body_), std::move(response_.headers)};
}

Result<Response> Exchange::take_response() {
  if (error_) return failure(*error_);
  response_.status = status();
  const std::string body = std::move(body_);
  if (body.empty()) return std::move(response_);
  if (request_.as_it_came && response_.ok()) response_.object = ReceivedObject::read(body);
  if (response_.object) return std::move(response_);
  auto json = parse_json(body, "the answer");
  if (json) {
    response_.body = std::move(*json);
  } else if (declares_json(response_)) {
    return failure(lost(description(), LossReason::kUnreadable, "it is not the JSON that it claims to be"));
  } else {
    response_.body = body;
  }
  return std::move(response_);
}

LostRequest Exchange::description() const {
  const auto& name = destination_.access.tls_server_name;
  return {fmt::format("{} {}", request_.method, request_.path),
          destination_.server.url(),
          name.empty() ? destination_.server.host : name,
          destination_.proxy ? destination_.proxy->authority() : std::string(),
          sent(),
          destination_.peer};
}

Error Exchange::timed_out() const {
  const Timeouts& limits = destination_.options.timeouts;
  if (!sent()) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const bool resolved = socket_ != CURL_SOCKET_BAD;
    const bool connected = resolved && ::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    const char* stage = !resolved    ? "the name server gave no answer"
                        : !connected ? "nobody answered at the address"
                                     : "the TLS handshake did not end";
    return lost(description(), LossReason::kConnectTimeout,
                fmt::format("{} within {}", stage, to_text(limits.connect)));
  }
  if (!answered_) {
    return lost(description(), LossReason::kFirstByteTimeout,
                fmt::format("the server was silent for {}", to_text(limits.first_byte)));
  }
  const Duration limit = limits.silence + (sink_ ? limits.watch : Duration::zero());
  return lost(description(), LossReason::kSilenceTimeout, fmt::format("the server was silent for {}", to_text(limit)));
}

Error Exchange::error_of_connecting(CURLcode code) const {
  const std::string words = words_[0] != '\0' ? words_.data() : curl_easy_strerror(code);
  const long connect_code = info<long>(CURLINFO_HTTP_CONNECTCODE);
  const int number = static_cast<int>(info<long>(CURLINFO_OS_ERRNO));
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    // libcurl leaves its own first value where the chain is good and only the name is wrong.
    const long verified = info<long>(CURLINFO_SSL_VERIFYRESULT);
    return untrusted(description(), verified == X509_V_ERR_UNSPECIFIED ? X509_V_OK : verified);
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return lost(description(), LossReason::kCannotResolve);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return lost(description(), LossReason::kCannotResolveProxy);
    case CURLE_COULDNT_CONNECT:
      if (destination_.proxy) return lost(description(), LossReason::kProxyRefused, std::strerror(number));
      if (number == ECONNREFUSED) return lost(description(), LossReason::kRefused);
      return lost(description(), LossReason::kUnreachable, number == 0 ? words : std::strerror(number));
    case CURLE_SSL_CERTPROBLEM:
      return lost(description(), LossReason::kOwnCertificate, words);
    case CURLE_SSL_CACERT_BADFILE:
      return lost(description(), LossReason::kOwnAuthority, words);
    case CURLE_SSL_CONNECT_ERROR:
      return lost(description(), LossReason::kTlsHandshake, words);
    default:
      break;
  }
  if (destination_.proxy && connect_code != 0 && connect_code != 200) {
    return lost(description(), LossReason::kProxyRefused, proxy_answer(connect_code));
  }
  return lost(description(), destination_.proxy ? LossReason::kProxyRefused : LossReason::kUnreachable, words);
}

Error Exchange::error_of(CURLcode code) const {
  if (code == CURLE_OPERATION_TIMEDOUT) return timed_out();
  if (!sent()) return error_of_connecting(code);
  if (too_large_) return lost(description(), LossReason::kTooLarge);
  const std::string words = words_[0] != '\0' ? words_.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return lost(description(), LossReason::kUnreadable, words);
    case CURLE_ABORTED_BY_CALLBACK:
      return lost(description(), LossReason::kNoAnswer);
    default:
      return lost(description(), answered_ ? LossReason::kTruncated : LossReason::kNoAnswer, words);
  }
}

std::string Exchange::summary() const {
  const auto took = std::chrono::duration_cast<Duration>(ended_ - started_);
  const std::string outcome =
      error_ ? "no answer" : fmt::format("{}, {} bytes", status(), static_cast<std::uint64_t>(bytes_received()));
  const bool names_server = destination_.peer == Peer::kProduct;
  return fmt::format("{} {}{}{}: {} in {} ms{}{}", request_.method, names_server ? destination_.server.url() : "",
                     request_.path, sink_ ? " (watch)" : "", outcome, took.count(),
                     new_connection() ? ", new connection" : "", request_id(response_));
}

}  // namespace upshift::cluster::http
