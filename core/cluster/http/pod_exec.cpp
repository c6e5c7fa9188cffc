// The only file that includes Boost.Beast on the client's side.
#include "cluster/http/pod_exec.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "cluster/exec_input.hpp"
#include "cluster/http/exec_frames.hpp"
#include "cluster/refusal.hpp"

namespace upshift::cluster::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kChunk = std::size_t{32} * 1024;
constexpr std::size_t kLargestMessage = std::size_t{64} * 1024 * 1024;

std::string exec_target(const Endpoint& server, const ExecRequest& request) {
  const bool has_input = !request.standard_input.empty();
  Request get{
      "GET", fmt::format("/api/v1/namespaces/{}/pods/{}/exec", request.name_space, request.pod), {}, "", nullptr};
  const auto command = has_input ? with_counted_input(request.command, request.standard_input.size()) : request.command;
  for (const auto& word : command) get.query.emplace_back("command", word);
  if (!request.container.empty()) get.query.emplace_back("container", request.container);
  get.query.emplace_back("stdin", has_input ? "1" : "0");
  get.query.emplace_back("stdout", "1");
  get.query.emplace_back("stderr", "1");
  get.query.emplace_back("tty", "0");
  return target_of(server, get);
}

// What a server's HTTP answer instead of a WebSocket means.
Error refused(const LostRequest& lost_request, const websocket::response_type& answer) {
  Response response;
  response.status = static_cast<int>(answer.result_int());
  auto body = parse_json(answer.body(), "the answer");
  if (body) response.body = std::move(*body);
  auto message = string_at(response.body, "/message");
  StatusCode code = code_of(response);
  if (message.find("not found") != std::string::npos ||
      (response.status == 400 && message.find("container") != std::string::npos)) {
    code = StatusCode::kNotFound;
  }
  // What stands between may have passed the command on before it gave up waiting.
  const bool turned_away =
      response.status < 500 || response.status == 503 || string_at(response.body, "/kind") == "Status";
  if (message.empty()) message = fmt::format("HTTP {}", response.status);
  return {code,
          fmt::format("{} was refused: {}", lost_request.what, message),
          turned_away ? "The command did not run." : "It may have run.",
          "",
          {},
          turned_away};
}

// One command. Each step starts an asynchronous operation and lets the loop run until it is done, so that every one of
// them can be given up in time.
class Session {
 public:
  Session(const Destination& destination, const Credential& credential, const ExecRequest& request)
      : destination_(destination), credential_(credential), request_(request) {
    lost_.what = fmt::format("exec in pod {}", request.pod);
    lost_.server = destination.server.url();
    lost_.host =
        destination.access.tls_server_name.empty() ? destination.server.host : destination.access.tls_server_name;
    if (destination.proxy) lost_.proxy = destination.proxy->authority();
  }

  Result<ExecResult> run() {
    deadline_ = Steady::now() + destination_.options.timeouts.connect;
    if (!destination_.server.tls()) {
      websocket::stream<beast::tcp_stream> stream(loop_);
      UPSHIFT_TRY(connect(beast::get_lowest_layer(stream)));
      return converse(stream);
    }
    UPSHIFT_TRY(prepare_tls());
    websocket::stream<beast::ssl_stream<beast::tcp_stream>> stream(loop_, tls_);
    UPSHIFT_TRY(connect(beast::get_lowest_layer(stream)));
    UPSHIFT_TRY(shake_hands(stream.next_layer(), beast::get_lowest_layer(stream)));
    return converse(stream);
  }

 private:
  static constexpr auto kTimedOut = beast::error::timeout;

  // Starts an operation through `start(handler)` and runs the loop until the handler was called; `cancel` makes that
  // happen when the deadline has passed.
  template <typename Start, typename Cancel>
  error_code await(Start start, Cancel cancel) {
    std::optional<error_code> outcome;
    start([&outcome](error_code error, auto&&...) { outcome = error; });
    loop_.restart();
    bool late = false;
    while (!outcome) {
      if (!late && Steady::now() >= deadline_) {
        late = true;
        cancel();
      }
      if (late) {
        loop_.run_one();
      } else {
        loop_.run_one_until(deadline_);
      }
    }
    return late && *outcome ? error_code(kTimedOut) : *outcome;
  }

  tl::unexpected<Error> gave_up(LossReason reason, const std::string& note) const {
    return failure(lost(lost_, reason, note));
  }

  tl::unexpected<Error> late_connect(std::string_view stage) const {
    return gave_up(LossReason::kConnectTimeout,
                   fmt::format("{} within {}", stage, to_text(destination_.options.timeouts.connect)));
  }

  Status prepare_tls() {
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    error_code error;
    const Access& access = destination_.access;
    if (access.certificate_authority.empty()) {
      tls_.set_default_verify_paths(error);
    } else {
      tls_.add_certificate_authority(asio::buffer(access.certificate_authority), error);
    }
    if (error) return gave_up(LossReason::kOwnAuthority, error.message());
    tls_.set_verify_mode(access.skip_tls_verify ? ssl::verify_none : ssl::verify_peer);
    if (credential_.certificate.empty()) return {};
    // Otherwise OpenSSL would ask for an encrypted key's passphrase at the terminal.
    tls_.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
    if (!error) tls_.use_certificate_chain(asio::buffer(credential_.certificate), error);
    if (!error) tls_.use_private_key(asio::buffer(credential_.key), ssl::context::pem, error);
    if (error) return gave_up(LossReason::kOwnCertificate, error.message());
    return {};
  }

  Status connect(beast::tcp_stream& stream) {
    const Endpoint& target = destination_.proxy ? *destination_.proxy : destination_.server;
    if (destination_.proxy && target.scheme != "http") {
      return failure(StatusCode::kUnimplemented,
                     fmt::format("{} cannot go through a proxy of the kind {}", lost_.what, target.scheme),
                     "Use an http:// proxy, or run where the server can be reached directly.");
    }
    tcp::resolver resolver(loop_);
    tcp::resolver::results_type addresses;
    error_code error = await(
        [&](auto done) {
          resolver.async_resolve(target.host, std::to_string(target.port),
                                 [&addresses, done](error_code code, auto found) {
                                   addresses = std::move(found);
                                   done(code);
                                 });
        },
        [&] { resolver.cancel(); });
    if (error == kTimedOut) return late_connect("the name server gave no answer");
    if (error) return gave_up(destination_.proxy ? LossReason::kCannotResolveProxy : LossReason::kCannotResolve, "");
    error = await([&](auto done) { stream.async_connect(addresses, done); }, [&] { stream.cancel(); });
    if (error == kTimedOut) return late_connect("nobody answered at the address");
    if (error && destination_.proxy) return gave_up(LossReason::kProxyRefused, error.message());
    if (error == asio::error::connection_refused) return gave_up(LossReason::kRefused, "");
    if (error) return gave_up(LossReason::kUnreachable, error.message());
    stream.socket().set_option(tcp::no_delay(true), error);
    return destination_.proxy ? open_tunnel(stream) : Status();
  }

  Status open_tunnel(beast::tcp_stream& stream) {
    namespace http = beast::http;
    const auto authority = destination_.server.authority();
    http::request<http::empty_body> request(http::verb::connect, authority, 11);
    request.set(http::field::host, authority);
    if (const auto& user = destination_.proxy->user; !user.empty()) {
      request.set(http::field::proxy_authorization, "Basic " + encode_base64(percent_decoded(user)));
    }
    http::response_parser<http::empty_body> answer;
    answer.skip(true);
    beast::flat_buffer buffer;
    error_code error = await([&](auto done) { http::async_write(stream, request, done); }, [&] { stream.cancel(); });
    if (!error) {
      error =
          await([&](auto done) { http::async_read_header(stream, buffer, answer, done); }, [&] { stream.cancel(); });
    }
    if (error == kTimedOut) return late_connect("the proxy gave no connection");
    if (error) return gave_up(LossReason::kProxyRefused, error.message());
    if (answer.get().result_int() != 200) {
      return gave_up(LossReason::kProxyRefused, proxy_answer(answer.get().result_int()));
    }
    return {};
  }

  Status shake_hands(beast::ssl_stream<beast::tcp_stream>& stream, beast::tcp_stream& socket) {
    SSL* native = stream.native_handle();
    error_code none;
    asio::ip::make_address(lost_.host, none);
    const bool is_address = !none;
    if (!is_address) SSL_set_tlsext_host_name(native, lost_.host.c_str());
    X509_VERIFY_PARAM* expected = SSL_get0_param(native);
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(expected, lost_.host.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(expected, lost_.host.c_str(), lost_.host.size());
    }
    const error_code error =
        await([&](auto done) { stream.async_handshake(ssl::stream_base::client, done); }, [&] { socket.cancel(); });
    if (!error) return {};
    if (error == kTimedOut) return late_connect("the TLS handshake did not end");
    const long verified = SSL_get_verify_result(native);
    if (verified != X509_V_OK && !destination_.access.skip_tls_verify) return failure(untrusted(lost_, verified));
    return gave_up(LossReason::kTlsHandshake, error.message());
  }

  template <typename Stream>
  Result<ExecResult> converse(Stream& stream) {
    UPSHIFT_TRY(upgrade(stream));
    websocket::stream_base::timeout limits{};
    limits.handshake_timeout = destination_.options.timeouts.first_byte;
    limits.idle_timeout = destination_.options.timeouts.silence;
    limits.keep_alive_pings = true;
    stream.set_option(limits);
    stream.binary(true);
    stream.auto_fragment(false);  // API servers take every frame for a message of its own, with a channel in front
    stream.read_message_max(kLargestMessage);
    return exchange_frames(stream);
  }

  template <typename Stream>
  Status upgrade(Stream& stream) {
    const Duration limit = destination_.options.timeouts.first_byte;
    deadline_ = Steady::now() + limit;
    stream.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      namespace http = beast::http;
      request.set(http::field::sec_websocket_protocol, std::string(kExecProtocol));
      request.set(http::field::user_agent, "upshift");
      if (!credential_.authorization.empty()) request.set(http::field::authorization, credential_.authorization);
      for (const auto& [name, value] : destination_.access.headers) request.insert(name, value);
    }));
    websocket::response_type answer;
    lost_.sent = true;
    const error_code error = await(
        [&](auto done) {
          stream.async_handshake(answer, destination_.server.authority(), exec_target(destination_.server, request_),
                                 done);
        },
        [&] { beast::get_lowest_layer(stream).cancel(); });
    if (error == kTimedOut) {
      return gave_up(LossReason::kFirstByteTimeout, fmt::format("the server was silent for {}", to_text(limit)));
    }
    if (error == websocket::error::upgrade_declined && answer.result_int() >= 300) {
      return failure(refused(lost_, answer));
    }
    if (error == websocket::error::upgrade_declined) return gave_up(LossReason::kUnreadable, error.message());
    if (error) return gave_up(LossReason::kNoAnswer, error.message());
    if (answer[beast::http::field::sec_websocket_protocol] != std::string(kExecProtocol)) {
      return failure(StatusCode::kUnimplemented,
                     fmt::format("{}: the server does not speak {}", lost_.what, kExecProtocol),
                     "Look whether a proxy or another program answers in its place.");
    }
    return {};
  }

  // Writes what is left of the input, one frame after the other, while the caller reads; last an empty frame, which
  // some servers take for the end and the others for nothing.
  template <typename Stream>
  void write_on(Stream& stream) {
    const std::string_view input = request_.standard_input;
    if (input.empty() || input_ended_) return;
    const auto piece = input.substr(written_, kChunk);
    written_ += piece.size();
    input_ended_ = piece.empty();
    frame_.assign(1, kInputChannel);
    frame_.append(piece);
    writing_ = true;
    stream.async_write(asio::buffer(frame_), [this, &stream](error_code error, std::size_t) {
      writing_ = false;
      if (!error) write_on(stream);  // an error shows on the reading side too
    });
  }

  template <typename Stream>
  Result<ExecResult> exchange_frames(Stream& stream) {
    ExecFrames frames(request_.output);
    Status outcome;
    write_on(stream);
    while (outcome && !frames.ended()) {
      beast::flat_buffer message;
      std::optional<error_code> read;
      stream.async_read(message, [&read](error_code error, std::size_t) { read = error; });
      loop_.restart();
      while (!read) loop_.run_one();  // ends: the stream's idle timeout cancels a read from a dead server
      if (*read) {
        outcome = ended_early(*read);
      } else {
        const auto data = message.cdata();
        outcome = frames.take(std::string_view(static_cast<const char*>(data.data()), data.size()));
      }
    }
    error_code ignored;
    beast::get_lowest_layer(stream).socket().close(ignored);
    loop_.restart();
    while (writing_) loop_.run_one();  // the write that was under way ends before its buffer goes
    if (!outcome) return failure(std::move(outcome.error()).with_context(lost_.what));
    return frames.take_result();
  }

  tl::unexpected<Error> ended_early(const error_code& error) const {
    if (error == kTimedOut) {
      return gave_up(LossReason::kSilenceTimeout,
                     fmt::format("no sign of life for {}", to_text(destination_.options.timeouts.silence)));
    }
    return gave_up(LossReason::kTruncated, error == websocket::error::closed
                                               ? "the server ended it without the command's status"
                                               : error.message());
  }

  const Destination& destination_;
  const Credential& credential_;
  const ExecRequest& request_;
  LostRequest lost_;
  asio::io_context loop_{1};
  ssl::context tls_{ssl::context::tls_client};
  Steady::time_point deadline_;
  std::size_t written_ = 0;
  bool input_ended_ = false;
  bool writing_ = false;
  std::string frame_;
};

}  // namespace

Result<ExecResult> run_in_pod(const Destination& destination, const Credential& credential,
                              const ExecRequest& request) {
  try {
    return Session(destination, credential, request).run();
  } catch (const boost::system::system_error& error) {
    return failure(StatusCode::kInternal, fmt::format("exec in pod {}: {}", request.pod, error.code().message()));
  }
}

}  // namespace upshift::cluster::http
