#include "emulator/server/connection.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.hpp"
#include "emulator/server/exec_session.hpp"
#include "emulator/server/http_stream.hpp"
#include "emulator/server/watch_stream.hpp"

namespace upshift::emulator::server {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using Kind = HttpFault::Kind;

bool lists(const HttpRequest& request, const std::string& header, std::string_view wanted) {
  const auto [first, last] = request.headers.equal_range(header);
  for (auto it = first; it != last; ++it) {
    for (std::string part : split(it->second, ',')) {
      std::erase(part, ' ');
      if (part == wanted) return true;
    }
  }
  return false;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class Connection {
 public:
  Connection(asio::ip::tcp::socket socket, Host& host)
      : wire_(std::move(socket), host.tls), http_(wire_, host.largest_body), host_(host) {}

  awaitable<void> run() {
    co_await wire_.handshake();
    bool goes_on = true;
    while (goes_on) {
      std::optional<HttpRequest> request = co_await http_.read();
      if (!request) break;
      goes_on = co_await serve(*request);
    }
    if (wire_.socket().is_open()) co_await wire_.close();
  }

 private:
  // false: the connection ends.
  awaitable<bool> serve(const HttpRequest& request) {
    foreign_host_ = foreign_host(request);
    if (foreign_host_.empty() && request.path.starts_with("/upshift/")) {
      host_.clock.catch_up();
      const Answer answer = host_.service.answer(request);
      host_.wake();
      const bool goes_on = co_await send(request, answer, std::nullopt);
      co_return goes_on;
    }
    const std::size_t number = host_.requests.begin(request, foreign_host_);
    const std::optional<HttpFault> fault = host_.faults.on_request(request.method, request.path, foreign_host_);
    const std::string_view fault_name = fault ? to_string(fault->kind) : std::string_view{};
    if (fault && prevents(fault->kind)) {
      const std::optional<cluster::Response> refused = refusal_by(*fault);
      host_.requests.end(number, refused ? refused->status : 0, fault_name);
      if (!refused) {
        fault->kind == Kind::kRefuse ? wire_.reset() : wire_.cut();
        co_return false;
      }
      const HttpResponse instead = to_http(*refused);
      co_await http_.write(instead, http_.keeps_alive());
      co_return http_.keeps_alive();
    }
    if (fault && fault->kind == Kind::kDelay) {
      asio::steady_timer timer(wire_.get_executor(), fault->delay);
      co_await timer.async_wait(use_awaitable);
    }
    host_.clock.catch_up();
    const Answer answer = answer_to(request);
    const bool cut = fault && fault->kind == Kind::kCutAfter;
    host_.requests.end(number, cut ? 0 : status_of(answer), fault_name);
    host_.wake();
    const bool goes_on = co_await send(request, answer, fault);
    co_return goes_on;
  }

  Answer answer_to(const HttpRequest& request) {
    if (!foreign_host_.empty()) {
      return ask_foreign_host(host_.emulator.store(), request, foreign_host_, host_.tls != nullptr,
                              host_.foreign_hosts);
    }
    if (request.method == "GET" && !request.flag("watch")) host_.clock.note_look(target_of(request));
    return host_.service.answer(request);
  }

  static std::string target_of(const HttpRequest& request) {
    std::string target = request.path;
    for (const auto& [name, value] : request.query) target += "\n" + name + "=" + value;
    return target;
  }

  static int status_of(const Answer& answer) {
    if (const auto* response = std::get_if<HttpResponse>(&answer)) return response->status;
    return std::holds_alternative<ExecPlan>(answer) ? 101 : 200;
  }

  awaitable<bool> send(const HttpRequest& request, const Answer& answer, const std::optional<HttpFault>& fault) {
    if (fault && fault->kind == Kind::kCutAfter && !std::holds_alternative<ExecPlan>(answer)) {
      wire_.cut();
      co_return false;
    }
    if (const auto* response = std::get_if<HttpResponse>(&answer)) {
      const bool goes_on = co_await send_response(request, *response, fault);
      co_return goes_on;
    }
    if (const auto* plan = std::get_if<ExecPlan>(&answer)) {
      co_await send_exec(request, *plan, fault && fault->kind == Kind::kCutAfter);
    } else if (const auto* watch = std::get_if<WatchPlan>(&answer)) {
      co_await stream_watch(host_, wire_, http_, *watch, fault);
    } else if (const auto* log = std::get_if<LogPlan>(&answer)) {
      co_await stream_log(host_, wire_, http_, *log);
    }
    co_return false;
  }

  awaitable<bool> send_response(const HttpRequest& request, HttpResponse response,
                                const std::optional<HttpFault>& fault) {
    if (request.method == "HEAD") response.body.clear();
    if (fault && fault->kind == Kind::kTruncate) {
      co_await http_.write_truncated(response, fault->bytes);
      wire_.cut();
      co_return false;
    }
    if (fault && fault->kind == Kind::kSlow) {
      co_await http_.write_slowly(response, fault->bytes, fault->delay);
      co_return false;
    }
    co_await http_.write(response, http_.keeps_alive());
    co_return http_.keeps_alive();
  }

  awaitable<void> send_exec(const HttpRequest& request, const ExecPlan& plan, bool cut_after) {
    const RunCommand run = [this, cut_after](const cluster::ExecRequest& command) {
      host_.clock.catch_up();
      Result<cluster::ExecResult> result = host_.emulator.exec(command);
      host_.wake();
      if (cut_after) wire_.cut();
      return result;
    };
    const std::string upgrade = lower(request.header("upgrade"));
    if (upgrade == "websocket" && lists(request, "sec-websocket-protocol", kChannelProtocol)) {
      co_await exec_over_websocket(wire_, request, plan, run);
    } else if (upgrade == "spdy/3.1" && lists(request, "x-stream-protocol-version", kChannelProtocol)) {
      std::string received = http_.take_received();
      co_await exec_over_spdy(wire_, std::move(received), plan, run);
    } else if (upgrade.empty()) {
      co_await http_.write(refusal(400, "BadRequest", "Upgrade request required"), false);
    } else {
      co_await http_.write(refusal(403, "Forbidden", "unable to upgrade: this server speaks v4.channel.k8s.io"), false);
    }
  }

  Wire wire_;
  HttpStream http_;
  Host& host_;
  std::string foreign_host_;  // of the request being served; "" for the API server
};

}  // namespace

awaitable<void> serve_connection(asio::ip::tcp::socket socket, Host& host) {
  Connection connection(std::move(socket), host);
  try {
    co_await connection.run();
  } catch (const boost::system::system_error&) {
    // The client is gone, or never spoke what this server speaks; nobody is left to be told.
  }
}

}  // namespace upshift::emulator::server
