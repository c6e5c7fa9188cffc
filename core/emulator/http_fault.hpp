// What goes wrong between a client and an API server on demand, matched by method, path and the how-manieth request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "cluster/transport.hpp"

namespace upshift::emulator {

// {"fault": "status", "code": 503, "method": "PATCH", "path": "*/deploymentconfigs/*", "first": 3, "times": 1}
struct HttpFault {
  enum class Kind {
    kRefuse,        // the connection is reset; the request is not acted on
    kDelay,         // acted on "delay_ms" later
    kCutBefore,     // the connection ends; not acted on
    kCutAfter,      // acted on, but the connection ends before the answer
    kStatus,        // refused with "code", "reason", "message" and, for "retry_after" (s), that header
    kExpiredToken,  // 401
    kTruncate,      // acted on; the connection ends after "bytes" of the answer's body
    kSlow,          // acted on; the body comes in pieces of "bytes", "delay_ms" apart
    kGone,          // a watch ends with 410 after "events" events
    kCutWatch,      // a watch's connection ends after "events" events
    kDuplicate,     // a watch tells every event twice
  };
  Kind kind = Kind::kStatus;
  std::string method = "*";  // glob
  std::string path = "*";    // glob, without the query
  int first = 1;             // from the so-manieth matching request on
  int times = 1;             // so many of them; 0 is all
  int code = 500;
  std::string reason, message;
  int retry_after = 0;
  Duration delay{100};
  std::size_t bytes = 16;
  std::size_t events = 0;
};

// INVALID_ARGUMENT names the member that is wrong.
Result<HttpFault> parse_http_fault(const Json& description);

class FaultPlan {
 public:
  using Id = std::uint64_t;

  // Returns by what the fault can be removed.
  Id add(HttpFault fault, std::optional<Id> id = std::nullopt);
  // One description, a list of them, or {"faults": […]}; nothing is added where one is wrong.
  Status add(const Json& descriptions);
  // False where there is no such fault.
  bool remove(Id id);
  void clear() { counted_.clear(); }

  // The first fault that holds for this request. Counts the request in all that match it: a path matches by itself or
  // behind the host's name.
  std::optional<HttpFault> on_request(std::string_view method, std::string_view path, std::string_view host = {});

  // How many requests have matched so far.
  int seen(Id id) const;

 private:
  struct Counted {
    Id id = 0;
    HttpFault fault;
    int seen = 0;
  };
  std::vector<Counted> counted_;
  Id last_id_ = 0;
};

// The single descriptions in one, a list of them, or {"faults": […]}.
std::vector<Json> fault_descriptions(const Json& document);
// A refusal of the whole request, where the fault is one: its Status body and headers.
std::optional<cluster::Response> refusal_by(const HttpFault& fault);
// Whether it keeps the request from being acted on.
bool prevents(HttpFault::Kind kind);
std::string_view to_string(HttpFault::Kind kind);

}  // namespace upshift::emulator
