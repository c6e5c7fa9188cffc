#include "cluster/http/web_client.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cluster/http/authorities.hpp"
#include "cluster/http/curl_loop.hpp"
#include "cluster/http/proxy.hpp"
#include "cluster/http/web_address.hpp"
#include "cluster/retry.hpp"

namespace upshift::cluster::http {
namespace {

constexpr auto kAtMost = std::chrono::hours(1);

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Status check(const WebRequest& request) {
  const auto& headers = request.headers;
  const bool sound = is_token(request.method) && std::all_of(headers.begin(), headers.end(), [](const auto& header) {
                       return is_token(header.first) && is_one_line(header.second);
                     });
  if (sound) return {};
  return failure(StatusCode::kInvalidArgument, "a request to the product's API has a method or header that is none",
                 "Report it to the plugin's author.");
}

std::string encoded_form(const std::map<std::string, std::string>& form) {
  std::string text;
  for (const auto& [name, value] : form) {
    text += (text.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  return text;
}

bool may_repeat(const Result<RawAnswer>& answer) {
  if (!answer) return answer.error().code == StatusCode::kUnavailable;
  return answer->status == 429 || (answer->status >= 502 && answer->status <= 504);
}

}  // namespace

class WebClient::Connections {
 public:
  Connections(WebOptions options, Surroundings surroundings)
      : options_(std::move(options)), surroundings_(std::move(surroundings)) {}

  Result<Destination> destination(const Endpoint& server, const WebRequest& request) const;
  Result<RawAnswer> send_once(const Destination& to, const Request& request);
  void pause(Duration time) const {
    if (options_.pause) options_.pause(time);
  }

  Traffic traffic;

 private:
  WebOptions options_;
  Surroundings surroundings_;
  CurlLoop loop_;
};

Result<Destination> WebClient::Connections::destination(const Endpoint& server, const WebRequest& request) const {
  Destination to;
  to.server = server;
  to.peer = Peer::kProduct;
  to.connect_to = options_.connect_to;
  to.trusts_system_too = true;
  to.access.certificate_authority = options_.certificate_authority;
  to.access.headers.assign(request.headers.begin(), request.headers.end());
  to.options.timeouts = options_.timeouts;
  to.options.largest_body = options_.largest_body;
  Endpoint reached = server;
  if (!options_.connect_to.empty()) {
    UPSHIFT_ASSIGN(reached, parse_host(options_.connect_to, server.port, "the address of the routes"));
    reached.scheme = server.scheme;
  }
  to.access.proxy_url = proxy_from_environment(reached, surroundings_);
  if (!to.access.proxy_url.empty()) {
    UPSHIFT_ASSIGN(to.proxy, parse_endpoint(to.access.proxy_url, "the proxy"));
  }
  return to;
}

Result<RawAnswer> WebClient::Connections::send_once(const Destination& to, const Request& request) {
  Exchange exchange(to, request, {});
  loop_.add(exchange);
  while (!exchange.finished()) loop_.turn(Steady::now() + kAtMost);
  if (exchange.sent()) ++traffic.requests;
  if (exchange.new_connection()) ++traffic.connections;
  traffic.bytes_received += exchange.bytes_received();
  if (options_.log) options_.log(Severity::kDebug, exchange.summary());
  return exchange.take_raw();
}

WebClient::WebClient(std::unique_ptr<Connections> connections) : connections_(std::move(connections)) {}
WebClient::~WebClient() = default;

Result<std::unique_ptr<WebClient>> WebClient::create(WebOptions options, const Surroundings& surroundings) {
  if (!options.certificate_authority.empty() && !add_authorities(nullptr, options.certificate_authority)) {
    return failure(StatusCode::kInvalidArgument, "the certificate authority of the routes cannot be used",
                   "Give PEM certificates.");
  }
  if (!options.connect_to.empty()) {
    UPSHIFT_TRY(parse_host(options.connect_to, 0, "the address of the routes"));
  }
  return std::unique_ptr<WebClient>(new WebClient(std::make_unique<Connections>(std::move(options), surroundings)));
}

Result<WebAnswer> WebClient::send(const WebRequest& request) {
  UPSHIFT_TRY(check(request));
  UPSHIFT_ASSIGN(WebAddress address, parse_web_address(request.url));
  UPSHIFT_ASSIGN(const Destination to, connections_->destination(address.server, request));
  Request plain{request.method, std::move(address.path), std::move(address.query), std::string(kFormType), nullptr};
  plain.query.insert(plain.query.end(), request.query.begin(), request.query.end());
  if (!request.form.empty()) plain.body = encoded_form(request.form);
  for (int attempt = 1;; ++attempt) {
    auto answer = connections_->send_once(to, plain);
    if (request.method != "GET" || attempt == kMostAttempts || !may_repeat(answer)) {
      if (!answer) return failure(std::move(answer.error()));
      return WebAnswer{answer->status, std::move(answer->body)};
    }
    connections_->pause(pause_before_next(attempt, answer ? &answer->headers : nullptr));
  }
}

Traffic WebClient::traffic() const {
  return connections_->traffic;
}

}  // namespace upshift::cluster::http
