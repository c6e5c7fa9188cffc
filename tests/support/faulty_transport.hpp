// A transport that counts the requests of a run and does one fault to one of them: what a network, a proxy or an API
// server can do to a client, with the words of the HTTP transport where no answer comes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/transport.hpp"
#include "engine/http_service.hpp"

namespace upshift::testing {

enum class Fault {
  kRefused,                // no connection, nothing was sent
  kCutBefore,              // sent, lost, not acted on
  kCutAfter,               // acted on, the answer lost; a watch: after its next event
  kTruncated,              // acted on, half an answer; a watch: within its next event
  kUnauthorizedOnce,       // 401: an expired token that the transport did not renew
  kUnauthorizedFromNow,    // 401 to everything from now on, until heal()
  kConflict,               // 409
  kExpired,                // 410; lists with `continue` and watches only
  kExpiredLater,           // 410 in place of the next event; watches only
  kTooMany,                // 429
  kTooManyWithRetryAfter,  // 429 with Retry-After
  kErrorBefore,            // 500, not acted on
  kErrorAfter,             // 500, acted on all the same
  kUnavailable,            // 503
  kDelayed,                // a minute passes before it is acted on; a watch: events are late
  kSlow,                   // acted on, a minute passes before the answer is whole
  kTwice,                  // every event of the watch comes twice; watches only
  kGoneFromNow,            // the server answers nothing any more, until heal()
};

std::string_view to_string(Fault fault);
std::span<const Fault> all_faults();

// One request of a run. Of send, send_all, start_watch (WATCH), exec (EXEC) and the product's API (HTTP METHOD).
struct Call {
  std::string method;
  std::string path;
  std::string object;      // what a message about it names: a name, a collection, a pod, a host
  bool continued = false;  // a page after the first

  bool is_watch() const { return method == "WATCH"; }
  bool is_exec() const { return method == "EXEC"; }
  bool is_http() const { return method.starts_with("HTTP "); }
  // Of an object in the cluster.
  bool is_change() const { return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE"; }
  std::string text() const { return method + " " + path; }
};

// Whether such a thing can happen to such a request.
bool applies(Fault fault, const Call& call);
// What a message about a run that this stopped must hold, in any of these words.
std::vector<std::string> causes_of(Fault fault);

class FaultyTransport final : public cluster::Transport, public engine::HttpService {
 public:
  // `http` may be null. Both are borrowed.
  FaultyTransport(cluster::Transport& real, engine::HttpService* http) : real_(real), http_(http) {}

  // Asked at each request before it is acted on, with its index from 0; the fault it names is done to the request.
  std::function<std::optional<Fault>(std::size_t index, const Call& call)> before;
  // Told when a run makes no end: more than `most_requests` or `most_waits`.
  std::function<void(const std::string& what)> endless;
  std::size_t most_requests = 20'000, most_waits = 100'000;
  // Lists come in pages of at most so many objects, as a server may limit them; 0 leaves them as they are asked for.
  std::size_t largest_page = 0;

  // What the cluster was made to do by this client, in order: requests that were acted on and accepted, without the
  // preconditions in them.
  struct Acted {
    std::string call;  // "PATCH /apis/…"
    std::string body;
    auto operator<=>(const Acted&) const = default;
  };
  const std::vector<Acted>& acted() const { return acted_; }
  const std::vector<Call>& calls() const { return calls_; }
  std::size_t waits() const { return waits_; }
  // A fault that holds from now on holds no more.
  void heal() { from_now_.reset(); }

  Result<cluster::Response> send(const cluster::Request& request) override;
  Result<cluster::WatchId> start_watch(const cluster::Request& request, cluster::WatchHandler handler) override;
  void stop_watch(cluster::WatchId id) override;
  void wait(TimePoint until) override;
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override;
  Result<engine::HttpAnswer> send(const engine::HttpCall& call) override;
  const Clock& clock() const override { return real_.clock(); }

 private:
  struct Stream {
    cluster::WatchHandler handler;
    std::optional<cluster::WatchId> real;  // nothing where it never began
    std::optional<Fault> fault;
  };
  struct Late {
    TimePoint due;
    cluster::WatchId stream;
    cluster::WatchEvent event;
  };
  std::optional<Fault> next(Call call);
  // Time passes; what happens meanwhile is told in the next wait().
  void pass(Duration time);
  void on_event(cluster::WatchId id, const cluster::WatchEvent& event);
  void tell(cluster::WatchId id, const cluster::WatchEvent& event);
  void end(cluster::WatchId id, Json status);
  bool tell_late();
  Result<cluster::Response> act(const cluster::Request& request);

  cluster::Transport& real_;
  engine::HttpService* http_;
  std::vector<Call> calls_;
  std::vector<Acted> acted_;
  std::map<cluster::WatchId, Stream> streams_;
  cluster::WatchId last_stream_ = 0;
  std::deque<Late> late_;
  bool holding_ = false;
  std::optional<Fault> from_now_;
  std::size_t waits_ = 0;
};

}  // namespace upshift::testing
