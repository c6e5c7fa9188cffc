#include "cluster/http/http_transport.hpp"

#include <fmt/format.h>
#include <poll.h>

#include "cluster/http/curl_loop.hpp"
#include "cluster/http/pod_exec.hpp"
#include "cluster/http/watches.hpp"

namespace upshift::cluster::http {
namespace {

constexpr int kUnauthorized = 401;
constexpr auto kAtMost = std::chrono::hours(1);

// In real time, and never so far away that it cannot be counted.
Steady::time_point steady(TimePoint until, TimePoint now) {
  return Steady::now() + std::clamp<std::chrono::milliseconds>(until - now, std::chrono::milliseconds(0), kAtMost);
}

}  // namespace

class HttpTransport::Connection {
 public:
  explicit Connection(Destination to)
      : destination(std::move(to)),
        watches(destination, loop, [this](const Exchange& exchange) { account(exchange); }) {}

  Result<Credential> credential() const {
    const auto& source = destination.access.credentials;
    return source ? source->current() : Credential();
  }

  bool renew_credential() const {
    const auto& source = destination.access.credentials;
    return source && source->renew();
  }

  std::vector<Result<Response>> send_all(std::span<const Request> requests);
  void account(const Exchange& exchange);
  void log(Severity severity, std::string_view text) const {
    if (destination.options.log) destination.options.log(severity, text);
  }

  Destination destination;
  Traffic traffic;
  SystemClock clock;
  CurlLoop loop;
  Watches watches;
};

void HttpTransport::Connection::account(const Exchange& exchange) {
  if (exchange.sent()) ++traffic.requests;
  if (exchange.new_connection()) ++traffic.connections;
  traffic.bytes_received += exchange.bytes_received();
  log(Severity::kDebug, exchange.summary());
}

std::vector<Result<Response>> HttpTransport::Connection::send_all(std::span<const Request> requests) {
  const auto most = static_cast<std::size_t>(std::max(1, destination.options.in_flight));
  std::vector<Result<Response>> answers(requests.size());
  std::map<std::size_t, std::unique_ptr<Exchange>> running;
  std::size_t next = 0;
  while (next < requests.size() || !running.empty()) {
    for (; next < requests.size() && running.size() < most; ++next) {
      auto now = credential();
      if (!now) {
        now.error().not_acted_on = true;
        answers[next] = failure(std::move(now.error()).with_context("the request was not sent"));
        continue;
      }
      auto exchange = std::make_unique<Exchange>(destination, requests[next], std::move(*now));
      loop.add(*exchange);
      running.emplace(next, std::move(exchange));
    }
    if (!running.empty()) loop.turn(Steady::now() + kAtMost);
    std::erase_if(running, [&](const auto& entry) {
      if (!entry.second->finished()) return false;
      account(*entry.second);
      answers[entry.first] = entry.second->take_response();
      return true;
    });
  }
  return answers;
}

HttpTransport::HttpTransport(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
HttpTransport::~HttpTransport() = default;

Result<std::unique_ptr<HttpTransport>> HttpTransport::create(Access access, HttpOptions options) {
  Destination destination;
  UPSHIFT_ASSIGN(destination.server, parse_endpoint(access.server, "the server"));
  if (!destination.server.user.empty()) {
    return failure(StatusCode::kInvalidArgument, "the server's address holds a user name",
                   "Give credentials in the kubeconfig or with --token-file.");
  }
  if (!access.proxy_url.empty()) {
    UPSHIFT_ASSIGN(destination.proxy, parse_endpoint(access.proxy_url, "the proxy"));
  }
  destination.access = std::move(access);
  destination.options = std::move(options);
  return std::unique_ptr<HttpTransport>(new HttpTransport(std::make_unique<Connection>(std::move(destination))));
}

const Access& HttpTransport::access() const {
  return connection_->destination.access;
}

Traffic HttpTransport::traffic() const {
  return connection_->traffic;
}

Result<Response> HttpTransport::send(const Request& request) {
  return std::move(send_all(std::span(&request, 1)).front());
}

std::vector<Result<Response>> HttpTransport::send_all(std::span<const Request> requests) {
  auto answers = connection_->send_all(requests);
  std::vector<std::size_t> refused;
  std::vector<Request> again;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i] || answers[i]->status != kUnauthorized) continue;
    refused.push_back(i);
    again.push_back(requests[i]);
  }
  if (refused.empty() || !connection_->renew_credential()) return answers;
  connection_->log(Severity::kDebug, "the credential was not accepted; trying again with a new one");
  auto second = connection_->send_all(again);
  for (std::size_t i = 0; i < refused.size(); ++i) answers[refused[i]] = std::move(second[i]);
  return answers;
}

Result<WatchId> HttpTransport::start_watch(const Request& request, WatchHandler handler) {
  UPSHIFT_ASSIGN(Credential credential, connection_->credential());
  return connection_->watches.start(request, std::move(credential), std::move(handler));
}

void HttpTransport::stop_watch(WatchId id) {
  connection_->watches.stop(id);
}

void HttpTransport::wait(TimePoint until) {
  while (connection_->watches.deliver() == 0) {
    const TimePoint now = clock().now();
    if (now >= until || interrupted()) return;
    connection_->loop.turn(steady(until, now), connection_->destination.options.interrupt);
  }
}

bool HttpTransport::interrupted() const {
  pollfd asked{connection_->destination.options.interrupt, POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & POLLIN) != 0;
}

Result<ExecResult> HttpTransport::exec(const ExecRequest& request) {
  for (bool renewed = false;; renewed = true) {
    UPSHIFT_ASSIGN(const Credential credential, connection_->credential());
    ++connection_->traffic.requests;
    ++connection_->traffic.connections;
    auto result = run_in_pod(connection_->destination, credential, request);
    connection_->log(Severity::kDebug,
                     fmt::format("exec in pod {} of {}: {}", request.pod, request.name_space,
                                 result ? fmt::format("ended with status {}", result->exit_code) : "no result"));
    const bool refused = !result && result.error().code == StatusCode::kUnauthenticated;
    if (!refused || renewed || !connection_->renew_credential()) return result;
  }
}

const Clock& HttpTransport::clock() const {
  return connection_->clock;
}

}  // namespace upshift::cluster::http
