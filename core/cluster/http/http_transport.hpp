// A Transport over HTTPS: libcurl with connections that are kept, HTTP/2 where the server offers it, several requests
// and watches at the same time on one thread, and commands in pods over WebSocket.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "cluster/http/access.hpp"
#include "cluster/transport.hpp"

namespace upshift::cluster::http {

// Takes lines about requests: method, path, status, time taken, the server's request id. Never headers, bodies or the
// commands of pods.
using RequestLog = std::function<void(Severity, std::string_view)>;

// Each is the time after which there is no answer; real time, whatever the clock says.
struct Timeouts {
  Duration connect = std::chrono::seconds(10);     // name, connection, proxy and TLS together
  Duration first_byte = std::chrono::seconds(90);  // a server itself gives up a request after 60 s
  Duration silence = std::chrono::seconds(30);     // between two pieces of an answer; of exec, without a sign of life
  // How long the server is asked to keep a watch open; it is taken for dead when it is silent for longer.
  Duration watch = std::chrono::minutes(5);
};

struct HttpOptions {
  Timeouts timeouts;
  int in_flight = 8;                                   // most requests of one send_all() at the same time
  std::size_t largest_body = std::size_t{512} << 20U;  // of an answer; longer ones are given up
  RequestLog log;                                      // may be empty
  int interrupt = -1;                                  // a descriptor, borrowed: readable once the user wants to stop
};

// What went over the network so far.
struct Traffic {
  std::uint64_t requests = 0;  // put on a connection, watches too
  std::uint64_t connections = 0;
  std::uint64_t bytes_received = 0;  // of bodies, as they were transferred
};

// Errors of send(): UNAVAILABLE says whether the request was sent; only "was not sent" is certain. UNAUTHENTICATED: the
// server did not prove to be the one that is meant (certificate), or a credential could not be had; nothing was sent.
// INVALID_ARGUMENT: the client's own certificate or key cannot be used. An answer of 401 is repeated once where the
// credential can be renewed.
class HttpTransport final : public Transport {
 public:
  // INVALID_ARGUMENT: the server's or the proxy's address is none.
  static Result<std::unique_ptr<HttpTransport>> create(Access access, HttpOptions options = {});
  ~HttpTransport() override;

  const Access& access() const;
  Traffic traffic() const;

  Result<Response> send(const Request& request) override;
  std::vector<Result<Response>> send_all(std::span<const Request> requests) override;
  // Never waits for the server: what it refuses comes as the kError event, with its Status where it sent one. Bookmarks
  // are asked for. Where a stream ends without a Status of the server's, code is 0 and reason is StreamEnded (orderly)
  // or ConnectionLost.
  Result<WatchId> start_watch(const Request& request, WatchHandler handler) override;
  void stop_watch(WatchId id) override;
  void wait(TimePoint until) override;
  bool interrupted() const override;
  Result<ExecResult> exec(const ExecRequest& request) override;
  const Clock& clock() const override;

 private:
  class Connection;
  explicit HttpTransport(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace upshift::cluster::http
