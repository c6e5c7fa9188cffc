#include "emulator/server/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <fmt/format.h>

#include "emulator/server/certificates.hpp"
#include "emulator/server/connection.hpp"
#include "emulator/server/fault_control.hpp"

namespace upshift::emulator::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

Status use_certificates(asio::ssl::context& context, CertificateAuthority& authority) {
  error_code error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                      error);
  if (error) return failure(StatusCode::kInternal, "TLS cannot be set up for the emulator", error.message());
  return authority.equip(context.native_handle());
}

}  // namespace

struct Server::State {
  State(Emulator& project, const ServerOptions& chosen)
      : emulator(project),
        options(chosen),
        users(complete(chosen.tokens)),
        faults(project),
        clock(project, chosen.speed),
        acceptor(context),
        signals(context),
        timer(context) {}

  Status open();
  asio::awaitable<void> accept();
  void pump();
  void wake();
  std::string address() const { return fmt::format("127.0.0.1:{}", port); }

  Emulator& emulator;
  ServerOptions options;
  Users users;
  FaultControl faults;
  RequestLog requests;
  ProjectClock clock;
  std::unique_ptr<CertificateAuthority> authority;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::uint16_t port = 0;
  std::unique_ptr<Service> service;
  std::unique_ptr<Host> host;
  // Last: connections live in the context and use everything above.
  asio::io_context context{1};
  tcp::acceptor acceptor;
  asio::signal_set signals;
  asio::steady_timer timer;
  bool pump_planned = false;
};

Status Server::State::open() {
  const tcp::endpoint wanted(asio::ip::address_v4::loopback(), options.port);
  error_code error;
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return failure(StatusCode::kUnavailable, fmt::format("cannot listen on 127.0.0.1:{}", options.port),
                   error.message() + ". Choose another port, or 0 for any free one.");
  }
  port = acceptor.local_endpoint().port();
  if (options.tls) {
    UPSHIFT_ASSIGN(authority, CertificateAuthority::make(options.certificate_days));
    UPSHIFT_TRY(use_certificates(tls, *authority));
    // Projects are told the truth about who signs for their API server, unless they come from elsewhere.
    if (!emulator.has_cluster_authority()) emulator.set_cluster_authority(authority->certificate());
  }
  service = std::make_unique<Service>(emulator, users, Administration{faults, requests, clock}, address());
  host = std::make_unique<Host>(
      Host{emulator, *service, faults.plan(), requests, clock, options.foreign_hosts, options.tls ? &tls : nullptr});
  host->wake = [this] { wake(); };
  asio::co_spawn(context, accept(), asio::detached);
  if (options.stops_on_signals) {
    signals.add(SIGTERM, error);
    signals.add(SIGINT, error);
    signals.async_wait([this](const error_code& failed, int /*signal*/) {
      if (!failed) context.stop();
    });
  }
  wake();
  return {};
}

asio::awaitable<void> Server::State::accept() {
  for (;;) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(context, serve_connection(std::move(socket), *host), asio::detached);
  }
}

void Server::State::wake() {
  if (pump_planned) return;
  pump_planned = true;
  asio::post(context, [this] { pump(); });
}

void Server::State::pump() {
  pump_planned = false;
  clock.catch_up();
  const auto next = clock.next();
  if (!next) {
    timer.cancel();
    return;
  }
  timer.expires_at(*next);
  timer.async_wait([this](const error_code& error) {
    if (!error) wake();
  });
}

Result<std::unique_ptr<Server>> Server::open(Emulator& emulator, const ServerOptions& options) {
  auto state = std::make_unique<State>(emulator, options);
  UPSHIFT_TRY(state->open());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::string Server::url() const {
  return fmt::format("{}://{}", state_->options.tls ? "https" : "http", state_->address());
}
const Tokens& Server::tokens() const {
  return state_->users.tokens();
}
const std::string& Server::authority() const {
  static const std::string kNone;
  return state_->authority ? state_->authority->certificate() : kNone;
}
Status Server::add_faults(const Json& descriptions) {
  return state_->faults.add(descriptions);
}

std::string Server::kubeconfig() const {
  Json cluster = {{"server", url()}};
  if (!authority().empty()) cluster["certificate-authority-data"] = encode_base64(authority());
  const Json context = {{"cluster", "emulator"}, {"user", "admin"}, {"namespace", state_->emulator.name_space()}};
  const Json config = {{"apiVersion", "v1"},
                       {"kind", "Config"},
                       {"current-context", "emulator"},
                       {"clusters", Json::array({{{"name", "emulator"}, {"cluster", cluster}}})},
                       {"contexts", Json::array({{{"name", "emulator"}, {"context", context}}})},
                       {"users", Json::array({{{"name", "admin"}, {"user", {{"token", tokens().administrator}}}}})}};
  return to_text(config, 2) + "\n";
}

void Server::run() {
  state_->context.run();
}
void Server::stop() {
  state_->context.stop();
}

}  // namespace upshift::emulator::server
