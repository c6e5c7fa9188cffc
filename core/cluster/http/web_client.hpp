// A client of a product's own API: plain HTTP requests to any host, on the transport's connections, trust, proxies and
// words for failures, but without a cluster's credentials.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cluster/http/http_transport.hpp"

namespace upshift::cluster::http {

struct WebRequest {
  std::string method;                          // GET POST PUT PATCH DELETE …
  std::string url;                             // https or http, with or without a query; without secrets
  std::map<std::string, std::string> headers;  // may hold credentials: never in a log or an error
  std::map<std::string, std::string> form;     // sent as an encoded form; never in a log or an error
  std::map<std::string, std::string> query;    // secrets: added to the URL when it is sent, never in a log or an error
};

struct WebAnswer {
  int status = 0;
  std::string body;
};

struct WebOptions {
  std::string certificate_authority = {};  // PEM, trusted beside the system's
  // "HOST" or "HOST:PORT" of a router: where every host is reached, without asking DNS or the environment's proxy for
  // it (the proxy is looked up for this address instead).
  std::string connect_to = {};
  Timeouts timeouts = {};
  RequestLog log = {};                                // may be empty
  std::size_t largest_body = std::size_t{16} << 20U;  // longer answers are given up
  // Lets real time pass between two attempts; where it is empty, they follow each other at once.
  std::function<void(Duration)> pause = {};
};

// Threads: one uses it.
class WebClient {
 public:
  // INVALID_ARGUMENT: an option is not what it should be. The surroundings name the proxies.
  static Result<std::unique_ptr<WebClient>> create(WebOptions options, const Surroundings& surroundings);
  ~WebClient();

  // Every HTTP status is a value; redirects are not followed. A GET is repeated on a broken connection, 429, 502, 503
  // and 504, a few times, with pauses of half a minute at most. UNAVAILABLE: no whole answer came, and the detail says
  // whether the request was sent. UNAUTHENTICATED: the server's certificate does not prove it. RESOURCE_EXHAUSTED: the
  // answer is too large. INVALID_ARGUMENT: the request is none, or the proxy's address.
  Result<WebAnswer> send(const WebRequest& request);

  Traffic traffic() const;

 private:
  class Connections;
  explicit WebClient(std::unique_ptr<Connections> connections);
  std::unique_ptr<Connections> connections_;
};

}  // namespace upshift::cluster::http
